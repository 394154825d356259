"""When an article was published and changed: told by machines' marks, or shown by its headline.

A page that shows no date is none of a day, even where its program knows when it was first saved:
such a date is handed on apart (`hidden`), for those who need some date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple, cast

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.facts.classes import is_apart
from feeder.cleaner.markup.facts.jsonld import Linked, Node, types_of
from feeder.cleaner.markup.facts.moments import (
    CLOSE,
    EARLIEST,
    MOST_AROUND,
    Moment,
    in_address,
    on_day,
    read_moment,
)
from feeder.cleaner.markup.facts.near import Around, Place, place_of
from feeder.cleaner.markup.facts.page import Page, Said, elements, is_short, runs_of
from feeder.cleaner.markup.facts.people import is_full_name, is_label_of_date, says_updated, signed
from feeder.dates import LONGEST, find_date

_PUBLISHED = (
    "article:published_time og:article:published_time datepublished parsely-pub-date sailthru.date"
    " citation_publication_date citation_online_date citation_date dc.date.issued dc.date.created"
    " dcterms.issued dcterms.created"
    " cxenseparse:recs:publishtime shareaholic:article_published_time"
    " rnews:datepublished vr:published_time article.published article_date_original bt:pubdate"
    " og:pubdate pubdate publishdate publish-date publication_date"
)
_SAVED = "date"
_CATALOGUED = "dc.date dcterms.date"  # of whatever the catalogue is of
_MODIFIED = (
    "article:modified_time og:article:modified_time datemodified og:updated_time dc.date.modified"
    " dcterms.modified lastmod last-modified"
)
_LETTERS = re.compile(r"[^\W\d_]")
# Letters beside it that are no sentence: 6 tell two dates fewer on trafilatura's set, 20 none more.
_FEW = 12
_MOST_WORDS = 12
_MOST_LINES = 3_000  # pages that people write have a tenth of it
_ITEMS = frozenset({"datePublished", "dateModified", "dateCreated"})
_LINES = ("p", "div", "span", "small", "li", "td", "dd", "em", "i", "b", "strong", "font", "br")
_LONGEST_LINE = 240
_SHORTEST = 8  # characters of a date: 3.6.2024
_YEAR = re.compile(r"\d{4}")
_DATELINE = re.compile(r"\s*[-–—:.]")
_BARS = re.compile(r"[|•·,/()]|\s[-–—]\s")
_MARKED = etree.XPath("descendant::*[@itemprop='datePublished' or @pubdate]")
_SHOWN = etree.XPath(
    "descendant::text()[contains(., $year)][string-length(.) < 200]"
    "[not(parent::script or parent::style or parent::noscript or parent::a)]",
    smart_strings=False,
)
_MOST_SHOWN = 60


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
    around: Around,
    language: str | None,
) -> Dates:
    """The dates of the page's article."""
    shown = list(_near(around, language))
    visible = next((one.moment for one in shown if not one.updated), None)
    updated = next((one.moment for one in shown if one.updated), None)
    told = _first(_told(page, linked, article, "datePublished", _PUBLISHED), language)
    modified = _first(_told(page, linked, article, "dateModified", _MODIFIED), language)
    catalogued = _first(page.told(_CATALOGUED), language)
    marks = [one.moment.element for one in shown if one.moment.element is not None]
    in_url = in_address(page.url)
    machine = told or (None if visible else catalogued)
    dated = bool(shown) or machine is None or _is_dated(page, article, machine, in_url, language)
    published = machine if dated else None
    published = (
        published
        or visible
        or _first(page.told(_SAVED), language)
        or _anywhere(page, around, language)
        or in_url
        or (updated and updated._replace(rule=f"{updated.rule}, the only date shown"))
    )
    if published is machine and machine is not None:
        published = on_day(machine, visible or in_url)
    return Dates(
        published, modified or updated, None if dated else machine, tuple(filter(is_short, marks))
    )


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


def _near(around: Around, language: str | None) -> Iterator[_Shown]:
    """Dates that stand by the headline, those behind it first; marked ones before bare lines."""
    lines: list[_Shown] = []
    for place in around.places:
        element, kinds, item = place
        if element.tag == "time" or "date" in kinds or item in _ITEMS:
            marked = _marked(place, language)
            if marked is not None:
                yield marked
                continue
        for text, holder in ((element.text, element), (element.tail, None)):
            if text and len(text) >= _SHORTEST and (line := _line(text, language)):
                holder = holder if holder is not None else element.getparent()
                lines.append(line._replace(moment=line.moment._replace(element=holder)))
    yield from lines


def _marked(place: Place, language: str | None) -> _Shown | None:
    """The date of an element that is marked as one."""
    element, kinds, item = place
    own = _own(element, language)
    if own is None:
        return None
    words = own.text if own.text.count(" ") < _MOST_WORDS else ""
    updated = item == "dateModified" or "updated" in kinds or says_updated(words)
    by_class = element.tag != "time" and item not in _ITEMS
    rule = f"class {element.get('class')}" if by_class else f"<{element.tag}>"
    return _Shown(Moment(own.at, rule, own.text, element), updated)


def _own(element: HtmlElement, language: str | None) -> Moment | None:
    """The date that an element holds, in an attribute or as its text."""
    text = " ".join(runs_of(element)).strip()
    moment = read_moment(text, language) if len(text) <= LONGEST else None
    shown = Moment(moment, "text", text, element) if moment else None
    for attribute in ("datetime", "content", "title"):
        text = element.get(attribute) or ""
        if text and (moment := read_moment(text, language)):
            return on_day(Moment(moment, attribute, text, element), shown)
    return shown


def _line(text: str, language: str | None) -> _Shown | None:
    """The date in a text by the headline, if it is there for the date's sake or begins with it."""
    text = text[:_LONGEST_LINE]
    if not _YEAR.search(text):
        return None
    text = " ".join(text.split())
    found = find_date(text[:LONGEST], language)
    if found is None or found.moment.year < EARLIEST:
        return None
    rest = f"{text[: found.start]} | {text[found.end :]}"
    if not _is_dateline(text, found.start, found.end) and not _tells_date(rest):
        return None
    return _Shown(Moment(found.moment, "date by the headline", text), says_updated(rest))


def _is_dateline(text: str, start: int, end: int) -> bool:
    """Whether a text begins with its date and a mark that parts it from the sentence."""
    return start == 0 and bool(_DATELINE.match(text, end))


def _tells_date(rest: str) -> bool:
    """Whether what stands beside a date in a line is of its kind: labels, names, a place."""
    letters = len(_LETTERS.findall(rest))
    if letters > MOST_AROUND:
        return bool(signed(rest.strip(" |")))
    return letters <= _FEW or says_updated(rest) or all(map(_goes_with_date, _BARS.split(rest)))


def _goes_with_date(part: str) -> bool:
    few = len(_LETTERS.findall(part)) <= _FEW
    return few or is_label_of_date(part) or is_full_name(part)


def _is_dated(
    page: Page, article: Node | None, told: Moment, in_url: Moment | None, language: str | None
) -> bool:
    """Whether a page is of a day: it is news, its address says so, or it shows the date."""
    if article is not None and any("News" in kind for kind in types_of(article)):
        return True
    if in_url and abs(in_url.at.date() - told.at.date()) <= CLOSE:
        return True
    for element in page.times[:_MOST_SHOWN]:
        own = _own(element, language)
        if own and _same_day(own.at, told.at):
            return True
    body = page.body
    texts = cast("list[str]", _SHOWN(body, year=str(told.at.year))) if body is not None else []
    for text in texts[:_MOST_SHOWN]:
        found = find_date(" ".join(text.split())[:LONGEST], language)
        if found and _same_day(found.moment, told.at):
            return True
    return False


def _same_day(one: datetime, other: datetime) -> bool:
    return abs(one.date() - other.date()) <= CLOSE


def _anywhere(page: Page, around: Around, language: str | None) -> Moment | None:
    """A date that is marked as the article's somewhere else on the page, such as at its end."""
    marked = elements(_MARKED, page.body) if page.body is not None else []
    for rule, found in (("itemprop datePublished", marked), ("<time>", page.times)):
        for element in found[:_MOST_SHOWN]:
            shown = _marked(place_of(element), language)
            if shown and not shown.updated and not is_apart(element, around.above):
                return shown.moment._replace(rule=rule)
    return _labelled(page, around, language)


def _labelled(page: Page, around: Around, language: str | None) -> Moment | None:
    """A line somewhere that says "Published on 3 June 2024", or the only one that is but a date."""
    bare: dict[datetime, Moment] = {}
    lines = page.body.iter(*_LINES) if page.body is not None else iter(())
    for element in islice(lines, _MOST_LINES):
        for text in (element.text, element.tail):
            if not text or len(text) > LONGEST or not _YEAR.search(text):
                continue
            text = " ".join(text.split())
            found = find_date(text, language)
            if found is None or found.moment.year < EARLIEST:
                continue
            rest = f"{text[: found.start]} {text[found.end :]}"
            moment = Moment(found.moment, "line with a date", text, element)
            if says_updated(rest):
                continue
            if is_label_of_date(rest):
                return moment._replace(rule="labelled date")
            if not _LETTERS.search(rest) and not is_apart(element, around.above):
                bare.setdefault(found.moment, moment)
    return bare.popitem()[1] if len(bare) == 1 else None
