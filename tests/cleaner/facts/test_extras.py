"""Addresses, languages, names of sites, pictures, summaries and tags."""

from __future__ import annotations

import pytest

from tests.cleaner.facts.reading import URL, linked, meta, rule, told, told_by

CANONICAL = "<link rel=canonical href='{}'>"
IMAGE = '<meta property="og:image" content="{}">'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (CANONICAL.format("/a"), "https://site.example/a"),
        (CANONICAL.format("https://www.site.example/a?b=c"), "https://www.site.example/a?b=c"),
        (CANONICAL.format("http://m.site.example/a"), "http://m.site.example/a"),
        ("<base href=/deep/>" + CANONICAL.format("a"), "https://site.example/deep/a"),
        ('<meta property="og:url" content="/a">', "https://site.example/a"),
        (CANONICAL.format("https://other.example/a"), None),
        (CANONICAL.format("https://site.example/"), None),
        (CANONICAL.format("/"), None),
        (CANONICAL.format("javascript:alert(1)"), None),
        (CANONICAL.format("ftp://site.example/a"), None),
        (CANONICAL.format(""), None),
        (CANONICAL.format("//[bad"), None),
        (CANONICAL.format("/") + '<meta property="og:url" content="/a">', "https://site.example/a"),
        ("<link rel='shortlink' href=/a><link rel=alternate href=/b>", None),
    ],
)
def test_the_canonical_address_is_one_of_this_page(head: str, expected: str | None) -> None:
    page = told(head)
    assert page.facts.url == expected
    assert bool(rule(page, "url")) == bool(expected)


def test_the_first_page_is_its_own_address() -> None:
    head = CANONICAL.format("/")
    assert told(head, url="https://site.example/?utm_source=x").facts.url is None
    assert told(head, url="https://site.example").facts.url == "https://site.example/"
    assert told(CANONICAL.format("https://a.co.uk/x"), url="https://b.co.uk/x").facts.url is None
    assert (
        told(CANONICAL.format("https://a.example/x"), url=None).facts.url == "https://a.example/x"
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<html lang=de>", "de"),
        ("<html lang=pt_BR>", "pt-BR"),
        ("<html><meta property='og:locale' content=uk_UA>", "uk-UA"),
        ("<html><meta http-equiv=content-language content='fr, en'>", "fr"),
        ("<html><meta name='dc.language' content=it>", "it"),
        ("<html lang='{{ lang }}'><meta property='og:locale' content=uk_UA>", "uk-UA"),
        ("<html>" + linked({"@type": "Article", "headline": "x", "inLanguage": "sv"}), "sv"),
        ("<html>", None),
    ],
)
def test_languages(html: str, expected: str | None) -> None:
    page = told_by(f"{html}<body><p>Words</p>")
    assert page.facts.language == expected


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:site_name" content="The Post">',
        '<meta name="application-name" content="The Post">',
        linked({"@type": "WebSite", "name": "The Post"}),
        linked({"@type": "Article", "publisher": {"@type": "Organization", "name": "The Post"}}),
    ],
)
def test_names_of_sites(head: str) -> None:
    assert told(head).site_name == "The Post"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (IMAGE.format("/boat.jpg"), "https://site.example/boat.jpg"),
        ('<meta name="twitter:image" content="/boat.jpg">', "https://site.example/boat.jpg"),
        ("<link rel=image_src href=/boat.jpg>", "https://site.example/boat.jpg"),
        (
            linked({"@type": "Article", "headline": "x", "image": "/boat.jpg"}),
            "https://site.example/boat.jpg",
        ),
        (
            linked({"@type": "Article", "headline": "x", "image": [{"url": "/b.jpg"}]}),
            "https://site.example/b.jpg",
        ),
        (
            linked(
                {
                    "@graph": [
                        {"@type": "Article", "headline": "x", "image": {"@id": "#i"}},
                        {"@id": "#i", "url": "/b"},
                    ]
                }
            ),
            "https://site.example/b",
        ),
        (IMAGE.format("/logo.png"), None),
        (
            IMAGE.format("/img/site-logo-2x.png") + IMAGE.format("/b.jpg"),
            "https://site.example/b.jpg",
        ),
        (IMAGE.format("/default-image.jpg"), None),
        (IMAGE.format("/placeholder.svg"), None),
        (
            IMAGE.format("/logos-of-the-world-cup.jpg"),
            "https://site.example/logos-of-the-world-cup.jpg",
        ),
        (IMAGE.format("/catalogue.jpg"), "https://site.example/catalogue.jpg"),
        (IMAGE.format("data:image/png;base64,AAAA"), None),
        (IMAGE.format("//[bad"), None),
        ("", None),
    ],
)
def test_lead_images(head: str, expected: str | None) -> None:
    assert told(head).facts.image == expected


def test_summaries_say_more_than_the_title() -> None:
    assert told(meta(description="What the boats cost.")).facts.summary == "What the boats cost."
    assert told(meta(description="A Story of Boats")).facts.summary is None
    head = meta(description="A Story of Boats!", twitter__description="What they cost.")
    assert told(head).facts.summary == "What they cost."
    assert told(meta(description="x" * 1500)).facts.summary is None


def test_tags_come_once_without_the_site() -> None:
    head = (
        '<meta property="og:site_name" content="The Post">'
        '<meta property="article:section" content="Harbour">'
        '<meta property="article:tag" content="Boats, small"><meta name=keywords content="boats; '
        'Money,The Post,#harbour, ,">'
    )
    page = told(head)
    assert page.facts.categories == ("Harbour", "Boats, small", "boats", "Money")
    assert rule(page, "categories") == "meta article:section"
    many = ",".join(f"tag {n}" for n in range(500))
    assert len(told(meta(keywords=many)).facts.categories) == 20


def test_nothing_told_is_nothing_known() -> None:
    page = told_by("<p>Words</p>", None)
    assert page.facts.title is None
    assert page.evidence == ()
    assert page.marks == ()
    assert URL not in str(page.facts)
