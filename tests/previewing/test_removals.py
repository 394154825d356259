"""What went is found again in the page, counted whole, and shown without running any of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from lxml.html import HtmlElement, fromstring

import feeder
from feeder.models import Article, Dropped
from feeder.previewing.original import markup_of, original_of
from feeder.previewing.removals import Removals, removed_from
from tests.browser.vectors import LINES

EXAMPLE = Path(__file__).resolve().parents[2] / "docs/pictures/example.html"


def removed(markup: str) -> tuple[Article, Removals, HtmlElement]:
    article = feeder.extract(markup, "https://courier.example/a")
    found = removed_from(markup, article, shown=True)
    return article, found, fromstring(f"<div>{found.original}</div>")


def test_every_removal_of_a_page_is_found_in_it() -> None:
    article, found, shown = removed(EXAMPLE.read_text())
    assert [one.text for one in found.removals] == [one.text for one in article.dropped]
    lost = [one for one in found.removals if not one.words]
    assert [one.step for one in lost] == ["images"]  # a counting pixel has no words
    for number, one in enumerate(found.removals):
        ours = [each for each in shown.iter() if each.get("data-removal") == str(number)]
        marked = " ".join(" ".join(each.text_content().split()) for each in ours)
        assert len(marked.split()) == one.words
        assert marked.startswith(one.text[:30]) or one in lost or one.step == "content"
    comments = next(one for one in found.removals if "2 comments" in one.text)
    assert comments.text.endswith("…") and comments.words > len(comments.text.split())


def test_what_stays_is_not_marked() -> None:
    article, _, shown = removed(EXAMPLE.read_text())
    kept = " ".join(article.text.split())
    for one in shown.find_class("gone"):
        words = " ".join(one.text_content().split())
        assert len(words) < 20 or words not in kept
    assert sum(not one.find_class("gone") for one in shown.iter("p")) > 5
    [table] = shown.iter("table")
    assert not table.find_class("gone"), "short cells of a row that stays"


def test_the_same_words_twice_are_marked_where_they_went() -> None:
    said = "The ferry stops for the winter, the harbour master says, and nobody is glad."
    article = Article(
        title="",
        html="",
        text=said,
        dropped=(Dropped("content", "links", "Read this Ferry stops"),),
    )
    markup = f"<p>{said}</p><ul><li>Read this</li><li>Ferry stops</li></ul><p>Loose</p>"
    original = original_of(markup, article)
    assert original is not None
    fates = [(block.kept, block.fate) for block in original.blocks]
    assert fates == [(True, None), (False, 0), (False, 0), (False, None)]
    assert original.words(0) == 4


def test_words_beside_boxes_are_blocks_of_their_own() -> None:
    markup = "<div>before <b>bold</b><p>inside</p>between<i><p>deep</p></i>after</div>"
    original = original_of(markup, Article(title="", html="", text="inside"))
    assert original is not None
    assert [block.letters for block in original.blocks] == [
        "beforebold", "inside", "between", "deep", "after"
    ]  # fmt: skip


def test_plain_text_is_shown_as_it_is() -> None:
    found = removed_from("1 < 2\n\n<b>bold</b>", Article("", "", "1 < 2"), shown=True)
    assert "&lt;b&gt;bold&lt;/b&gt;" in markup_of("<b>bold</b>")
    assert "1 &lt; 2" in found.original


@pytest.mark.parametrize("line", LINES[:: len(LINES) // 40 or 1])
def test_nothing_of_a_strangers_can_run_or_load(line: str) -> None:
    story = "<p>The mill stood still for a week while its owner looked for a miller.</p>" * 5
    shown = removed_from(f"<article>{story}</article>{line}{line}", Article("", "", ""), shown=True)
    root = fromstring(f"<div>{shown.original}</div>")
    for element in root.iter():
        assert element.tag not in {"script", "style", "iframe", "img", "svg", "form", "object"}
        for name, value in element.items():
            assert not str(name).startswith("on") and "javascript:" not in value.lower()
            assert name in {"class", "title", "data-removal", "rel", "lang", "dir", "colspan",
                            "rowspan", "datetime", "cite", "start", "scope"}, name  # fmt: skip


def test_a_page_cannot_number_what_is_ours() -> None:
    forged = "<p>\ue0f00\ue0f1 forged</p><img alt='\ue0f00\ue0f1'><p>&#xe0f0;0&#xe0f1;once more</p>"
    article = Article("", "", "", dropped=(Dropped("content", "links", "real words"),))
    found = removed_from(f"{forged}<p>real words</p>", article, shown=True)
    root = fromstring(f"<div>{found.original}</div>")
    [one] = [each for each in root.iter() if each.get("data-removal") == "0"]
    assert "".join(map(str, one.itertext())) == "real words" and "\ue0f0" not in found.original


@pytest.mark.parametrize("nested", ["<ul><li>a thing", "<div>x", "<b>x<p>y", "x<b>x</b><p>y</p>"])
def test_pages_that_nest_or_mix_without_end_are_shown(nested: str) -> None:
    story = "<p>The mill stood still for a week while its owner looked for a miller.</p>" * 5
    started = time.process_time()
    found = removed_from(
        f"<article>{story}</article>{nested * 900}", Article("", "", ""), shown=True
    )
    assert "The mill stood still" in found.original
    assert time.process_time() - started < 5
