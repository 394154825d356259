"""The lead image, the summary, and what the article is filed under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from feeder.cleaner.markup.facts.jsonld import Linked, Node
from feeder.cleaner.markup.facts.page import Page, Said, line_of
from feeder.cleaner.markup.facts.title import key_of
from feeder.urls import resolve

_IMAGE = (
    "og:image:secure_url og:image og:image:url twitter:image twitter:image:src parsely-image-url"
    " sailthru.image.full image thumbnail"
)
_SUMMARY = "og:description description twitter:description dc.description sailthru.description"
_TAGS = "article:tag parsely-tags sailthru.tags news_keywords keywords dc.subject citation_keywords"
_SECTION = "article:section og:article:section parsely-section articlesection"
# Names of files that stand for a site or for no picture at all.
_NO_PICTURE = re.compile(
    r"(?i)(?:^|[^a-z])(?:logo|logotype|favicon|default|placeholder|blank|spacer|no[-_]?image|fallback"
    r"|sprite|avatar|share[-_]?image|og[-_]?image|opengraph|social[-_]?(?:share|image|card|media)?)(?:[^a-z]|$)"
)
_LONGEST_TAG = 60
_MOST_TAGS = 20
_LONGEST_SUMMARY = 1_000


def lead_image(page: Page, linked: Linked, article: Node | None) -> Said | None:
    """The picture that stands for the article; a logo is none."""
    for said in chain(page.told(_IMAGE), _linked_image(linked, article), _image_links(page)):
        url = resolve(said.text, page.base)
        if url and not _NO_PICTURE.search(url.rpartition("/")[2]):
            return Said(said.rule, url)
    return None


def _linked_image(linked: Linked, article: Node | None) -> Iterator[Said]:
    if article is not None:
        for key in ("image", "thumbnailUrl"):
            for url in linked.addresses(article, key):
                yield Said(f"JSON-LD {key}", url)


def _image_links(page: Page) -> Iterator[Said]:
    return (
        Said("<link rel=image_src>", link.href) for link in page.links if link.rel == "image_src"
    )


def summary(page: Page, linked: Linked, article: Node | None, title: str) -> Said | None:
    """What the page says in a sentence or two; its title again is no summary."""
    told = linked.texts(article, "description") if article is not None else ()
    described = (Said("JSON-LD description", text) for text in told)
    for one in chain(page.told(_SUMMARY), described):
        text = line_of(one.text)
        if 0 < len(text) <= _LONGEST_SUMMARY and key_of(text) != key_of(title):
            return Said(one.rule, text)
    return None


def categories(
    page: Page, linked: Linked, article: Node | None, sites: frozenset[str]
) -> tuple[Said, ...]:
    """The section and the tags, each once, at most twenty."""
    found: dict[str, Said] = {}
    for said in _filed(page, linked, article):
        name = line_of(said.text).strip("#,;. ")
        key = key_of(name)
        if key and len(name) <= _LONGEST_TAG and key not in sites:
            found.setdefault(key, said._replace(text=name))
        if len(found) == _MOST_TAGS:
            break
    return tuple(found.values())


def _filed(page: Page, linked: Linked, article: Node | None) -> Iterator[Said]:
    if article is not None:
        for text in linked.texts(article, "articleSection"):
            yield Said("JSON-LD articleSection", text)
    yield from page.told(_SECTION)
    for said in page.told(_TAGS):
        yield from [said] if said.rule.endswith("article:tag") else _parts(said)
    if article is not None:
        for text in linked.texts(article, "keywords"):
            yield from _parts(Said("JSON-LD keywords", text))


def _parts(said: Said) -> Iterator[Said]:
    return (said._replace(text=part) for part in said.text.replace(";", ",").split(","))
