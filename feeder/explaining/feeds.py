"""How an entry stands in each feed that is made of its source: shown or not, and by what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from feeder.app import App, document_paths
from feeder.config.settings import FeedSettings, FilterSettings
from feeder.models import Entry, Merge
from feeder.publish.compose import SourceLabel
from feeder.publish.filters import first_like
from feeder.publish.press import Press, chosen_entries
from feeder.store.finding import FeedPlace
from feeder.urls import is_id


@dataclass(frozen=True, slots=True)
class InFeed:
    """How an entry stands in a feed.

    `why` says in sentences by what it is shown, or not; `rank` is its place in the feed, the newest
    is 1. `merged` are the entries of other sources that are the same article, this one among them
    where another stands for it.
    """

    feed: str
    is_shown: bool
    why: tuple[str, ...]
    rank: int | None = None
    merged: tuple[Merge, ...] = ()


def in_feeds(app: App, entry: Entry, now: datetime) -> list[InFeed]:
    """How it stands in the feeds of the configuration, and in those that are no more."""
    places = {place.feed: place for place in app.store.finder.places(entry.id)}
    named = [
        feed
        for feed in app.settings.feeds
        if any(source.name == entry.source for source in app.settings.sources_of(feed))
    ]
    found = [_in_feed(app, feed, entry, places.pop(feed.name, None), now) for feed in named]
    return found + [
        InFeed(place.feed, False, (_left_behind(place),))
        for place in places.values()
        if place.shown_at or place.archive is not None or place.removed_at
    ]


def _in_feed(
    app: App, feed: FeedSettings, entry: Entry, place: FeedPlace | None, now: datetime
) -> InFeed:
    sources = app.settings.sources_of(feed)
    labels = {one.name: SourceLabel("", one.title, one.url) for one in sources}
    settings = app.settings
    press = Press(feed, app.store, (), labels, settings.public_url, settings.state, now)
    shown = [one.id for one in islice(chosen_entries(press), feed.max_entries)]
    rank = shown.index(entry.id) + 1 if entry.id in shown else None
    merged = tuple(app.store.merged(feed.name, [entry.id])) if len(labels) > 1 else ()
    if rank is None or not is_id(entry.id):
        why = tuple(_why_not(press, entry, merged, len(shown), app))
        return InFeed(feed.name, False, (*why, *_on_record(place)), merged=merged)
    missing = tuple(_too_large(app, feed, rank))
    why = (*_why(press, entry, rank, len(shown)), *missing, *_on_record(place))
    is_shown = len(missing) < len(document_paths(feed)) and app.store.has_published(feed.name)
    return InFeed(feed.name, is_shown, why, rank, merged)


def _why(press: Press, entry: Entry, rank: int, count: int) -> Iterator[str]:
    feed = press.settings
    yield f"number {rank} of the {_many(count, 'entry', 'entries')} that it may show, newest first"
    if (kept := first_like(entry, feed.keep, press.day)) is not None:
        yield f"kept by {_filter_told(feed, 'keep', kept)}"
    if feed.drop:
        yield f"like none of what is dropped ({_many(len(feed.drop), 'filter')})"
    if not press.store.has_published(feed.name):
        yield "the feed was not put in place yet: the next refresh does that"


def _why_not(
    press: Press, entry: Entry, merged: Sequence[Merge], shown: int, app: App
) -> Iterator[str]:
    feed = press.settings
    if not is_id(entry.id):
        yield "its id is no URI, which no feed can have"
        return
    if feed.keep and first_like(entry, feed.keep, press.day) is None:
        yield f"like none of what is kept ({_many(len(feed.keep), 'filter')})"
    elif (dropped := first_like(entry, feed.drop, press.day)) is not None:
        yield f"dropped by {_filter_told(feed, 'drop', dropped)}"
    elif press.is_aged(entry):
        yield f"older than the feed shows: max_age is {_span(feed.max_age)}"
    elif own := next((merge for merge in merged if merge.entry.id == entry.id), None):
        other = app.store.entry(own.into)
        where = f"{other.source}'s “{other.title}”" if other else own.into
        yield f"shown as {where}: {own.reason}"
        yield f"feeder merges {feed.name} --split {entry.id} shows it by itself"
    else:
        yield f"{_many(shown, 'newer one')} fill the feed: max_entries is {feed.max_entries}"


def _too_large(app: App, feed: FeedSettings, rank: int) -> Iterator[str]:
    """The documents that have no room for it, or are older than it."""
    standing = app.store.standing([feed.name], ())
    for path in document_paths(feed):
        document = standing.publications.get((feed.name, path))
        if document is not None and document.entries < rank:
            yield (
                f"not in {path}, which has {_many(document.entries, 'entry', 'entries')}: it has "
                f"no room for more (max_bytes is {feed.max_bytes:,}), or was made before"
            )


def _on_record(place: FeedPlace | None) -> Iterator[str]:
    if place is None:
        return
    if place.archive:
        yield f"in the closed archive {place.archive} of its history"
    if place.removed_at is not None:
        yield f"left the feed {_day(place.removed_at)} by {place.reason or 'a rule of yours'}"
    if place.reason and place.merged_into is None and place.removed_at is None:
        yield place.reason


def _left_behind(place: FeedPlace) -> str:
    if place.is_retired:
        return "the feed is no longer in the configuration; it was in it"
    return "the feed is no longer made of its source; it was in it"


def _filter_told(feed: FeedSettings, key: str, at: int) -> str:
    """A filter by where it stands, and what it says."""
    found: FilterSettings = getattr(feed, key)[at]
    told = found.model_dump(exclude_unset=True)
    said = ", ".join(f"{name} = {_value(value)}" for name, value in told.items())
    fault = feed.place.fault((key, at), "")
    place = f"{fault.file}:{fault.line}: " if fault.line else ""
    return f"[[feed.{key}]] {at + 1} ({place}{said})"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _span(age: object) -> str:
    return str(age).removesuffix(", 0:00:00")


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _many(count: int, word: str, plural: str = "") -> str:
    return f"1 {word}" if count == 1 else f"{count} {plural or word + 's'}"
