"""Which entries a feed is to have: `keep` and `drop` of its settings. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from feeder.config.settings import FeedSettings, FilterSettings
from feeder.models import Entry
from feeder.regexes import compiled
from feeder.text import xml_safe

_TEXT_LIMIT = 200_000
"""Characters of a text that a pattern sees: ten times the longest articles of newspapers, .2 ms."""

Wanted = Callable[[Entry], bool]


def wanted_by(settings: FeedSettings, now: datetime) -> Wanted:
    """Whether the feed is to have an entry: like one of `keep`, if any, and like none of `drop`.

    Args:
        now: the moment that `newer_than` and `older_than` are counted from.
    """
    keep, drop = settings.keep, settings.drop
    if not keep and not drop:
        return lambda entry: True

    def wants(entry: Entry) -> bool:
        if keep and first_like(entry, keep, now) is None:
            return False
        return first_like(entry, drop, now) is None

    return wants


def first_like(entry: Entry, filters: Sequence[FilterSettings], now: datetime) -> int | None:
    """The place of the first of the filters that an entry is like, from 0."""
    return next((at for at, one in enumerate(filters) if all(_holds(entry, one, now))), None)


def _holds(entry: Entry, told: FilterSettings, now: datetime) -> Iterator[bool]:
    """Whether each thing holds that a filter tells, the cheap ones first."""
    if told.newer_than is not None:
        yield entry.published > now - told.newer_than
    if told.older_than is not None:
        yield entry.published <= now - told.older_than
    if told.language:
        yield _is_in(entry.language, told.language)
    if told.min_words is not None or told.max_words is not None:
        count = len(entry.text.split())
        yield (told.min_words or 0) <= count
        yield told.max_words is None or count <= told.max_words
    if told.title is not None:
        yield _found(told.title, (entry.title,))
    if told.url is not None:
        yield _found(told.url, (entry.url or "",))
    if told.author is not None:
        yield _found(told.author, entry.authors)
    if told.category is not None:
        yield _found(told.category, entry.categories)
    if told.text is not None:
        yield _found(told.text, (entry.text,))


def _is_in(language: str | None, wanted: Iterable[str]) -> bool:
    """ "en" is every English; "en-GB" is that alone (RFC 4647, 3.3.1)."""
    told = (language or "").casefold()
    return any(f"{told}-".startswith(f"{one.casefold()}-") for one in wanted)


def _found(pattern: str, texts: Iterable[str]) -> bool:
    regex = compiled(pattern)
    return any(regex.search(xml_safe(text[:_TEXT_LIMIT])) for text in texts)
