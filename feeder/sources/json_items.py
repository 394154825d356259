"""One item of an API's answer becomes a candidate, or a fault that names the field."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from pydantic import Field, model_validator

from feeder.config.options import Options
from feeder.enclosures import enclosure_of
from feeder.errors import LayoutError
from feeder.models import Candidate, Draft, Enclosure, Facts, Key, Page, Validators
from feeder.sources.json_paths import Expression, ask
from feeder.sources.json_values import (
    address_of,
    id_of,
    language_of,
    line_of,
    markup_of,
    moment_in,
    names_of,
    summary_of,
)
from feeder.urls import address_key, led_to, resolve, without_tracking

T = TypeVar("T")


class Fields(Options):
    """`fields`: where an item has what an article has, each a JMESPath expression."""

    id: Expression | None = Field(default=None, description="what never changes of an article")
    url: Expression | None = Field(default=None, description="the address of its page")
    title: Expression | None = Field(default=None, description="the headline")
    date: Expression | None = Field(default=None, description="the date of publication")
    modified: Expression | None = Field(default=None, description="the date of the last change")
    summary: Expression | None = Field(default=None, description="a few sentences")
    content: Expression | None = Field(
        default=None, description="all of the text, HTML or plain; its page is not read then"
    )
    authors: Expression | None = Field(default=None, description="names, one or an array")
    categories: Expression | None = Field(default=None, description="names, one or an array")
    image: Expression | None = Field(default=None, description="the address of its picture")
    language: Expression | None = Field(default=None, description="such as en or pt-BR")
    enclosure: Expression | None = Field(
        default=None, description="the address of its recording, film or document"
    )

    @model_validator(mode="after")
    def _leads_to_a_text(self) -> Fields:
        if self.url is None and self.content is None:
            raise ValueError("needs url, content or both: without them there is no text")
        return self

    def values(self, item: Any) -> Mapping[str, Any]:
        """What an item has for each field; a LayoutError for one that cannot be asked for."""
        return {name: _asked(expression, item) for name, expression in self if expression}


class Setting(NamedTuple):
    """What an answer says to all of its items."""

    page: Page
    link_base: str
    zone: tzinfo


class Item:
    """One item under way: what its fields give, and `wrong`, what is wrong with them."""

    def __init__(self, values: Mapping[str, Any], setting: Setting) -> None:
        self.wrong: list[tuple[str, str]] = []
        self._values, self._setting = values, setting

    def moment(self) -> datetime | None:
        """What it is put in order by."""
        dates = (self._moment(name) for name in ("date", "modified"))
        found = next((moment for moment in dates if moment), None)
        self.wrong.clear()  # of most items, nothing but this is read; of the others all, again
        return found

    def candidate(self) -> Candidate | None:
        """The article that it mentions; None where it has neither an address nor a text."""
        address = self._address("url")
        content = self._read("content", markup_of)
        if address is None and content is None:
            return None
        # Of a page, its canonical address tells more than the one that it is reached by.
        facts = self._facts(address if content else None)
        guid = self._read("id", id_of)
        keys = tuple(_keys(guid, address, facts))
        state = _state(self._values)
        own = address or f"{self._setting.page.url}#{quote(guid or state[:32], safe='')}"
        return Candidate(
            address=own,
            keys=keys,
            facts=facts,
            validators=Validators(etag=state),
            modified=facts.modified or facts.published,
            draft=self._draft(content, facts, keys) if content else None,
            complete=bool(content),
        )

    def _draft(self, content: str, facts: Facts, keys: tuple[Key, ...]) -> Draft:
        base = facts.url or self._setting.link_base
        return Draft("fragment", content, facts=facts, base_url=base, keys=keys)

    def _facts(self, address: str | None) -> Facts:
        return Facts(
            url=address,
            title=self._read("title", line_of),
            summary=self._read("summary", summary_of),
            authors=self._read("authors", names_of) or (),
            categories=self._read("categories", names_of) or (),
            published=self._moment("date"),
            modified=self._moment("modified"),
            image=self._address("image"),
            language=self._read("language", language_of),
            enclosures=self._enclosures(),
        )

    def _enclosures(self) -> tuple[Enclosure, ...]:
        made = enclosure_of(self._address("enclosure"))
        return () if made is None else (made,)

    def _read(self, name: str, reader: Callable[[Any], T]) -> T | None:
        value = self._values.get(name)
        try:
            if isinstance(value, LayoutError):
                raise value
            return reader(value)
        except LayoutError as error:
            self.wrong.append((name, error.message))
            return None

    def _moment(self, name: str) -> datetime | None:
        return self._read(name, lambda value: moment_in(value, self._setting.zone))

    def _address(self, name: str) -> str | None:
        written = self._read(name, address_of)
        if written is None:
            return None
        address = resolve(written, self._setting.link_base)
        if address is None:
            self.wrong.append((name, "no web address"))
            return None
        return without_tracking(led_to(address)) if name == "url" else address


def _asked(expression: str, item: Any) -> Any:
    try:
        return ask(expression, item)
    except LayoutError as error:
        return error


def _keys(guid: str | None, address: str | None, facts: Facts) -> list[Key]:
    keys = [Key("guid", guid)] if guid else []
    if address:
        keys.append(Key("url", address_key(address)))
    if facts.title and facts.published:
        story = f"{facts.title.casefold()}\n{facts.published.astimezone(UTC).isoformat()}"
        keys.append(Key("story", hashlib.sha256(story.encode()).hexdigest()[:32]))
    return keys


def _state(values: Mapping[str, Any]) -> str:
    """A hash of what the fields give. What else an item has (views, ranks) changes every hour."""
    try:
        told = repr(sorted((name, str(value)) for name, value in values.items()))
    except RecursionError:
        raise LayoutError("what a field gives is nested too deeply to be read") from None
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
