"""Dates are those that a page is of: never invented, and on the day that readers are shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.cleaner.facts.reading import PROSE, linked, rule, told, told_by

SHOWN = "<p class=date>3 June 2024</p>"
JUNE = datetime(2024, 6, 3, tzinfo=UTC)


def day(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%d") if moment else None


@pytest.mark.parametrize(
    "head",
    [
        linked({"@type": "Article", "datePublished": "2024-06-03"}),
        linked({"@type": "Article", "datePublished": "2024-06-03T09:00:00.123Z"}),
        linked({"@type": "Article", "datePublished": "2024-06-03 09:00:00 +0000"}),
        linked({"@type": "Article", "datePublished": "3.6.2024"}),
        linked({"@type": "Article", "datePublished": "June 3, 2024 9:00 am"}),
        linked({"@type": "Article", "datePublished": ["2024-06-03", "2025-01-01"]}),
        linked({"@type": "Article", "datePublished": {"@value": "2024-06-03"}}),
        *(
            f'<meta property="{name}" content="2024-06-03T09:00:00Z">'
            for name in "article:published_time og:article:published_time datePublished"
            " parsely-pub-date sailthru.date citation_publication_date dc.date.issued"
            " dcterms.created pubdate publishdate date".split()
        ),
        '<meta itemprop=datePublished content="2024-06-03">',
        '<meta name=date content="20240603">',
        '<meta name=pubdate content="20240603093000">',
        '<meta name=pubdate content="1717405200">',
        '<meta name=pubdate content="1717405200000">',
    ],
)
def test_what_machines_are_told(head: str) -> None:
    page = told(head, SHOWN)
    assert day(page.facts.published) == "2024-06-03"
    if "name=date" not in head and '"date"' not in head:
        assert rule(page, "published").startswith(("JSON-LD", "meta"))


@pytest.mark.parametrize(
    "body",
    [
        "<time datetime=2024-06-03>yesterday</time>",
        "<time>3 June 2024</time>",
        "<span itemprop=datePublished content=2024-06-03></span>",
        "<div class=entry-date>June 3, 2024</div>",
        "<div class=PostDate__x1>3 June 2024, 10:00</div>",
        "<p>Published on 3 June 2024</p>",
        "<p>Ann Reed, 3 June 2024</p>",
        "<p>By Ann Reed | June 3, 2024 | 5 min read</p>",
        "<p>Berlin, 3.6.2024</p>",
        "<p>2024年6月3日</p>",
        "<p>3 червня 2024</p>",
        "<p>3.6.2024 – It rained in the harbour and nobody came to see the boats that day.</p>",
        "<ul><li>News<li>03/06/2024 17:10</ul>",
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_what_readers_are_shown_by_the_headline(body: str, before: bool) -> None:
    parts = (body, "<h1>A Story</h1>") if before else ("<h1>A Story</h1>", body)
    page = told_by(f"<html lang=en-GB><body><div>{''.join(parts)}{PROSE * 2}</div></body></html>")
    assert day(page.facts.published) == "2024-06-03"
    assert rule(page, "published")


def test_a_date_in_the_heading_itself() -> None:
    assert day(told_by(f"<h1>A Story <small>3 June 2024</small></h1>{PROSE}").facts.published)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://site.example/2024/06/03/story", "2024-06-03"),
        ("https://site.example/2024/6/3/story/", "2024-06-03"),
        ("https://site.example/2024-06-03-story.html", "2024-06-03"),
        ("https://site.example/news/20240603/story", "2024-06-03"),
        ("https://site.example/2024-06/03/story", "2024-06-03"),
        ("https://site.example/story_03-06-2024", "2024-06-03"),
        ("https://site.example/2024/06/story", None),
        ("https://site.example/2024/06/30-tips", None),
        ("https://site.example/2024/43/story", None),
        ("https://site.example/story-1202406031", None),
        ("https://site.example/?date=2024-06-03", None),
        ("https://[x/2024/06/03/", None),
    ],
)
def test_dates_in_addresses(url: str, expected: str | None) -> None:
    assert day(told(url=url).facts.published) == expected


@pytest.mark.parametrize(
    "body",
    [
        "<p>© 2024 The Harbour Post</p>",
        "<p>Copyright 3 June 2024 by the Post, who own all of it and let nobody use it.</p>",
        "<p>The next meeting is on Wednesday 5 February 2025 from 7 pm in the harbour office.</p>",
        "<div class=comments><time datetime=2024-06-03>3 June 2024</time></div>",
        "<ul class=related-articles><li><time datetime=2024-06-03>3 June 2024</time></ul>",
        "<div id=comments><p class=comment-date>3 June 2024</p></div>",
        "<nav><span class=date>Monday, 3 June 2024</span></nav>",
        "<form><select><option>3 June 2024</option></select></form>",
        "<time datetime=1970-01-01>1 January 1970</time>",
        "<time datetime=0001-01-01>never</time>",
        "<p class=date>3 June 1924</p>",
        "<p class=date>yesterday</p>",
        "<p class=date>3 June</p>",
        "<p>Boats lose 2024 pounds on 3 crossings of 6</p>",
        "<time datetime=nonsense>soon</time>",
    ],
)
def test_what_is_no_date_of_the_article(body: str) -> None:
    assert told("", body).facts.published is None
    assert told_by(f"<h1>A Story</h1>{PROSE * 9}{body}").facts.published is None


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01T00:00:00Z",
        "0000-00-00",
        "0001-01-01",
        "1899-12-30",
        "",
        "now",
        "2024",
        "9" * 300,
    ],
)
def test_zeros_of_programs_are_no_dates(text: str) -> None:
    head = linked({"@type": "NewsArticle", "datePublished": text, "dateModified": text})
    facts = told(head + f'<meta name=date content="{text}">').facts
    assert (facts.published, facts.modified) == (None, None)


def test_what_no_reader_is_shown_is_handed_on_apart() -> None:
    """When a program first saved a page that is of no day."""
    for head in (
        linked({"@type": "Article", "datePublished": "2024-06-03T09:00:00Z"}),
        '<meta property="article:published_time" content="2024-06-03T09:00:00Z">',
        '<meta name="dc.date" content="2024-06-03T09:00:00Z">',
    ):
        page = told(head)
        assert page.facts.published is None
        assert page.hidden_date == datetime(2024, 6, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (SHOWN, None),
        ("<p>Ann Reed, 3.6.2024</p>", None),
        ("", "https://site.example/2024/06/03/x"),
        (f"{PROSE * 9}<p>First put up in the harbour on 3 June 2024.</p>", None),
        ("<time datetime=2024-06-03>two days ago</time>", None),
    ],
)
def test_a_date_that_readers_are_shown_is_the_pages(body: str, url: str | None) -> None:
    head = linked({"@type": "Article", "datePublished": "2024-06-03T09:00:00Z"})
    page = told(head, body, url)
    assert page.facts.published == datetime(2024, 6, 3, 9, tzinfo=UTC)
    assert page.hidden_date is None


def test_news_is_always_of_a_day() -> None:
    head = linked({"@type": "NewsArticle", "datePublished": "2024-06-03T09:00:00Z"})
    assert day(told(head).facts.published) == "2024-06-03"


def test_a_web_pages_own_date_is_none_of_an_articles() -> None:
    head = linked({"@type": "WebPage", "datePublished": "2019-01-01"})
    assert told(head, SHOWN).facts.published == JUNE
    assert told(head).facts.published is None


def test_the_zone_is_kept_as_told() -> None:
    head = linked({"@type": "NewsArticle", "datePublished": "2024-06-03T23:30:00+09:00"})
    published = told(head).facts.published
    assert published is not None
    assert published.isoformat() == "2024-06-03T23:30:00+09:00"


@pytest.mark.parametrize(
    ("instant", "shown", "expected"),
    [
        ("2024-06-04T05:30:00Z", "3 June 2024", "2024-06-03"),
        ("2024-06-02T23:00:00Z", "3 June 2024", "2024-06-03"),
        ("2024-06-03T12:00:00Z", "3 June 2024", "2024-06-03"),
        ("2024-06-08T05:30:00Z", "3 June 2024", "2024-06-08"),
        ("2024-06-04T05:30:00+02:00", "3 June 2024", "2024-06-04"),
    ],
)
def test_a_moment_told_in_utc_is_on_the_day_that_readers_are_shown(
    instant: str, shown: str, expected: str
) -> None:
    head = linked({"@type": "NewsArticle", "datePublished": instant})
    published = told(head, f"<p class=date>{shown}</p>").facts.published
    assert published is not None
    assert (day(published), published) == (expected, datetime.fromisoformat(instant))


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:modified_time" content="2024-06-04">',
        '<meta property="og:updated_time" content="2024-06-04T10:00:00Z">',
        linked({"@type": "Article", "headline": "x", "dateModified": "2024-06-04"}),
    ],
)
def test_when_machines_saw_it_change_is_not_when_it_was_published(head: str) -> None:
    page = told(head)
    assert (day(page.facts.modified), page.facts.published) == ("2024-06-04", None)
    assert rule(page, "modified")


@pytest.mark.parametrize(
    "body",
    [
        "<p>Last updated: 4 June 2024</p>",
        "<p>Zuletzt aktualisiert am 4.6.2024</p>",
        "<time class=updated datetime=2024-06-04>4 June</time>",
        "<span itemprop=dateModified content=2024-06-04></span>",
        "<div class=date>Updated 4 June 2024</div>",
    ],
)
def test_a_last_change_is_the_date_only_where_readers_are_shown_no_other(body: str) -> None:
    page = told("", body)
    assert day(page.facts.modified) == day(page.facts.published) == "2024-06-04"
    assert "only date shown" in rule(page, "published")
    page = told("", body + SHOWN)
    assert (day(page.facts.modified), page.facts.published) == ("2024-06-04", JUNE)
    page = told("", SHOWN + body)
    assert (day(page.facts.modified), page.facts.published) == ("2024-06-04", JUNE)


def test_a_line_at_the_end_tells_where_nothing_else_does() -> None:
    end = "<footer><p>First published: 3 June 2024</p></footer>"
    assert told_by(f"<h1>A Story</h1>{PROSE * 9}{end}").facts.published == JUNE
    end = "<p>3.6.2024</p>"
    assert told_by(f"<h1>A Story</h1>{PROSE * 9}{end}").facts.published == JUNE
    more = f"{end}<p>4.6.2024</p>"
    assert told_by(f"<h1>A Story</h1>{PROSE * 9}{more}").facts.published is None


def test_day_and_month_follow_the_pages_language() -> None:
    for language, expected in (
        ("en-US", "2024-03-06"),
        ("en-GB", "2024-06-03"),
        ("de", "2024-06-03"),
    ):
        html = f"<html lang={language}><h1>A Story</h1><p class=date>03/06/2024</p>{PROSE}</html>"
        assert day(told_by(html).facts.published) == expected
