"""All steps together: nothing of an article is lost, and what is not of it is gone and named."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeder.cleaner.markup.extract import clean_markup, extract
from feeder.errors import TooLargeError
from feeder.models import Article, Facts
from feeder.rules.grammar import read_rules
from feeder.text import fold, xml_safe

PARAGRAPHS = [
    "The harbour of Lower Wick was closed at noon on Tuesday, after the wind had torn two of the "
    "older boats from their moorings and carried them against the pier.",
    "Nobody was hurt, the harbour master said, but the ferry to the island will not leave before "
    "Thursday, and whoever waits for a parcel should not count on it this week.",
    "Divers looked at the piles in the afternoon. What they found was worse than expected: three "
    "of them are cracked below the water line, and a fourth has to be replaced at once.",
    "The council meets on Friday to decide who pays for it. Last year it had put off the repair "
    "of the pier, since the money was needed for the school roof.",
]
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
CORPORA = os.environ.get("FEEDER_CORPORA")


def page(body: str, head: str = "", facts: Facts = Facts()) -> Article:  # noqa: B008, it is frozen
    html = f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"
    return clean_markup(html, "https://site.example/a/b", fragment=False, facts=facts)


def fragment(html: str, facts: Facts = Facts()) -> Article:  # noqa: B008
    return clean_markup(html, "https://site.example/a/b", fragment=True, facts=facts)


def rules(article: Article) -> set[str]:
    return {dropped.rule for dropped in article.dropped}


def test_a_page_gives_its_article_and_names_what_it_left_out() -> None:
    article = page(
        f"<header><nav>Home News</nav></header><article><h1>Head</h1>{STORY}"
        "<div class='share-bar'>Share this</div></article>"
        "<div id=comments><h2>2 comments</h2><p>First!</p></div><footer>© Site</footer>",
        "<title>Head – The Site</title>",
    )
    assert article.title == "Head"
    assert article.text.split("\n\n") == PARAGRAPHS
    dropped = " | ".join(block.text for block in article.dropped)
    assert all(part in dropped for part in ("Home News", "Share this", "First!", "© Site"))
    assert all(d.step and d.rule and len(d.text) <= 120 for d in article.dropped)


@pytest.mark.parametrize(
    "around",
    [
        "<main>{}</main><div>menu</div>",
        "<div role=main>{}</div>",
        "<div class='x entry-content y'>{}</div>",
        "<div itemprop=articleBody>{}</div>",
        "<table><tr><td><a href=/>menu</a><br><a href=/n>menu</a><td>{}</table>",
        "<div><div><div>{}</div></div><div><p>other</p></div></div>",
        "<form action=/aspx><input name=state>{}</form>",
        "<div class=comment-page>{}</div>",
        "<div class=sidebar>{}</div>",
        "{}",
    ],
)
def test_the_block_with_the_story_is_found_and_never_dropped(around: str) -> None:
    article = page(around.format(STORY))
    assert article.text.split("\n\n")[: len(PARAGRAPHS)] == PARAGRAPHS
    assert "menu" not in article.text


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav>Gone</nav>",
        "<footer>Gone</footer>",
        "<aside>Gone</aside>",
        "<form><label>Gone</label><input></form>",
        "<div id=respond><h3>Gone</h3></div>",
        "<section class='related-posts x'>Gone</section>",
        "<div class='c-newsletter'>Gone</div>",
        "<ul class=breadcrumbs><li>Gone</ul>",
        "<div class=author-box>Gone</div>",
        "<script>Gone</script>",
        "<noscript>Gone</noscript>",
    ],
)
def test_furniture_inside_the_story_goes(furniture: str) -> None:
    assert "Gone" not in page(f"<article>{STORY}{furniture}<p>Last.</p></article>").text


def test_what_a_page_tells_becomes_facts() -> None:
    article = page(
        f"<article><p class=byline>By Ann Reed</p>{STORY}</article>",
        "<link rel=canonical href=/story><meta name=author content='Ann Reed'>"
        "<meta property=article:published_time content='2024-06-03T10:00:00+02:00'>"
        "<meta property=article:modified_time content='2024-06-04'>"
        "<meta name=description content=' A storm  has closed the harbour of Lower Wick. '>"
        "<meta property=og:image content=/i.png>"
        "<meta name=keywords content='one, two'><meta property=og:title content='Told'>",
    )
    assert article.title == "Told"
    assert article.url == "https://site.example/story"
    assert article.authors == ("Ann Reed",)
    assert article.published == datetime(2024, 6, 3, 8, tzinfo=UTC)
    assert article.modified == datetime(2024, 6, 4, tzinfo=UTC)
    assert article.summary == "A storm has closed the harbour of Lower Wick."
    assert article.language == "en"
    assert article.image == "https://site.example/i.png"
    assert article.categories == ("one", "two")
    assert article.text.split("\n\n") == PARAGRAPHS
    assert {"published", "authors", "image"} <= {evidence.field for evidence in article.evidence}


def test_json_ld_is_read_wherever_the_article_is_in_it() -> None:
    graph = {
        "@graph": [
            {"@type": "WebSite", "name": "Site"},
            {
                "@type": ["NewsArticle"],
                "headline": "From data",
                "author": [{"@type": "Person", "name": "Ann Reed"}],
                "datePublished": "2024-06-03T10:00:00Z",
            },
        ]
    }
    script = f"<script type='application/ld+json'>{json.dumps(graph)}</script>"
    article = page(f"<h1>From data</h1><p>Ann Reed</p>{STORY}", script)
    assert (article.title, article.authors) == ("From data", ("Ann Reed",))
    assert article.published == datetime(2024, 6, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "data",
    [
        '{"@type": "Article", "datePublished": 20240603, "author": {"name": ["x"]}, "headline": 5}',
        '{"@type": 7, "datePublished": null}',
        '{"@type": "Article", "datePublished": ["x", {"y": 1}], "author": true, "image": {}}',
        "[" * 50_000,
        "{broken",
        '"text"',
        "",
    ],
    ids=lambda data: data[:30],
)
def test_json_ld_of_the_wrong_types_hurts_nothing(data: str) -> None:
    article = page(f"<h1>Head</h1>{STORY}", f"<script type=application/ld+json>{data}</script>")
    assert article.text.startswith("The harbour of Lower Wick")
    assert article.published is None


def test_what_is_told_beside_the_content_wins() -> None:
    facts = Facts(title="Ours", authors=("We",), url="https://ours.example/x", id="urn:x:1")
    article = page(f"<h1>Theirs</h1>{STORY}", "<meta name=author content=They>", facts)
    assert (article.title, article.authors, article.id) == ("Ours", ("We",), "urn:x:1")
    assert article.url == "https://ours.example/x"
    assert [e.rule for e in article.evidence if e.field == "authors"] == ["told by the source"]


def test_of_a_fragment_nothing_is_lost() -> None:
    html = (
        "loose text<aside>an aside</aside><footer>a foot</footer><h2>One</h2><p>a</p>"
        "<h2>Two</h2><p>Comments are closed.</p><table><tr><td>x</td><td>0</td></tr>"
        "<tr><td>y</td><td>1</td></tr></table>"
    )
    assert fragment(html).text == (
        "loose text\n\nan aside\n\na foot\n\nOne\n\na\n\nTwo\n\nComments are closed.\n\nx 0\ny 1"
    )


@pytest.mark.parametrize(
    ("tail", "rule"),
    [
        (
            '<p>The post <a href="https://s.example/p/">T</a> appeared first on '
            '<a href="https://s.example">S</a>.</p>',
            "appeared first",
        ),
        (
            '<p>Запис <a href="https://s.example/p">Т</a> спершу з’явиться на '
            '<a href="https://s.example/">С</a>.</p>',
            "appeared first",
        ),
        ('<p><a href="https://s.example/p#respond">Leave a Comment</a></p>', "comments"),
        ('<div class="sharedaddy"><h3>Share</h3><a href="#">X</a></div>', "sharedaddy"),
        ("<div class='mc4wp-form'>Subscribe</div>", "mc4wp-form"),
    ],
)
def test_what_plugins_add_to_a_fragment_goes(tail: str, rule: str) -> None:
    article = fragment(f"<p>One.</p><p>Two.</p>{tail}\n<p></p>")
    assert article.text == "One.\n\nTwo."
    assert rule in rules(article)


@pytest.mark.parametrize(
    "tail",
    [
        '<p>See <a href="https://a.example/x">this</a> and <a href="https://b.example/">that</a>.</p>',
        "<p>The post appeared first on the wall.</p>",
        '<p>More in <a href="https://s.example/p#notes">the notes</a>.</p>',
    ],
)
def test_last_paragraphs_that_look_alike_stay(tail: str) -> None:
    assert rules(fragment(f"<p>One.</p>{tail}")) == set()


def test_a_single_first_heading_is_the_title_of_a_fragment() -> None:
    article = fragment("<h2>Head</h2><p>One.</p>")
    assert (article.title, article.text) == ("Head", "One.")
    several = fragment("<h2>Part 1</h2><p>One.</p><h2>Part 2</h2><p>Two.</p>")
    assert several.text.startswith("Part 1\n\nOne.")
    assert fragment("<p>First words of it.</p>").title == "First words of it."
    assert fragment("<h1>Same</h1><p>x</p>", Facts(title="same")).text == "x"
    assert fragment("<h1>Other</h1><p>x</p>", Facts(title="T")).text == "Other\n\nx"


def test_images_are_shown_and_pixels_are_not() -> None:
    article = fragment(
        "<p>x</p><img src='data:image/gif;base64,R0' data-src='/real.png'>"
        "<img src='https://t.example/1.gif' style='display: none'><img src=/dot.gif width=1>"
    )
    assert article.html.count("<img") == 1
    assert 'src="https://site.example/real.png"' in article.html


def test_base_href_counts() -> None:
    article = page(f"<a href=x>l</a>{STORY}", "<base href='https://cdn.example/d/'>")
    assert (
        'href="https://cdn.example/d/x"'
        in clean_markup(
            "<base href='https://cdn.example/d/'><p><a href=x>l</a></p>",
            None,
            fragment=True,
            facts=Facts(),
        ).html
    )
    assert article.text


@pytest.mark.parametrize("html", ["", " ", "<html></html>", "<script>x</script>", "<!-- -->", "\0"])
@pytest.mark.parametrize("is_fragment", [True, False, None])
def test_where_no_article_is_there_is_no_text(html: str, is_fragment: bool | None) -> None:
    article = clean_markup(html, None, fragment=is_fragment)
    assert (article.text, article.html) == ("", "")


@pytest.mark.parametrize("piece", ["<td>", "<a>", "<li>a", "<p>a</p>"])
def test_a_page_of_a_million_tags_is_refused_at_once(piece: str) -> None:
    started = time.process_time()
    with pytest.raises(TooLargeError, match="tags"):
        clean_markup("<body>" + piece * 900_000, None)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "around",
    [
        "<font>" * 300,
        "<div>" * 300 + "<font>" * 300,
    ],
    ids=["fonts", "boxes"],
)
def test_deep_nesting_keeps_its_words(around: str) -> None:
    assert "school roof" in page(around + STORY).text


def test_deeper_nesting_is_refused() -> None:
    with pytest.raises(TooLargeError, match="nested"):
        page("<div>" * 5_000 + STORY)


@pytest.mark.slow
@pytest.mark.parametrize(
    "bomb",
    [
        "<p " + " ".join(f"a{n}" for n in range(60_000)) + ">x",
        "<div class=share>x</div>" * 20_000,
        "<article><p>x" * 10_000,
        "<p>x<a href='https://s.example/p#respond'>y</a></p>" * 10_000,
        "<time datetime=x>" * 20_000,
        "<h1>x</h1>" * 20_000,
    ],
    ids=lambda bomb: bomb[:16],
)
def test_no_page_takes_long(bomb: str) -> None:
    began = time.process_time()
    for is_fragment in (True, False):
        try:
            clean_markup(bomb, None, fragment=is_fragment)
        except TooLargeError as refused:
            assert refused.message
    assert time.process_time() - began < 5


_TAGS = (
    "html body head title /title p /p article h1 h2 div /div table td svg form aside frameset"
    " template script /script !-- ![CDATA[ ?xml"
)
_PIECES = st.sampled_from(
    [f"<{tag}>" for tag in _TAGS.split()]
    + ["-->", "<a href=x>", "<img src=y>", "<base href='http://['>", "<time datetime=99>"]
    + ["<meta name=author content=x>", "<link rel=canonical href=//>", "<div class=comments>"]
    + ["<?xml version='1.0' encoding='x'?>", "&#0;", "&#xD800;", "&#8;", "<!--"]
)


@example("<form><aside>&#8;", False)
@given(
    st.lists(_PIECES | st.text(max_size=8), max_size=30).map("".join),
    st.sampled_from([True, False, None]),
)
def test_any_markup_gives_an_article_that_is_xml_safe(html: str, is_fragment: bool | None) -> None:
    article = clean_markup(html, None, fragment=is_fragment)
    for text in (article.html, article.text, article.title, article.summary or ""):
        assert xml_safe(text) == text
    assert bool(article.text) or not article.html


@pytest.mark.skipif(not CORPORA, reason="FEEDER_CORPORA names no folder with labelled documents")
def test_of_the_labelled_pages_no_article_line_is_lost() -> None:
    folder = Path(CORPORA or "") / "boilerplate"
    for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        if label["kind"] == "html":
            html = (folder / label["file"]).read_text(encoding="utf-8")
            text = fold(clean_markup(html, None).text)
            lost = [t for kind, t in label["lines"] if kind == "keep" and fold(t) not in text]
            assert not lost, label["id"]


def test_a_rule_that_matches_nothing_can_forbid_to_look_for_author_and_date() -> None:
    html = (
        "<html><head><title>Harbour closed</title></head><body><article><h1>Harbour closed</h1>"
        '<p class="byline">By <a rel="author" href="/m">Moira Tennant</a>'
        ' <time datetime="2024-05-06">6 May 2024</time></p>'
        f"{STORY}</article></body></html>"
    )
    rules = read_rules(
        "author: //b[@class='x']\ndate: //b[@class='y']\nautodetect_on_failure: no", "t"
    )
    found, forbidden = extract(html), extract(html, rules=rules)
    assert found.authors == ("Moira Tennant",)
    assert found.published is not None
    assert (forbidden.authors, forbidden.published) == ((), None)


def test_the_flow_makes_paragraphs_of_double_line_breaks() -> None:
    html = extract(f"<div>{PARAGRAPHS[0]}<br><br>{PARAGRAPHS[1]}</div>", fragment=True).html
    assert html.count("<p>") == 2
