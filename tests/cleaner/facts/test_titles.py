"""The title is the headline that readers see, without the site's name; never that name alone."""

from __future__ import annotations

import pytest

from tests.cleaner.facts.reading import PROSE, URL, linked, rule, told_by

OG = '<meta property="og:title" content="{}">'
SITE = '<meta property="og:site_name" content="The Harbour Post">'


def title(head: str, body: str = "", url: str | None = URL) -> str | None:
    return told_by(f"<html><head>{head}</head><body>{body}{PROSE}</body></html>", url).facts.title


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>A Story of Boats | The Harbour Post</title>", "<h1>A Story of Boats</h1>"),
        (OG.format("A Story of Boats - The Harbour Post"), "<h1>A Story of Boats</h1>"),
        ("<title>The Harbour Post » Blog » A Story of Boats</title>", "<h2>A Story of Boats</h2>"),
        (SITE + OG.format("A Story of Boats – The Harbour Post"), ""),
        (SITE + "<title>The Harbour Post: A Story of Boats</title>", ""),
        (SITE + "<title>A Story of Boats │ The Harbour Post</title>", ""),
        (SITE + "<title>A Story of Boats_The Harbour Post</title>", ""),
        ("<title>A Story of Boats | site.example</title>", ""),
        ("<title>A Story of Boats - Site</title>", ""),
        ('<meta name="dc.title" content="A Story of Boats">', ""),
        ('<meta name="citation_title" content="A Story of Boats"><title>Journal</title>', ""),
        (linked({"@type": "Article", "headline": "A Story of Boats"}), ""),
        ("<title>Boats</title>", "<h1>A Story of Boats</h1>"),
        ("<title>A story of boats</title>", "<h1>  A\n Story   of Boats </h1>"),
        (OG.format("Boats: a story"), "<h1>A Story of Boats</h1><h2>Another story</h2>"),
    ],
)
def test_the_headline_is_found(head: str, body: str) -> None:
    found = title(head, body)
    assert found is not None
    assert found.casefold() == "a story of boats"


@pytest.mark.parametrize(
    "body",
    [
        "<h1><a href='/'>The Harbour Post</a></h1><h2>A Story of Boats</h2>",
        "<h1><a href='https://www.site.example/'>Post</a></h1><h2>A Story of Boats</h2>",
        "<a href='/' rel=home><h1>The Harbour Post</h1></a><h1>A Story of Boats</h1>",
        "<h1>Menu</h1><h1>A Story of Boats</h1><h1>Latest</h1><h3>A Story of Boats</h3>",
        "<h1>The Harbour Post</h1><h3>A Story of Boats</h3>",
        "<svg><title>Icon</title></svg><h1>A Story of Boats</h1>",
    ],
)
def test_the_name_of_the_site_is_no_headline(body: str) -> None:
    assert title(SITE + "<title>A Story of Boats – Harbour</title>", body) == "A Story of Boats"
    if "<h3>" not in body or "<h1>A Story" in body:  # unless an <h3> is all that is against it
        head = "<title>A Story of Boats | The Harbour Post</title>"
        assert title(head, body) == "A Story of Boats"


@pytest.mark.parametrize(
    "heading",
    [
        "<h1><span class=kicker>Harbour</span> A Story of Boats</h1>",
        "<h1><span>Harbour</span><br><span>A Story of Boats</span></h1>",
        "<h1>A Story of Boats <small>by Ann Reed, 3 June 2024</small></h1>",
        "<h1>Politics | A Story of Boats</h1>",
        "<h1><style>.x{color:red}</style>A Story of Boats<script>x()</script></h1>",
        "<h1>A Sto\u00adry of Boats</h1>",
        "<h1>A Story of <ruby>Boats<rt>boats</rt></ruby></h1>",
    ],
)
def test_what_else_is_in_the_heading_is_not_of_the_title(heading: str) -> None:
    assert title(OG.format("A Story of Boats"), heading) == "A Story of Boats"


def test_a_heading_that_says_more_than_the_head_is_kept_whole() -> None:
    head = OG.format("Boats lose money") + "<title>Boats lose money | Post</title>"
    assert title(head, "<h1>Boats lose money in winter</h1>") == "Boats lose money in winter"


def test_a_related_articles_heading_is_not_the_title() -> None:
    body = "<h1>Boats lose money in winter</h1><aside><h3>Boats lose money</h3></aside>"
    assert title(OG.format("Boats lose money"), body) == "Boats lose money in winter"


def test_a_page_that_is_called_like_its_site_has_that_for_a_title() -> None:
    assert title(SITE + OG.format("The Harbour Post"), "", "https://site.example/") == (
        "The Harbour Post"
    )
    assert title("", "") is None


def test_the_heading_is_handed_on_with_the_evidence() -> None:
    page = told_by(f"<title>A Story</title><h1 id=it>A Story</h1>{PROSE}")
    assert page.headline is not None
    assert page.headline.get("id") == "it"
    assert rule(page, "title") == "<h1>"
    page = told_by(f"<title>A Story</title>{PROSE}")
    assert (page.headline, rule(page, "title")) == (None, "<title>")


def test_headings_of_any_number_and_kind_take_no_time() -> None:
    assert title("<title>x</title>", "<h1>a</h1>" * 30_000) is not None
    assert title("<title>x | y</title>", f"<h1>{'<b>a</b> ' * 30_000}</h1>") is not None
    assert title(f"<title>{'a | ' * 30_000}</title>", "<h2>a</h2>" * 300) is not None
