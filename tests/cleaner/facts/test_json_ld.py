"""JSON-LD in the shapes that pages have it in, and with every type wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cleaner.facts.reading import linked, rule, told, told_by

ARTICLE: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "A Story of Boats",
    "datePublished": "2024-06-03T10:00:00Z",
    "author": {"@type": "Person", "name": "Ann Reed"},
}
SEEN = "<p>Words by our reporter in the harbour: Ann Reed, Bob Fox and Cy Moss</p>"
TEXT = json.dumps(ARTICLE)


@pytest.mark.parametrize(
    "data",
    [
        ARTICLE,
        [ARTICLE],
        [[{"@type": "BreadcrumbList"}, ARTICLE]],
        {"@graph": [{"@type": "WebSite", "name": "Site"}, ARTICLE]},
        {"@graph": {"@graph": [ARTICLE]}},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {"@type": "WebPage", "mainEntityOfPage": [ARTICLE]},
        ARTICLE | {"@type": ["NewsArticle", "BlogPosting"]},
        ARTICLE | {"@type": "http://schema.org/ReportageNewsArticle"},
        ARTICLE | {"@type": "OpinionNewsArticle", "headline": ["A Story of Boats"]},
        f"<!-- {TEXT} -->",
        f"//<![CDATA[\n{TEXT}\n//]]>",
        f"/*<![CDATA[*/{TEXT}/*]]>*/",
        f"{TEXT};",
        TEXT.replace("}}", "},}"),
        TEXT.replace('"author"', '/* who */ "author"'),
        TEXT.replace("Boats", "Bo\nats").replace("Bo\nats", "Boats\t"),
        TEXT.replace("A Story", r"A\ Story"),
        TEXT + json.dumps({"@type": "Organization", "name": "Site"}),
        json.dumps({"@type": "Organization", "author": 1}) + TEXT,
        TEXT.replace('"', "&quot;"),
        TEXT + " and some more words",
    ],
)
def test_the_article_is_read_in_every_shape(data: Any) -> None:
    facts = told(linked(data), SEEN).facts
    assert facts.authors == ("Ann Reed",)
    assert facts.published == datetime(2024, 6, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ann Reed", ("Ann Reed",)),
        (["Ann Reed", "Bob Fox"], ("Ann Reed", "Bob Fox")),
        ("Ann Reed, Bob Fox and Cy Moss", ("Ann Reed", "Bob Fox", "Cy Moss")),
        ({"name": "Ann Reed"}, ("Ann Reed",)),
        ({"@type": "Person", "name": ["Ann Reed"]}, ("Ann Reed",)),
        ([{"@type": "Person", "name": "Ann Reed"}, {"name": "Bob Fox"}], ("Ann Reed", "Bob Fox")),
        ({"@id": "#ann"}, ("Ann Reed",)),
        ([{"@id": "#ann"}, {"@id": "#nobody"}], ("Ann Reed",)),
        ({"@type": "Person", "name": "By Ann Reed"}, ("Ann Reed",)),
        ({"@type": "Person", "name": "Ann Reed &amp; Bob Fox"}, ("Ann Reed", "Bob Fox")),
        ({"@type": "Organization", "name": "Bob Fox"}, ()),
        ({"@type": "Person", "name": "admin"}, ()),
        ({"@type": "Person", "name": "https://site.example/ann"}, ()),
        (None, ()),
        (7, ()),
        (True, ()),
        ({}, ()),
        ([], ()),
        ([[["Ann Reed"]]], ("Ann Reed",)),
        ({"name": {"name": {"name": "Ann Reed"}}}, ("Ann Reed",)),
        ({"name": 3}, ()),
    ],
)
def test_authors_are_read_in_every_shape(author: Any, names: tuple[str, ...]) -> None:
    graph = [ARTICLE | {"author": author}, {"@id": "#ann", "@type": "Person", "name": "Ann Reed"}]
    assert told(linked({"@graph": graph}), SEEN).facts.authors == names


def test_names_in_machines_words_only_are_no_authors() -> None:
    """An account of the publishing system that no reader is shown."""
    assert told(linked(ARTICLE)).facts.authors == ()


def test_the_article_of_several_is_the_one_of_the_page() -> None:
    other = ARTICLE | {
        "headline": "Another One",
        "url": "https://site.example/other",
        "author": "Bob Fox",
    }
    own = ARTICLE | {"url": "https://site.example/2024/a-story?ref=home"}
    assert told(linked([other, own]), SEEN).facts.authors == ("Ann Reed",)
    unnamed = ARTICLE | {"headline": "Third", "url": "https://site.example/2024/a-story"}
    head = "<title>A Page</title>" + linked([other, unnamed])
    assert told(head, SEEN).facts.authors == ("Ann Reed",)


def test_of_several_unlike_articles_none_is_taken() -> None:
    several = [ARTICLE | {"headline": f"Number {n}", "author": "Bob Fox"} for n in range(3)]
    facts = told(linked(several), SEEN).facts
    assert (facts.authors, facts.published) == ((), None)


def test_authors_and_dates_of_comments_and_related_articles_are_not_the_articles() -> None:
    data = {
        "@type": "Article",
        "headline": "A Story of Boats",
        "comment": [{"@type": "Comment", "author": "Bob Fox", "dateCreated": "2025-01-01"}],
        "isPartOf": {"@type": "BlogPosting", "author": "Bob Fox", "datePublished": "2025-01-01"},
        "review": {"@type": "Review", "author": "Bob Fox", "datePublished": "2025-01-01"},
    }
    facts = told(linked(data), SEEN).facts
    assert (facts.authors, facts.published) == ((), None)


def test_several_scripts_are_read_together() -> None:
    page = (
        linked({"@type": "Organization", "name": "The Harbour Post"})
        + linked("{")
        + linked(ARTICLE)
    )
    facts = told(page, SEEN)
    assert facts.facts.authors == ("Ann Reed",)
    assert facts.site_name == "The Harbour Post"


def test_entities_are_decoded_once() -> None:
    head = linked(ARTICLE | {"headline": "Salt &amp;amp; Fish &#8217;n&#8217; Chips"})
    page = f"<html><head>{head}</head><body><p>Words</p></body></html>"
    assert told_by(page).facts.title == "Salt &amp; Fish ’n’ Chips"


def test_what_is_told_has_its_evidence() -> None:
    data = ARTICLE | {
        "articleSection": "Harbour",
        "keywords": ["boats", "money"],
        "dateModified": "2024-06-04T00:00:00+02:00",
        "description": "What the boats cost.",
        "image": {"@type": "ImageObject", "url": "/boats.jpg"},
        "inLanguage": "de",
    }
    page = told_by(
        f"<html><head>{linked(data)}</head><body><h1>A Story of Boats</h1>{SEEN}</body></html>",
        "https://site.example/x",
    )
    facts = page.facts
    assert facts.categories == ("Harbour", "boats", "money")
    assert facts.summary == "What the boats cost."
    assert facts.image == "https://site.example/boats.jpg"
    assert facts.language == "de"
    assert facts.modified is not None
    assert facts.modified.isoformat() == "2024-06-04T00:00:00+02:00"
    for field in ("authors", "published", "modified", "summary", "image", "language", "categories"):
        assert rule(page, field).startswith("JSON-LD"), field


def test_without_json_ld_where_the_site_has_it_wrong() -> None:
    from lxml import html

    from feeder.cleaner.markup.facts.read import read_facts

    root = html.document_fromstring(
        f"<html><head>{linked(ARTICLE)}</head><body>{SEEN}</body></html>"
    )
    assert read_facts(root, None).facts.published is not None
    assert read_facts(root, None, skip_json_ld=True).facts.published is None


_KEYS = st.sampled_from(
    "@type @id @graph headline name author creator datePublished dateModified image url publisher"
    " description keywords articleSection inLanguage mainEntity mainEntityOfPage".split()
)
_LEAVES = st.sampled_from(
    [None, True, -1, 10**400, 1.5, "", "Article", "Ann Reed", "#a", "2024-06-03", "\ud800", "\x00"]
)
_ANY = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6)
)


@given(_ANY)
def test_wrong_types_hurt_nothing(data: Any) -> None:
    facts = told(linked(json.dumps(data)), SEEN).facts
    assert facts.title == "A Story of Boats"


@given(st.text('{}[]",:\\/*<!-&; \n\tabc1', max_size=60))
def test_what_is_no_json_hurts_nothing(text: str) -> None:
    assert told(linked(f'{{"headline": {text}')).facts.title == "A Story of Boats"


@pytest.mark.parametrize(
    "text",
    [
        '{"headline":' * 20_000,
        "[" * 100_000 + '"headline"',
        '{"headline": "' + "x" * 500_000 + '"}',
        '{"headline": 1}' * 20_000,
        '{"headline": ' + "9" * 100_000 + "}",
        '"headline"' + "/*" * 100_000,
        '{"headline"' + "," * 100_000,
        "&quot;headline" * 50_000,
    ],
)
def test_hostile_scripts_take_no_time(text: str) -> None:
    assert told(linked(text)).facts.title == "A Story of Boats"
