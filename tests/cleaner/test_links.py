"""Links lead somewhere outside of the page, plainly, or their text stands alone."""

from __future__ import annotations

import pytest

from feeder.cleaner.markup.shape.links import settle_links
from feeder.cleaner.markup.shape.structure import shape_structure
from tests.cleaner.trees import after, seconds, work_on


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ('<a href="two" class="x" target="_blank" onclick="y" title="t">a</a>',
         '<a href="https://site.example/news/two" title="t">a</a>'),
        ('<a href="/a?utm_source=feed&id=1#c">a</a>',
         '<a href="https://site.example/a?id=1#c">a</a>'),
        ('<a href="https://www.google.com/url?q=https://e.example/&sa=D">a</a>',
         '<a href="https://e.example/">a</a>'),
        ('<a href="https://l.facebook.com/l.php?u=https%3A%2F%2Fe.example%2F%3Ffbclid%3Dx&h=y">a</a>',
         '<a href="https://e.example/">a</a>'),
        ('<a href="MailTo:desk@site.example">a</a>', '<a href="mailto:desk@site.example">a</a>'),
        # Nowhere to lead.
        ('<a href="#part">a</a>', "a"),
        ('<a href="https://site.example/news/one#part">a</a>', "a"),
        ('<a href="one?utm_medium=x#part">a</a>', "a"),
        ('<a href="https://site.example/news/other#part">a</a>',
         '<a href="https://site.example/news/other#part">a</a>'),
        ('<a href="javascript:void(0)">a</a>', "a"),
        ('<a href="tel:+49301234">a</a>', "a"),
        ('<a href="https://user:secret@e.example/">a</a>', "a"),
        ('<a href="http://[broken">a <b>b</b></a>', "a <b>b</b>"),
        ('<a name="x">a</a>', "a"),
        ("<a>a</a>", "a"),
        # Around nothing.
        ('a<a href="x"></a>b', "ab"),
        ('a<a href="x"> <span>&nbsp;</span></a>b', "a <span>\u00a0</span>b"),
        ('<a href="x"><img src="y.jpg"></a>',
         '<a href="https://site.example/news/x"><img src="y.jpg"></a>'),
        # Footnotes, and links from a heading to itself.
        ('a<sup><a href="#fn1">1</a></sup>', "a<sup>1</sup>"),
        ('a<sup><a href="#fn1">*</a></sup>', "a<sup>*</sup>"),
        ('a<a href="#fn1">[1]</a>', "a[1]"),
        ('<li>Note. <a href="#ref1">↩︎</a></li>', "<ul><li>Note. </li></ul>"),
        ('Note. <a href="#ref1" class="footnote-backref">back</a>', "Note. "),
        ('<a href="#cite_ref-1">^</a> Note', " Note"),
        ('<h2>a<a href="#a">#</a></h2>', "<h2>a</h2>"),
        ('<h2><a class="anchor" href="#a"></a>a <a href="#a">¶</a></h2>', "<h2>a </h2>"),
        ('Issue <a href="#a">#</a>', "Issue #"),
        # Where words are from.
        ('<blockquote cite="/q?utm_source=x">a</blockquote>',
         '<blockquote cite="https://site.example/q">a</blockquote>'),
        ('<q cite="javascript:x">a</q>', "<q>a</q>"),
    ],
)  # fmt: skip
def test_what_is_left(markup: str, left: str) -> None:
    assert after(settle_links, markup).replace("<ul>", "").replace("</ul>", "") == left.replace(
        "<ul>", ""
    ).replace("</ul>", "")


def test_links_start_from_the_base_of_the_page() -> None:
    work = work_on('<a href="two">a</a>', base="https://cdn.example/deep/")
    settle_links(work)
    assert [link.get("href") for link in work.body.iter("a")] == ["https://cdn.example/deep/two"]


def test_without_a_base_relative_links_are_their_text() -> None:
    left = after(settle_links, '<a href="two">a</a> <a href="https://e.example/">b</a>', None)
    assert left == 'a <a href="https://e.example/">b</a>'


def test_a_link_around_blocks_stays_whole() -> None:
    work = work_on('<div><a href="/x">a<p>b</p></a></div>')
    shape_structure(work)
    settle_links(work)
    link = next(work.body.iter("a"))
    assert link.get("href") == "https://site.example/x"
    assert [child.tag for child in link] == ["p", "p"]


@pytest.mark.parametrize(
    "many",
    [
        '<a href="#x">x</a>' * 50_000,
        '<a href="x">x</a>' * 30_000,
        '<a href="http://e.example/' + "x" * 1_000_000 + '">x</a>',
        '<a href="http://e.example/?' + "utm_a=b&" * 1_000 + '">x</a>' * 50,
        '<a href="http://href.li/?' + "http://href.li/?" * 400 + '">x</a>',
        "<h2>" + '<a class="anchor" href="#x">#</a>' * 30_000,
        '<a href="%' + "%" * 8_000 + '">x</a>',
    ],
    ids=lambda many: many[:24],
)
def test_no_bomb_takes_long(many: str) -> None:
    assert seconds(settle_links, many) < 2
