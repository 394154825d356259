"""When an article was published and changed: told by machines' marks, or shown by its headline.

A page that shows no date is none of a day, even where its program knows when it was first saved:
such a date is handed on apart (`hidden`), for those who need some date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.facts import near
from feeder.cleaner.markup.facts.classes import is_apart, kinds_of
from feeder.cleaner.markup.facts.jsonld import Linked, Node, types_of
from feeder.cleaner.markup.facts.page import Page, Said, elements, text_of
from feeder.dates import LONGEST, find_date, read_date

_PUBLISHED = (
    "article:published_time og:article:published_time datepublished parsely-pub-date sailthru.date"
    " citation_publication_date citation_online_date citation_date dc.date.issued dc.date.created"
    " dcterms.issued dcterms.created"
    " cxenseparse:recs:publishtime shareaholic:article_published_time"
    " rnews:datepublished vr:published_time article.published article_date_original bt:pubdate"
    " og:pubdate pubdate publishdate publish-date publication_date"
)
_SAVED = "date dc.date dcterms.date"  # when something was done to the page
_MODIFIED = (
    "article:modified_time og:article:modified_time datemodified og:updated_time dc.date.modified"
    " dcterms.modified lastmod last-modified"
)
_EARLIEST = 1990  # the first web pages; what is older is a zero of some program
_CLOSE = timedelta(days=1)  # two zones of one moment
_URL_DATE = re.compile(r"[/_.-]((?:19|20)\d\d)([/_-]?)(0[1-9]|1[0-2])\2([0-2]\d|3[01])(?!\d)")
_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{2,6})?")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_NUMBER = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]")
_MOST_AROUND = 40  # letters beside the date in a line that is there to tell it
_MARKED = etree.XPath("descendant::*[@itemprop='datePublished' or @pubdate]")
_CLASSED = etree.XPath(
    "descendant::*/@class[contains(.,'ate') or contains(.,'ime') or contains(.,'ublish')"
    " or contains(.,'ost')]/.."
)
_SHOWN = etree.XPath(
    "descendant::text()[contains(., $year)][string-length(.) < 200]"
    "[not(parent::script or parent::style or parent::noscript or parent::a)]",
    smart_strings=False,
)
_MOST_SHOWN = 60


class Moment(NamedTuple):
    """A date, the rule that gave it, what it was read from, and the visible element."""

    at: datetime
    rule: str
    text: str
    element: HtmlElement | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """When an article was published and modified; `hidden` is what no reader is told."""

    published: Moment | None = None
    modified: Moment | None = None
    hidden: Moment | None = None
    marks: tuple[HtmlElement, ...] = ()

    @property
    def is_dated(self) -> bool:
        """Whether the page is of a day, even if it does not show that."""
        return bool(self.published or self.hidden)


def find_dates(
    page: Page,
    linked: Linked,
    article: Node | None,
    headline: HtmlElement | None,
    language: str | None,
) -> Dates:
    """The dates of the page's article."""
    shown = list(_near(headline, language)) if headline is not None else []
    told = _first(_told(page, linked, article, "datePublished", _PUBLISHED), language)
    modified = _first(_told(page, linked, article, "dateModified", _MODIFIED), language)
    visible = next((one.moment for one in shown if not one.updated), None)
    updated = next((one.moment for one in shown if one.updated), None)
    marks = tuple(one.moment.element for one in shown if one.moment.element is not None)
    hidden = None
    published = told or visible
    if told and not shown and not _is_dated(page, article, told, language):
        published, hidden = None, told
    if published is None:
        published = (
            _first(page.told(_SAVED), language)
            or _anywhere(page, headline, language)
            or _in_url(page)
        )
    return Dates(published, modified or updated, hidden, marks)


def read_moment(text: str, language: str | None) -> datetime | None:
    """A date as machines and people write it, if a web page can be of it."""
    moment = _read(text.strip()[:LONGEST], language)
    return moment if moment and moment.year >= _EARLIEST else None


@lru_cache(maxsize=4096)
def _read(text: str, language: str | None) -> datetime | None:
    if not _NUMBER.search(text):
        return None
    if _EPOCH.fullmatch(text) and text[0] == "1":
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if digits := _DIGITS.fullmatch(text):
        text = "-".join(digits.groups())
    moment = read_date(text, language)
    if moment is None:
        found = find_date(text, language)
        moment = (
            found.moment
            if found and _letters(text, found.start, found.end) <= _MOST_AROUND
            else None
        )
    return moment


def _letters(text: str, start: int, end: int) -> int:
    return len(_LETTERS.findall(text[:start])) + len(_LETTERS.findall(text[end:]))


def _told(page: Page, linked: Linked, article: Node | None, key: str, names: str) -> Iterator[Said]:
    if article is not None and not _is_page(article):
        for text in linked.texts(article, key):
            yield Said(f"JSON-LD {key}", text)
    yield from page.told(names)


def _is_page(node: Node) -> bool:
    return any(kind.endswith("Page") for kind in types_of(node))


def _first(said: Iterable[Said], language: str | None) -> Moment | None:
    for one in said:
        moment = read_moment(one.text, language)
        if moment is not None:
            return Moment(moment, one.rule, one.text, one.element)
    return None


class _Shown(NamedTuple):
    moment: Moment
    updated: bool


def _near(headline: HtmlElement, language: str | None) -> Iterator[_Shown]:
    """Dates that stand by the headline, those behind it first; marked ones before bare lines."""
    lines: list[_Shown] = []
    for element in near.around(headline):
        marked = _marked(element, language)
        if marked is not None:
            yield marked
        elif line := _line(element, language):
            lines.append(line)
    yield from lines


def _marked(element: HtmlElement, language: str | None) -> _Shown | None:
    """The date of an element that is marked as one."""
    item, name = element.get("itemprop"), element.get("class")
    kinds = kinds_of(name) if name else frozenset()
    is_date = element.tag == "time" or item in ("datePublished", "dateModified", "dateCreated")
    if not is_date and "date" not in kinds:
        return None
    moment = _own(element, language)
    if moment is None:
        return None
    updated = item == "dateModified" or "updated" in kinds
    rule = f"<{element.tag}>" if is_date else f"class {name}"
    return _Shown(Moment(moment[0], rule, moment[1], element), updated)


def _own(element: HtmlElement, language: str | None) -> tuple[datetime, str] | None:
    for attribute in ("datetime", "content", "title"):
        text = element.get(attribute)
        if text and (moment := read_moment(text, language)):
            return moment, text
    text = text_of(element)
    if len(text) <= LONGEST and (moment := read_moment(text, language)):
        return moment, text
    return None


def _line(element: HtmlElement, language: str | None) -> _Shown | None:
    """The date in an element's own text, if it is there for the date's sake."""
    for text in (element.text, *(child.tail for child in element[:6])):
        if text and len(text) <= 2 * LONGEST and _NUMBER.search(text):
            text = " ".join(text.split())
            found = find_date(text, language) if len(text) <= LONGEST else None
            if (
                found
                and found.moment.year >= _EARLIEST
                and _letters(text, found.start, found.end) <= _MOST_AROUND
            ):
                return _Shown(Moment(found.moment, "date by the headline", text, element), False)
    return None


def _is_dated(page: Page, article: Node | None, told: Moment, language: str | None) -> bool:
    """Whether a page is of a day: it is news, its address says so, or it shows the date."""
    if article is not None and any("News" in kind for kind in types_of(article)):
        return True
    in_url = _in_url(page)
    if in_url and abs(in_url.at.date() - told.at.date()) <= _CLOSE:
        return True
    for element in page.times[:_MOST_SHOWN]:
        own = _own(element, language)
        if own and _same_day(own[0], told.at):
            return True
    body = page.body
    texts = cast("list[str]", _SHOWN(body, year=str(told.at.year))) if body is not None else []
    for text in texts[:_MOST_SHOWN]:
        found = find_date(" ".join(text.split())[:LONGEST], language)
        if found and _same_day(found.moment, told.at):
            return True
    return False


def _same_day(one: datetime, other: datetime) -> bool:
    return abs(one.date() - other.date()) <= _CLOSE


def _anywhere(page: Page, headline: HtmlElement | None, language: str | None) -> Moment | None:
    """A date that is marked as the article's somewhere else on the page, such as at its end."""
    for element in elements(_MARKED, page.root):
        if not is_apart(element, headline) and (own := _own(element, language)):
            return Moment(own[0], "itemprop datePublished", own[1], element)
    for element in page.times[:_MOST_SHOWN]:
        if not is_apart(element, headline) and (own := _own(element, language)):
            return Moment(own[0], "<time>", own[1], element)
    for element in elements(_CLASSED, page.root)[:_MOST_SHOWN]:
        if "date" in kinds_of(element.get("class", "")) and not is_apart(element, headline):
            own = _own(element, language)
            if own:
                return Moment(own[0], f"class {element.get('class')}", own[1], element)
    return None


def _in_url(page: Page) -> Moment | None:
    """The date in the page's address."""
    if not page.url:
        return None
    try:
        path = urlsplit(page.url).path
    except ValueError:
        return None
    found = _URL_DATE.search(path)
    if not found:
        return None
    moment = read_moment("-".join((found[1], found[3], found[4])), None)
    return Moment(moment, "address", found[0].strip("/")) if moment else None
