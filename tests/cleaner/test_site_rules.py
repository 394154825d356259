"""Every directive of a rule file does to a page what it says, is counted, and never too much."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.site import SitePage
from feeder.cleaner.markup.tree import parse
from feeder.cleaner.markup.work import Work
from feeder.rules.grammar import read_rules
from feeder.rules.model import SiteRules, merged


class Done(NamedTuple):
    """A page after the rules were done to it."""

    page: SitePage
    work: Work
    chosen: HtmlElement | None

    @property
    def body(self) -> str:
        """The markup of the whole page's body."""
        return _inner(self.work.root.find("body"))

    @property
    def article(self) -> str:
        """The markup of the element that was chosen."""
        return "" if self.chosen is None else _inner(self.chosen)

    @property
    def dropped(self) -> list[tuple[str, str]]:
        """Rule and text of all that was dropped."""
        assert {one.step for one in self.work.dropped} <= {"site-rules"}
        return [(one.rule, one.text) for one in self.work.dropped]

    def matches(self, directive: str) -> list[int]:
        """How often each rule of a directive matched."""
        return [hit.matches for hit in self.page.hits if hit.directive == directive]


def _inner(element: HtmlElement | None) -> str:
    assert element is not None
    parts = [element.text or "", *(etree.tostring(one, encoding="unicode") for one in element)]
    return "".join(parts)


def done(html: str, rules: str | SiteRules, **facts: object) -> Done:
    site = SitePage(read_rules(rules, "f.txt") if isinstance(rules, str) else rules)
    root = parse(site.replace(html))
    assert root is not None
    body = root.find("body")
    assert body is not None
    work = Work(root, body, url="https://example.org/a")
    site.learn(work)
    work.facts.update(facts)
    site.edit(work)
    chosen = site.choose(work)
    if chosen is not None:
        work.body = chosen
    site.finish(work)
    return Done(site, work, chosen)


# Raw text


def test_text_is_replaced_in_order_before_parsing() -> None:
    rules = "replace_string(<noscript>): <div>\nreplace_string(</noscript>): </div>"
    page = done("<noscript><p>a</p></noscript>", f"{rules}\nstrip: //noscript")
    assert page.body == "<div><p>a</p></div>"
    assert page.matches("replace_string") == [1, 1]


def test_text_is_replaced_once() -> None:
    assert done("<p>a", "replace_string(<p>): <p><p class=x>").body.count("class") == 1


def test_replacements_see_what_those_before_them_made() -> None:
    assert done("<p>one", "replace_string(one): two\nreplace_string(two): three").body == (
        "<p>three</p>"
    )


def test_replacing_cannot_blow_a_page_up() -> None:
    page = SitePage(read_rules(f"replace_string(a): {'b' * 10_000}\nreplace_string(c): d"))
    assert page.replace("a" * 100_000 + "c") == "a" * 100_000 + "d"
    assert [hit.matches for hit in page.hits] == [0, 1]


# Facts


def test_the_first_title_that_says_something_counts_and_leaves_the_page() -> None:
    page = done(
        "<h1> </h1><h2>The  title</h2><p>text",
        "title: //h5\ntitle: //h1\ntitle: //h2\ntitle: //p",
    )
    assert page.work.facts["title"] == "The title"
    assert page.dropped == [("title: //h2", "The title")]
    assert "h2" not in page.body
    assert [(e.field, e.rule, e.text) for e in page.work.evidence] == [
        ("title", "site rule //h2", "The title")
    ]
    assert page.matches("title") == [0, 1, 1]


@pytest.mark.parametrize(
    ("rule", "title"),
    [
        ("substring-before(//title, ' | ')", "News"),
        ("//meta[@property='og:title']/@content", "Meta"),
        ("//meta[@property='og:title']", "Meta"),
        ("//h1/text()", "Head"),
        ("//title", "News | Site"),
    ],
)
def test_a_title_may_be_a_string_an_attribute_or_an_element(rule: str, title: str) -> None:
    head = "<title>News | Site</title><meta property='og:title' content=Meta>"
    page = done(f"{head}<h1>Head<b>line</b></h1>", f"title: {rule}")
    assert page.work.facts["title"] == title
    assert page.work.root.find(".//title") is not None
    assert page.work.root.find(".//meta").get("content", "") in {"Meta", ""}


def test_what_is_too_long_is_no_title() -> None:
    page = done(f"<article>{'word ' * 200}</article><h1>T</h1>", "title: //article\ntitle: //h1")
    assert page.work.facts["title"] == "T"
    assert "word" in page.body


def test_all_authors_of_the_first_rule_that_finds_any() -> None:
    page = done(
        "<a rel=author>Ann Reed</a><a rel=author>Bo Lind</a><i>By Cy Young</i>",
        "author: //b\nauthor: //a[@rel='author']\nauthor: //i",
    )
    assert page.work.facts["authors"] == ("Ann Reed", "Bo Lind")
    assert page.dropped == [("author: //a[@rel='author']", t) for t in ("Ann Reed", "Bo Lind")]


def test_a_byline_is_read_as_one() -> None:
    page = done("<p class=by>By Ann Reed and Bo Lind</p>", "author: //p[@class='by']")
    assert page.work.facts["authors"] == ("Ann Reed", "Bo Lind")


@pytest.mark.parametrize("text", ["https://example.org/ann", "ann@example.org", "x", "y" * 300])
def test_what_is_no_name_is_no_author(text: str) -> None:
    page = done(f"<p class=by>{text}</p>", "author: //p[@class='by']")
    assert "authors" not in page.work.facts
    assert "by" in page.body
    assert page.page.missed == {"author"}


@pytest.mark.parametrize(
    ("html", "rule", "date"),
    [
        ("<time datetime=2024-05-03T10:00:00+02:00>x</time>", "//time", "2024-05-03T08:00"),
        ("<time datetime=2024-05-03T10:00:00Z>x</time>", "//time/@datetime", "2024-05-03T10:00"),
        ("<p>Published on 3 May 2024 | Politics</p>", "//p", "2024-05-03T00:00"),
        ("<html lang=de><p>3. Mai 2024</p>", "//p", "2024-05-03T00:00"),
        ("<p>am 3. Mai 2024, von X", "substring-after(//p, 'am ')", "2024-05-03T00:00"),
        ("<meta name=d content=2024-05-03><p>", "//meta[@name='d']", "2024-05-03T00:00"),
    ],
)
def test_a_date_is_read_in_the_language_of_the_page(html: str, rule: str, date: str) -> None:
    page = done(html, f"date: {rule}")
    found = page.work.facts["published"]
    assert isinstance(found, datetime)
    assert found.astimezone(UTC).isoformat().startswith(date)


def test_a_text_without_a_date_tells_none_and_stays() -> None:
    page = done("<p>yesterday</p>", "date: //p")
    assert "published" not in page.work.facts
    assert page.body == "<p>yesterday</p>"
    assert page.page.missed == {"date"}


def test_rules_for_all_sites_only_fill_in_what_nothing_told() -> None:
    general = read_rules("title: //h1\nauthor: //i", "global.txt", general=True)
    site = read_rules("title: //h2", "f.txt")
    html = "<h1>General</h1><i>Ann Reed</i><p>x"
    told = done(html, merged([site, general]), authors=("Found",))
    assert told.work.facts == {"title": "General", "authors": ("Found",)}
    assert told.dropped == []
    assert told.matches("title") == [0, 1]


# What goes


def test_strip_takes_elements_with_what_is_in_them_and_no_text_behind_them() -> None:
    page = done("<p>a<b>x<i>y</i></b>z</p><nav>n</nav>", "strip: //b | //i\nstrip: //nav")
    assert page.body == "<p>az</p>"
    assert page.dropped == [("strip: //b | //i", "xy"), ("strip: //nav", "n")]
    assert page.matches("strip") == [2, 1]


def test_strip_takes_attributes_and_texts() -> None:
    page = done(
        "<p>a<br>b<br>c</p><img src=a srcset=b><iframe srcdoc=x></iframe>",
        "strip: //p/text()[2]\nstrip: //img/@srcset\nstrip_attr: //iframe/@srcdoc",
    )
    assert page.body == '<p>a<br/><br/>c</p><img src="a"/><iframe/>'


def test_many_neighbours_go_and_the_texts_between_them_stay() -> None:
    page = done("<p>a<b>1</b>b<b>2</b>c<b>3</b><b>4</b>d</p>", "strip: //b")
    assert page.body == "<p>abcd</p>"
    assert len(page.dropped) == 4


@pytest.mark.parametrize("rule", ["//html", "//body", "//head", "//*", "//@*", "//text()", "/"])
def test_what_holds_the_page_together_stays(rule: str) -> None:
    page = done("<title>t</title><p>x", f"strip: {rule}\nwrap_in(div): {rule}\ndissolve: {rule}")
    assert page.work.root.find("body") is not None


@pytest.mark.parametrize(
    ("value", "goes"),
    [
        ("share", True),
        ("bar", True),
        ("wide share", False),
        ("share wide", True),
        ("share  wide", True),
        ("'share'", True),
        ('"share"', True),
        ("sha", False),
        ("Share", False),
        ("share-", False),
    ],
)
def test_whole_words_of_class_and_id_name_what_goes(value: str, goes: bool) -> None:
    html = "<p class=other>o</p><div class='x share\n wide' id=bar>s</div>"
    page = done(html, f"strip_id_or_class: other\nstrip_id_or_class: {value}")
    assert ("share" not in page.body) is goes
    assert page.matches("strip_id_or_class") == [1, int(goes)]


def test_a_compound_word_may_be_a_part_where_a_file_names_no_whole_one() -> None:
    html = "<p class=x-share-bar-top>s</p><p class=teaser-list>t</p><p>a"
    old = "strip_id_or_class: share-bar\nstrip_id_or_class: teaser"
    assert done(html, old).body == '<p class="teaser-list">t</p><p>a</p>'
    newer = old + "\nstrip_id_or_class: teaser-list"
    assert done(html, newer).body == '<p class="x-share-bar-top">s</p><p>a</p>'
    assert done(html, read_rules(old, "global.txt", general=True)).body.count("<p") == 3


def test_names_can_be_kept_from_going() -> None:
    page = done(
        "<p class='x keep'>a</p><p class=x>b</p>", "strip_id_or_class: x\nskip_id_or_class: keep"
    )
    assert page.body == '<p class="x keep">a</p>'
    assert page.page.protects(page.work.body[0])


def test_images_go_by_their_address() -> None:
    page = done(
        "<img src=ads/1.png><img src=//a.example/ads/2.png><img data-src=/ads/3.png><img src=b>",
        "strip_image_src: ads/",
    )
    assert page.body == '<img src="b"/>'
    assert page.matches("strip_image_src") == [3]


# What changes


def test_matches_are_wrapped_and_unwrapped() -> None:
    page = done(
        "<div class=tweet>a</div>b<font>c<i>d</i></font>e",
        "wrap_in(blockquote): //div[@class='tweet']\ndissolve: //font",
    )
    assert page.body == '<blockquote><div class="tweet">a</div></blockquote>bc<i>d</i>e'


def test_matches_are_moved_to_the_end_of_another_element() -> None:
    page = done(
        "<div id=a><p>1</p></div><div id=b><img src=x>tail<p>2</p></div>",
        "move_into(//div[@id='a']): //div[@id='b']/*",
    )
    assert page.body == (
        '<div id="a"><p>1</p><img src="x"/><p>2</p></div><div id="b"><span/>tail</div>'
    )


def test_nothing_is_moved_into_itself() -> None:
    html = "<div><p><b>x</b></p></div>"
    assert done(html, "move_into(//b): //div | //p | //b").body == html
    assert done(html, "move_into(//nothing): //b").body == html
    assert done(html, "move_into(body): //b").body == "<div><p/></div><b>x</b>"


def test_a_lazy_image_gets_its_address() -> None:
    page = done(
        "<img src=blank.gif data-full=real.jpg><img src=a>", "src_lazy_load_attr: data-full"
    )
    assert [image.get("src") for image in page.work.root.iter("img")] == ["real.jpg", "a"]


def test_an_advertisement_is_known() -> None:
    assert done("<i class=ad>", "native_ad_clue: //i[@class='ad']").page.native_ad
    assert not done("<i>", "native_ad_clue: //i[@class='ad']").page.native_ad


# The article


def test_the_first_rule_that_finds_an_element_says_which_is_the_article() -> None:
    page = done(
        "<div id=a>1</div><div id=b>2</div>", "body: //x\nbody: //div[@id='b']\nbody: //div"
    )
    assert page.article == "2"
    assert page.matches("body") == [0, 1]


def test_several_become_one_in_their_order_without_those_in_others() -> None:
    page = done(
        "<p>x</p><h2>1</h2> in between <div>2<p>3</p></div><p>4</p><i>y</i>",
        "body: //div | //p[position() > 1] | //h2 | //div/p",
    )
    assert page.article == "<h2>1</h2><div>2<p>3</p></div><p>4</p>"
    assert "in between" in page.body
    assert page.body.startswith("<p>x</p><div><h2>")


@pytest.mark.parametrize(
    "rule",
    [
        "//nothing",
        "//p/text()",
        "//@id",
        "string(//p)",
        "//title",
        "//html",
        "//div[@id='e']",
        "//[",
    ],
)
def test_a_body_that_is_none_is_left_to_detection_and_counted(rule: str) -> None:
    page = done("<title>t</title><p id=p>x</p><div id=e> <br></div>", f"body: {rule}")
    assert page.chosen is None
    assert page.page.missed == {"body"}
    assert page.page.detects("body")
    assert page.matches("body") != []


def test_an_article_may_be_nothing_but_pictures() -> None:
    assert done("<div id=a><img src=x></div><p>y", "body: //div").article == '<img src="x"/>'


def test_a_file_can_forbid_detection_of_what_its_rules_do_not_find() -> None:
    rules = "autodetect_on_failure: no\nbody: //x\ntitle: //h1\nauthor: //i"
    page = done("<h1>T</h1><p>x", rules).page
    assert not page.detects("body")
    assert not page.detects("author")
    assert page.detects("title")
    assert page.detects("date")


def test_attributes_go_from_the_article_afterwards() -> None:
    page = done(
        "<p class=c><a rel=x>o</a></p><div><p><a rel=x class=c>i</a></p></div>",
        "body: //div\npost_strip_attr: //a/@rel\npost_strip_attr: //*/@class",
    )
    assert page.article == '<p><a class="c">i</a></p>'
    assert "rel" in page.body


def test_the_page_s_image_is_put_first_where_a_file_asks_for_it() -> None:
    rules = "body: //div\ninsert_detected_image: yes"
    image = {"image": "https://a.example/i.png"}
    assert done("<div>t<p>x</p></div>", rules, **image).article == (
        '<img src="https://a.example/i.png"/>t<p>x</p>'
    )
    assert done("<div><img src=y></div>", rules, **image).article == '<img src="y"/>'
    assert done("<div>t</div>", rules).article == "t"
    assert done("<div>t</div>", "body: //div", **image).article == "t"


# Safety


def test_a_bad_rule_is_noted_and_the_others_are_done() -> None:
    page = done("<nav>n</nav><p>x", "strip: //[\nstrip: //nav\nbody: //p")
    assert page.article == "x"
    assert len(page.page.notes) == 1
    assert page.page.notes[0].startswith("//[")


def test_without_rules_a_page_is_not_looked_at() -> None:
    page = SitePage(SiteRules())
    work = Work(None, None)
    assert page.replace("<p>") == "<p>"
    page.learn(work)
    page.edit(work)
    assert page.choose(work) is None
    page.finish(work)
    assert page.hits == ()
    assert page.detects("body")
    assert not page.missed


LINES = st.sampled_from(
    "body: //div|body: //p|body: //*|strip: //p|strip: //b|strip: //*[@class]|strip: //@class"
    "|strip: //text()|strip: //div/following-sibling::*|strip_id_or_class: x"
    "|strip_id_or_class: y-z|strip_image_src: a|dissolve: //div|dissolve: //p|wrap_in(p): //b"
    "|wrap_in(blockquote): //div|wrap_in(li): //*|move_into(body): //p|move_into(//div): //p"
    "|move_into(//b): //div|title: //h1|title: //b|title: //div|author: //b|author: //*|date: //p"
    "|post_strip_attr: //*/@id|insert_detected_image: yes|src_lazy_load_attr: class"
    "|native_ad_clue: //b".split("|")
)
NODES = st.recursive(
    st.sampled_from(["t", " ", "<img src=a class=x>", "3 May 2024", "<br>"]),
    lambda inner: st.builds(
        lambda tag, attribute, parts: f"<{tag}{attribute}>{''.join(parts)}</{tag}>",
        st.sampled_from("div p b h1 a ul li table td body head html script".split()),
        st.sampled_from(["", " class=x", " id=y-z", " class='x y-z'"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(NODES, min_size=1, max_size=4), st.lists(LINES, max_size=8))
def test_any_rules_on_any_page_leave_a_page(parts: list[str], lines: list[str]) -> None:
    page = done("<body><p>a</p>" + "".join(parts), "\n".join(lines), image="https://a.example/i")
    assert page.work.root.tag == "html"
    assert page.work.root.find("body") is not None
    assert all("feeder-" not in str(one.tag) for one in page.work.root.iter())
    if page.chosen is not None:
        assert page.work.root in {page.chosen, *page.chosen.iterancestors()}


HOSTILE = {
    "flat with text": "<b class=x>1</b>" + "some text " * 3,
    "flat": "<b class=x></b>a",
    "images": "<img src=x class=x>a",
}


@pytest.mark.slow
@pytest.mark.parametrize("part", HOSTILE.values(), ids=list(HOSTILE))
@pytest.mark.parametrize(
    "rules",
    [
        "strip: //*[@class='x']",
        "strip_id_or_class: x",
        "strip_image_src: x",
        "dissolve: //*[@class='x']",
        "wrap_in(p): //*[@class='x']",
        "move_into(body): //*[@class='x']",
        "body: //*[@class='x']",
        "author: //*[@class='x']",
    ],
)
def test_time_grows_with_the_page_and_no_faster(part: str, rules: str) -> None:
    html = "a" * 200_000 + part * 40_000
    begin = time.process_time()
    done(html, rules)
    assert time.process_time() - begin < 5


@pytest.mark.parametrize(
    "html",
    [
        "<div class=x>" * 1_900 + "a" * 10_000,
        f"<div class='{'x ' * 500_000}'>a</div>" * 2,
        f"<p id='{'y-' * 500_000}'>a",
        "<p>" + "<b class=x>" * 1_000 + "a",
    ],
    ids=["deep", "long class", "long id", "unclosed"],
)
def test_deep_and_long_pages_take_no_longer(html: str) -> None:
    rules = (
        "strip: //div[@class='q']\nstrip_id_or_class: q-r\nwrap_in(p): //b\nbody: //div | //b\n"
        "title: //div\nauthor: //div\ndate: //div\ndissolve: //b"
    )
    begin = time.process_time()
    done(html, rules)
    assert time.process_time() - begin < 5
