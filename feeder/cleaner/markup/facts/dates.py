"""When an article was published and changed: told by machines' marks, or shown by its headline.

A page that shows no date is none of a day, even where its program knows when it was first saved:
such a date is handed on apart (`hidden`), for those who need some date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.facts.classes import is_apart
from feeder.cleaner.markup.facts.jsonld import Linked, Node, types_of
from feeder.cleaner.markup.facts.near import Around, Place, place_of
from feeder.cleaner.markup.facts.page import Page, Said, elements, is_short, runs_of
from feeder.cleaner.markup.facts.people import is_full_name, is_label_of_date, says_updated, signed
from feeder.dates import LONGEST, find_date, read_date

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
_EARLIEST = 1990  # the first web pages; what is older is a zero of some program
_FARTHEST = 12  # hours from UTC
_CLOSE = timedelta(days=1)  # two zones of one moment
_URL_DATE = re.compile(
    r"[/_.-]((?:19|20)\d\d)(?:[/_-](0?[1-9]|1[0-2])(?:/([0-2]?\d|3[01])(?=[/.]|$)"
    r"|[_-]([0-2]?\d|3[01])(?!\d))|(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d))"
)
_URL_DAY_FIRST = re.compile(
    r"[/_.-](0[1-9]|[12]\d|3[01])([/_-]?)(0[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)"
)
_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{2,6})?")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_NUMBER = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]")
_MOST_AROUND = 40  # letters beside the date in a line that is there to tell it
_FEW = 12  # letters beside it that are no sentence
_MOST_WORDS = 12
_MOST_LINES = 3_000  # pages that people write have a tenth of it
_ITEMS = frozenset({"datePublished", "dateModified", "dateCreated"})
_LINES = ("p", "div", "span", "small", "li", "td", "dd", "em", "i", "b", "strong", "font", "br")
_LONGEST_LINE = 240
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
    in_url = _in_url(page)
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
        published = _on_day(machine, visible or in_url)
    return Dates(
        published, modified or updated, None if dated else machine, tuple(filter(is_short, marks))
    )


def _on_day(told: Moment, shown: Moment | None) -> Moment:
    """The moment in a zone in which it is on the day that readers are shown.

    Many machines are told the moment in UTC; a page from the evening in California is then of the
    next day. Only the offset changes.
    """
    if shown is None or told.at.utcoffset():
        return told
    for hours in range(1, _FARTHEST + 1):
        for offset in (hours, -hours):
            local = told.at.astimezone(timezone(timedelta(hours=offset)))
            if local.date() == shown.at.date() != told.at.date():
                return told._replace(at=local)
    return told


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


def _near(around: Around, language: str | None) -> Iterator[_Shown]:
    """Dates that stand by the headline, those behind it first; marked ones before bare lines."""
    lines: list[_Shown] = []
    for place in around.places:
        marked = _marked(place, language)
        if marked is not None:
            yield marked
        elif line := _line(place.element, language):
            lines.append(line)
    yield from lines


def _marked(place: Place, language: str | None) -> _Shown | None:
    """The date of an element that is marked as one."""
    element, kinds, item = place
    is_date = element.tag == "time" or item in _ITEMS
    if not is_date and "date" not in kinds:
        return None
    own = _own(element, language)
    if own is None:
        return None
    words = own.text if own.text.count(" ") < _MOST_WORDS else ""
    updated = item == "dateModified" or "updated" in kinds or says_updated(words)
    rule = f"<{element.tag}>" if is_date else f"class {element.get('class')}"
    return _Shown(Moment(own.at, rule, own.text, element), updated)


def _own(element: HtmlElement, language: str | None) -> Moment | None:
    """The date that an element holds, in an attribute or as its text."""
    text = " ".join(runs_of(element)).strip()
    moment = read_moment(text, language) if len(text) <= LONGEST else None
    shown = Moment(moment, "text", text, element) if moment else None
    for attribute in ("datetime", "content", "title"):
        text = element.get(attribute) or ""
        if text and (moment := read_moment(text, language)):
            return _on_day(Moment(moment, attribute, text, element), shown)
    return shown


def _line(element: HtmlElement, language: str | None) -> _Shown | None:
    """The date in an element's own text, if it is there for the date's sake or begins with it."""
    for text, text_is_own in ((element.text, True), (element.tail, False)):
        if not text or not _YEAR.search(text[:_LONGEST_LINE]):
            continue
        text = " ".join(text[:_LONGEST_LINE].split())
        found = find_date(text[:LONGEST], language)
        if found is None or found.moment.year < _EARLIEST:
            continue
        rest = f"{text[: found.start]} | {text[found.end :]}"
        if _is_dateline(text, found.start, found.end) or _tells_date(rest):
            holder = element if text_is_own else element.getparent()
            moment = Moment(found.moment, "date by the headline", text, holder)
            return _Shown(moment, says_updated(rest))
    return None


def _is_dateline(text: str, start: int, end: int) -> bool:
    """Whether a text begins with its date and a mark that parts it from the sentence."""
    return start == 0 and bool(_DATELINE.match(text, end))


def _tells_date(rest: str) -> bool:
    """Whether what stands beside a date in a line is of its kind: labels, names, a place."""
    letters = len(_LETTERS.findall(rest))
    if letters > _MOST_AROUND:
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
    if in_url and abs(in_url.at.date() - told.at.date()) <= _CLOSE:
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
    return abs(one.date() - other.date()) <= _CLOSE


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
            if found is None or found.moment.year < _EARLIEST:
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


def _in_url(page: Page) -> Moment | None:
    """The date in the page's address."""
    if not page.url:
        return None
    try:
        path = urlsplit(page.url).path
    except ValueError:
        return None
    if found := _URL_DATE.search(path):
        parts = (found[1], found[2] or found[5], found[3] or found[4] or found[6])
    elif found := _URL_DAY_FIRST.search(path):
        parts = (found[4], found[3], found[1])
    else:
        return None
    moment = read_moment("-".join(parts), None)
    return Moment(moment, "address", found[0].strip("/")) if moment else None
