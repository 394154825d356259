"""Whatever its shape, a draft becomes an article with the facts that were told beside it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeder.cleaner.draft import clean
from feeder.cleaner.markup.extract import extract
from feeder.models import Draft, Facts, Shape
from feeder.rules.grammar import read_rules

GERMAN = (
    "Der Garten liegt hinter dem alten Bahnhof und ist von der Straße nicht zu sehen. Wer ihn "
    "sucht, muss durch das Tor und dann über die Gleise, auf denen kein Zug mehr fährt."
)


@pytest.mark.parametrize(
    ("shape", "content"),
    [
        ("scrape", f"Ein Garten\n\n{GERMAN}\n"),
        ("fragment", f"\n<h1>Ein Garten</h1>\n<p>{GERMAN}</p>\n\n"),
        ("whole", f"\n<h1>Ein Garten</h1>\n<p>{GERMAN}</p>\n\n"),
        ("page", f"<html><title>Ein Garten</title><body><p>{GERMAN}</p></body></html>"),
    ],
)
def test_every_shape_tells_its_text_and_its_language(shape: Shape, content: str) -> None:
    article = clean(Draft(shape, content))
    assert (article.title, article.text, article.language) == ("Ein Garten", GERMAN, "de")
    assert article.html == article.html.strip()


@pytest.mark.parametrize("shape", ["scrape", "fragment", "whole"])
def test_facts_told_beside_the_content_win(shape: Shape) -> None:
    facts = Facts(title="Told", url="https://example.org/1", language="nds", authors=("A. Uthor",))
    article = clean(Draft(shape, f"Ein Garten\n\n{GERMAN}\n", facts=facts))
    told = (article.title, article.url, article.language, article.authors)
    assert told == ("Told", "https://example.org/1", "nds", ("A. Uthor",))
    assert "language" in {evidence.field for evidence in article.evidence}


def test_of_markdown_no_line_is_lost_however_much_it_looks_like_furniture() -> None:
    lines = [
        "A garden of one's own.",
        "Share this on Mastodon",
        "Subscribe",
        "Leave a Reply",
        "The post A garden appeared first on The Gardener.",
    ]
    links = [
        f'<p><a href="https://site.example/p/#{n}">{line}</a></p>' for n, line in enumerate(lines)
    ]
    markup = "".join(links) + "<footer>The end</footer><div class=sharedaddy>Tell others</div>"
    rules = read_rules("strip: //footer", "a.txt")
    article = clean(Draft("whole", markup), lambda url, html: rules)
    assert article.text.split("\n\n") == [*lines, "The end", "Tell others"]
    assert article.dropped == ()
    fragment = clean(Draft("fragment", markup), lambda url, html: rules)
    assert "The end" not in fragment.text


def test_only_the_title_of_markdown_stands_above_it() -> None:
    for markup, title in (("<h2>Head</h2><p>x</p>", ""), ("<h2>Head</h2><p>x</p>", "head")):
        article = clean(Draft("whole", markup, Facts(title=title or None)))
        assert (article.title.casefold(), article.text) == ("head", "x")
    assert clean(Draft("whole", "<h2>A</h2><p>x</p><h2>B</h2><p>y</p>")).text == "A\n\nx\n\nB\n\ny"
    assert clean(Draft("whole", "<h2>A</h2><p>x</p>", Facts(title="T"))).text == "A\n\nx"


def test_a_date_that_only_machines_are_told_dates_an_entry() -> None:
    html = (
        "<html><head><meta property=article:published_time content=2024-06-03T10:00:00Z></head>"
        f"<body><h1>Ein Garten</h1><p>{GERMAN}</p></body></html>"
    )
    assert clean(Draft("page", html)).published == datetime(2024, 6, 3, 10, tzinfo=UTC)
    assert extract(html).published is None


def test_what_holds_nothing_but_a_picture_is_an_article_and_what_holds_nothing_is_none() -> None:
    shown = clean(Draft("fragment", "<p><img src=https://site.example/a.png></p>"))
    assert (shown.text, shown.html) == ("", '<p><img src="https://site.example/a.png"></p>')
    assert clean(Draft("fragment", "<div><p><br></p></div><hr>")).html == ""
