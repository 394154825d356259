"""The articles in the answers of a JSON API, by JMESPath expressions for items and their fields."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator

from feeder.config.options import Count, Line, Options, WebUrl, Zone
from feeder.config.settings import ListSettings
from feeder.errors import LayoutError
from feeder.models import Candidate, Draft, Fault, Key, Page
from feeder.sources import Found
from feeder.sources.json_items import Fields, Item, Setting
from feeder.sources.json_paths import Expression, ask, shown_keys, shown_text
from feeder.sources.json_reading import read_document
from feeder.sources.json_scripts import script_in
from feeder.sources.listing.listing import Selector
from feeder.sources.pages import draft_of
from feeder.sources.patterns import Patterns
from feeder.sources.sites import site_of
from feeder.text import shorten, xml_safe
from feeder.urls import resolve

CANDIDATES = 200
"""Of one answer in one refresh."""
# So many are looked at for their dates, where there are more than are taken: 20 µs each.
_LOOKED_AT = 10_000
_LONGEST_CURSOR = 2_000


class JsonApi(Options):
    """Every article in the answers of a JSON API."""

    url: WebUrl = Field(description="what answers with articles, the newest ones")
    script: Selector | None = Field(
        default=None, description="the script of a web page at url that holds the JSON"
    )
    items: Expression = Field(
        default="@", description="the array of articles; @ is the answer itself"
    )
    fields: Fields = Field(description="where an item has its url, title, date and so on")
    link_base: WebUrl | None = Field(
        default=None, description="what relative addresses start at, instead of url"
    )
    next: Expression | None = Field(
        default=None, description="the address of the next page, or its cursor"
    )
    cursor_parameter: Line | None = Field(
        default=None, description="the parameter of url that takes the cursor which next gives"
    )
    page_parameter: Line | None = Field(
        default=None, description="the parameter of url that takes a page's number"
    )
    first_page: Count = Field(default=1, ge=0, description="the number of the page at url")
    max_pages: Count = Field(default=5, ge=1, le=100, description="pages read in one refresh")
    list: ListSettings = Field(
        default=ListSettings(), description="include and exclude: which addresses count"
    )
    timezone: Zone = Field(default=ZoneInfo("UTC"), description="of dates that tell none")

    @field_validator("items", mode="before")
    @classmethod
    def _document_itself(cls, value: Any) -> Any:
        return "@" if value == "" else value

    @field_validator("cursor_parameter")
    @classmethod
    def _with_next(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("next") is None:
            raise ValueError("needs next, which gives the cursor")
        return value

    @field_validator("page_parameter")
    @classmethod
    def _without_next(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("next") is not None:
            raise ValueError("goes without next: pages have numbers, or each names the next")
        return value

    @property
    def start(self) -> str:
        """The first answer."""
        return self.url

    @property
    def reads_scripts(self) -> bool:
        """Whether its JSON stands in a script of a page."""
        return self.script is not None

    def discover(self, page: Page) -> Found:
        """The articles that an answer holds, and the address of the next one.

        Raises:
            LayoutError: it is no JSON, there is no such script, or its items are not where `items`
                says.
        """
        document = read_document(page if self.script is None else script_in(page, self.script))
        items = self._items_of(document)
        reading = _Reading(self, page)
        candidates = _without_shared_keys([*reading.candidates(items)], page)
        if items and reading.unusable == len(items):
            raise _nothing_usable(self.fields, items, reading)
        wanted, faults = self._next_page(document, page, bool(items))
        return Found(candidates, wanted=wanted, faults=(*reading.faults(), *faults))

    def read(self, candidate: Candidate, page: Page) -> Draft:
        """The article's page, where the answer has no content.

        Raises:
            SourceError: there is no text in it.
        """
        return draft_of(candidate, page)

    def _items_of(self, document: Any) -> Any:
        items = ask(self.items, document)
        if isinstance(items, list):
            return items
        found = "nothing" if items is None else shown_keys(items)
        advice = "items is a JMESPath expression that leads to the array of articles"
        if isinstance(items, dict):
            advice += f"; of an object of articles it is {shorten(self.items, 60)}.*"
        elif isinstance(document, dict) and "jsonfeed.org" in str(document.get("version"))[:60]:
            advice = 'this is a JSON Feed: write kind = "feed"'
        where = f"items = {shorten(self.items, 60)!r} gives {found}, and no array"
        raise LayoutError(f"{where}; the answer is {shown_keys(document)}", advice=advice)

    def _next_page(
        self, document: Any, page: Page, has_items: bool
    ) -> tuple[tuple[str, ...], tuple[Fault, ...]]:
        try:
            address = self._next_address(document, page) if has_items else None
        except LayoutError as error:
            return (), (Fault(error.kind, f"next: {error.message}", page.url, error.advice),)
        return ((address,) if address and address != page.url else ()), ()

    def _next_address(self, document: Any, page: Page) -> str | None:
        if self.page_parameter:
            return self._numbered(self.page_parameter, page.url)
        told = ask(self.next, document) if self.next else None
        if told in (None, "", False, 0) or told == []:
            return None
        if isinstance(told, bool | list | dict | float):
            raise LayoutError(f"expected an address or a cursor, found {shown_keys(told)}")
        if self.cursor_parameter:
            if len(str(told)) > _LONGEST_CURSOR:
                raise LayoutError(f"a cursor of over {_LONGEST_CURSOR:,} characters")
            return _with_parameter(self.url, self.cursor_parameter, xml_safe(str(told)))
        address = resolve(str(told), page.final_url or page.url)
        if address is None:
            advice = "name the parameter that takes it with cursor_parameter, if it is a cursor"
            raise LayoutError(f"{shown_text(str(told), 60)!r} is no web address", advice=advice)
        if site_of(address) != site_of(self.url):
            raise LayoutError(f"it leads to another site, {shorten(site_of(address), 60)}")
        return address

    def _numbered(self, parameter: str, address: str) -> str | None:
        number = _number_in(address, parameter, self.first_page) + 1
        if number - self.first_page >= self.max_pages:
            return None
        return _with_parameter(self.url, parameter, str(number))


class _Reading:
    """The items of one answer under way."""

    def __init__(self, options: JsonApi, page: Page) -> None:
        self._fields, self._page = options.fields, page
        base = options.link_base or page.final_url or page.url
        self._setting = Setting(page, base, options.timezone)
        self._patterns = Patterns(options.list.include, options.list.exclude)
        self._wrong: dict[str, Counter[str]] = {}
        self._items = self.unusable = 0

    def candidates(self, items: list[Any]) -> Iterator[Candidate]:
        """The articles in their order, or the newest in theirs where they are very many."""
        self._items = len(items)
        copies: set[tuple[str, ...]] = set()
        for item in self._newest(items):
            made = item.candidate()
            for field, reason in item.wrong:
                self._wrong.setdefault(field, Counter())[reason] += 1
            if made is None:
                self.unusable += 1
                continue
            of_address = [key.value for key in made.keys if key.kind == "url"]
            if of_address and not self._patterns.wants(made.address):
                continue
            same = tuple(key.value for key in made.keys if key.kind != "story") or (made.address,)
            if same not in copies:
                copies.add(same)
                yield made

    def faults(self) -> Iterable[Fault]:
        """What was wrong, a field a fault and not an item a fault."""
        for field, reasons in self._wrong.items():
            reason, _ = reasons.most_common(1)[0]
            number = f"{reasons.total():,} of {self._items:,} items"
            message = f"fields.{field} cannot be read in {number}: {reason}"
            yield Fault(LayoutError.kind, message, self._page.url)
        if self.unusable:
            message = f"{self.unusable:,} of {self._items:,} items have neither url nor content"
            yield Fault(LayoutError.kind, message, self._page.url)
        if self._items > _LOOKED_AT:
            message = (
                f"the answer has {self._items:,} items; the first {_LOOKED_AT:,} were looked at"
            )
            advice = "ask for fewer in url, or have items cut them, such as items[:500]"
            yield Fault("too-large", message, self._page.url, advice)

    def _newest(self, items: list[Any]) -> list[Item]:
        made = (Item(self._fields.values(item), self._setting) for item in items[:_LOOKED_AT])
        if len(items) <= CANDIDATES:
            return [*made]
        dated = [(item, item.moment()) for item in made]
        dated.sort(key=lambda each: -each[1].timestamp() if each[1] else math.inf)
        return [item for item, _ in dated[:CANDIDATES]]


def _without_shared_keys(candidates: list[Candidate], page: Page) -> tuple[Candidate, ...]:
    """An id that several articles have is no id of any of them.

    Nor is an address (that of the page which shows them all), where each has its text beside it.
    """
    told = Counter(key for candidate in candidates for key in candidate.keys)
    shared = {key for key, times in told.items() if times > 1 and key.kind in ("guid", "url")}
    return tuple(_without(candidate, shared, page) for candidate in candidates)


def _without(candidate: Candidate, shared: set[Key], page: Page) -> Candidate:
    lost = {key for key in candidate.keys if key in shared}
    if not candidate.complete:  # its page is what it has
        lost = {key for key in lost if key.kind != "url"}
    if not lost:
        return candidate
    keys = tuple(key for key in candidate.keys if key not in lost)
    draft = candidate.draft and replace(candidate.draft, keys=keys)
    if all(key.kind != "url" for key in lost):
        return replace(candidate, keys=keys, draft=draft)
    own = next((key.value for key in keys if key.kind == "guid"), candidate.validators.etag or "")
    return replace(candidate, address=f"{page.url}#{quote(own, safe='')}", keys=keys, draft=draft)


def _nothing_usable(fields: Fields, items: list[Any], reading: _Reading) -> LayoutError:
    reasons = [fault.message for fault in reading.faults()][:1]
    written = ", ".join(
        f"{name} = {shorten(expression, 60)!r}"
        for name, expression in (("url", fields.url), ("content", fields.content))
        if expression
    )
    return LayoutError(
        f"none of {len(items):,} items has an address or a text ({'; '.join(reasons)}); "
        f"the first is {shown_keys(items[0])}",
        advice=f"fields says {written}: one of them has to lead to what the items have",
    )


def _with_parameter(address: str, name: str, value: str) -> str:
    """An address with a parameter set; the others stay as they are spelt."""
    parts = urlsplit(address)
    kept = [p for p in parts.query.split("&") if p and unquote_plus(p.partition("=")[0]) != name]
    query = "&".join([*kept, f"{quote(name, safe='[]')}={quote(value, safe='')}"])
    return urlunsplit(parts._replace(query=query, fragment=""))


def _number_in(address: str, name: str, otherwise: int) -> int:
    for key, value in parse_qsl(urlsplit(address).query):
        if key == name and value.isdecimal() and len(value) < 10:
            return int(value)
    return otherwise
