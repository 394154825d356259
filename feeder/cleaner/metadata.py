"""What a page tells about its article besides the text: meta tags, JSON-LD, marked elements."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from lxml.html import HtmlElement

from feeder.cleaner.scrape.facts import byline
from feeder.cleaner.scrape.lines import Line
from feeder.dates import read_date
from feeder.languages import read_language
from feeder.models import Evidence, Facts
from feeder.text import one_line, shorten
from feeder.urls import resolve

_LONGEST_JSON = 500_000
_MOST_OBJECTS = 2_000
_ARTICLE_TYPE = re.compile(r"article|posting|report|review", re.IGNORECASE)


def _classed(*names: str) -> str:
    """XPath of elements with one of the classes, outside comments, which have authors too."""
    has = " or ".join(f"contains(concat(' ',normalize-space(@class),' '),' {n} ')" for n in names)
    return f"//*[{has}][not(ancestor-or-self::*[contains(@class,'comment')])]"


class _Places(NamedTuple):
    """Where a field stands, the most trustworthy place first."""

    meta: str
    """Names of <meta>."""
    keys: str = ""
    """Keys of JSON-LD."""
    marked: str = ""
    """XPath of elements that are marked as it."""
    classed: str = ""
    """XPath of elements that by their class look like it."""


_PUBLISHED = _Places(
    "article:published_time datepublished date dc.date dc.date.issued parsely-pub-date"
    " sailthru.date pubdate publishdate",
    "datePublished dateCreated",
    "//*[@itemprop='datePublished']|//time[@pubdate]|//article//time[@datetime]"
    "|//main//time[@datetime]|//time[contains(@class,'published')]",
    _classed("posted-on", "entry-date", "post-date", "date-header", "dateline", "date", "c-date"),
)
_MODIFIED = _Places(
    "article:modified_time og:updated_time datemodified dc.date.modified",
    "dateModified",
    "//*[@itemprop='dateModified']",
)
_AUTHORS = _Places(
    "author article:author dc.creator parsely-author sailthru.author byl",
    "author creator",
    "//*[@itemprop='author']//*[@itemprop='name']|//*[@itemprop='author' and not(*)]"
    "|//a[@rel='author']",
    _classed("byline", "c-byline", "post-author", "wp-block-post-author__name", "author"),
)
_SUMMARY = _Places("og:description description twitter:description", "description")
_IMAGE = _Places("og:image:secure_url og:image twitter:image", "image thumbnailUrl")
_CATEGORIES = _Places("article:tag keywords news_keywords", "keywords")
_TITLE = _Places("og:title twitter:title dc.title", "headline")
_LANGUAGES = _Places("content-language og:locale dc.language", "inLanguage", "/html[@lang]")
_URL = _Places("og:url", "url mainEntityOfPage", "//link[@rel='canonical' and @href]")

_T = TypeVar("_T")


class _Said(NamedTuple):
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class _Page:
    tree: HtmlElement
    meta: tuple[tuple[str, str], ...]
    objects: tuple[dict[str, Any], ...]

    def said(self, places: _Places, *, marked_first: bool = False) -> Iterator[_Said]:
        if marked_first:
            yield from self._marked(places)
        for name in places.meta.split():
            yield from (_Said(f"meta {name}", text) for key, text in self.meta if key == name)
        for key in places.keys.split():
            for one in self.objects:
                yield from (_Said(f"JSON-LD {key}", text) for text in _texts(one.get(key)))
        if not marked_first:
            yield from self._marked(places)
        for element in self.tree.xpath(places.classed) if places.classed else ():
            yield _Said(f"class {element.get('class')}", str(element.text_content()))

    def _marked(self, places: _Places) -> Iterator[_Said]:
        for element in self.tree.xpath(places.marked) if places.marked else ():
            for attribute in ("datetime", "content", "lang", "href"):
                # The address of a link to an author is no name.
                if attribute in element.attrib and element.get("rel") != "author":
                    yield _Said(f"<{element.tag} {attribute}>", str(element.get(attribute)))
            yield _Said(f"<{element.tag}>", str(element.text_content()))


def page_facts(tree: HtmlElement, base_url: str | None) -> tuple[Facts, tuple[Evidence, ...]]:
    """The facts that a page tells beside its text, each with the place that told it.

    What cannot be understood, or has the wrong type, counts as not told.
    """
    page = _Page(tree, tuple(_meta(tree)), tuple(_objects(tree)))
    evidence: list[Evidence] = []

    def first(name: str, said: Iterator[_Said], read: Callable[[str], _T | None]) -> _T | None:
        for rule, text in said:
            value = read(text)
            if value:
                evidence.append(Evidence(name, rule, shorten(text, 120)))
                return value
        return None

    url = first("url", page.said(_URL, marked_first=True), lambda text: resolve(text, base_url))
    language = first("language", page.said(_LANGUAGES, marked_first=True), read_language)

    def moment(text: str) -> datetime | None:
        return read_date(text, language)

    facts = Facts(
        url=url,
        title=first("title", page.said(_TITLE), one_line),
        summary=first("summary", page.said(_SUMMARY), one_line),
        authors=first("authors", page.said(_AUTHORS), _authors) or (),
        categories=_categories(page),
        published=first("published", page.said(_PUBLISHED), moment),
        modified=first("modified", page.said(_MODIFIED), moment),
        image=first("image", page.said(_IMAGE), lambda text: resolve(text, url or base_url)),
        language=language,
    )
    return facts, tuple(evidence)


def _meta(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("http-equiv")
        content = element.get("content")
        if name and content:
            yield name.strip().lower(), content


def _objects(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Objects of JSON-LD that are articles, wherever they are nested."""
    waiting = [_json(script.text or "") for script in tree.xpath(_JSON_LD)]
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            if any(map(_ARTICLE_TYPE.search, _texts(one.get("@type")))):
                yield one
            waiting.extend(value for value in one.values() if isinstance(value, dict | list))


_JSON_LD = "//script[contains(translate(@type,'LDJSON','ldjson'),'ld+json')]"


def _json(text: str) -> Any:
    try:
        return json.loads(text, strict=False) if len(text) <= _LONGEST_JSON else None
    except (ValueError, RecursionError):
        return None


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value of any type: one, or each of a list, or the name of an object."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            one = one.get("name") or one.get("url") or one.get("@id")
        if isinstance(one, str) and one.strip():
            yield one


def _authors(text: str) -> tuple[str, ...]:
    """Names; addresses of profiles and whole sentences are none. "By" and the like go."""
    name = one_line(text)
    if not 1 < len(name) <= 100 or "://" in name or "@" in name:
        return ()
    told = byline(Line(name))
    return told.authors if told else (name,)


def _categories(page: _Page) -> tuple[str, ...]:
    found = [
        one_line(part)
        for rule, text in page.said(_CATEGORIES)
        for part in ([text] if rule.endswith("article:tag") else text.split(","))
    ]
    return tuple(dict.fromkeys(name for name in found if 0 < len(name) <= 60))[:20]
