"""Entries on record become a feed, documents, and what readers are given.

    entries → compose → build_feed → fit → check → outputs → recorded

All that decides is pure and has no clock, so the same record gives the same bytes, and publishing
can be repeated at any time. All formats are made of one list of entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from itertools import islice

from feeder.config.settings import FeedSettings
from feeder.generator import Renderer
from feeder.locks import exclusive
from feeder.models import Document, Fault, Feed, FeedEntry, Tombstone
from feeder.publish import archives
from feeder.publish.build import build_feed, fit
from feeder.publish.hubs import pings
from feeder.publish.placing import Placing, lies_there
from feeder.publish.press import Press, chosen_entries, composed
from feeder.store.feeds import FeedRecord, Standing

WAIT_FOR_LOCK = 30.0
"""Seconds to wait for another process that publishes the same feed; it takes milliseconds."""


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing one document. `faults` name entries that could not be in it."""

    path: str
    written: bool
    entries: int
    size: int
    faults: tuple[Fault, ...] = ()


def publish(press: Press, renderers: Sequence[Renderer], standing: Standing) -> list[Published]:
    """Bring the documents of a feed up to date at all outputs, one for each renderer.

    Args:
        standing: what was put in place, and how the sources stood, no longer ago than this round.

    Raises:
        PublishError: an output or a document itself failed. What lay there before stays.
        LockedError: another process has been publishing this feed all the while.
    """
    done = {id(r): _as_it_stands(press, r, standing) for r in renderers}
    moved = [renderer for renderer in renderers if done[id(renderer)] is None]
    if moved:
        if _has_memory(press.settings):
            # An entry may leave for an archive as soon as one of them has no room for it.
            moved = list(renderers)
        name = press.settings.name
        lock = press.state / "locks" / f"publish-{name}.lock"
        with exclusive(lock, f"publish the feed {name}", wait=WAIT_FOR_LOCK):
            made = _publish_anew(press, moved)
        done |= {id(r): one for r, one in zip(moved, made, strict=True)}
    return [one for one in done.values() if one is not None]


def _as_it_stands(press: Press, renderer: Renderer, standing: Standing) -> Published | None:
    """The document that was put in place last, where all that it is made of is as it was."""
    path = renderer.path(press.settings.name)
    last = standing.publications.get((press.settings.name, path))
    if last is None or last.made_of != _made_of(press, standing, renderer):
        return None
    if not lies_there(last, press.outputs):
        return None
    return Published(path, written=False, entries=last.entries, size=last.size)


def _publish_anew(press: Press, renderers: Sequence[Renderer]) -> list[Published]:
    """Read under the lock: otherwise a slower process could put an older state in place."""
    settings, store = press.settings, press.store
    # Before the entries: a change in between has the documents made anew the next time.
    standing = store.standing((), press.labels)
    feed = store.feed(settings.name, settings.formerly, now=press.now)
    press.choosing.settle(press.now)
    shown, faults = composed(press, islice(chosen_entries(press), settings.max_entries))
    if _has_memory(settings):
        archives.note(press, shown)
    placing = Placing(press.outputs, store, settings.name, press.now)
    made = _made(press, feed, shown, renderers, _refreshed(press, standing))
    if settings.history:
        archives.put_archives(press, feed, _kept(renderers), placing)
    done = []
    for renderer, (whole, document) in zip(renderers, made, strict=True):
        renderer.check(document)
        word = "" if faults else _made_of(press, standing, renderer)
        told = () if settings.private else pings(whole, document)
        written = placing.put(document, len(whole.entries), word, told)
        size = len(document.body)
        done.append(Published(document.path, written, len(whole.entries), size, faults))
    placing.end()
    return done


def _has_memory(settings: FeedSettings) -> bool:
    """Whether it matters what was in the feed before."""
    return settings.history or settings.tombstones


def _kept(renderers: Sequence[Renderer]) -> list[Renderer]:
    return [renderer for renderer in renderers if archives.is_kept(renderer)]


def _made(
    press: Press,
    feed: FeedRecord,
    shown: Sequence[FeedEntry],
    renderers: Sequence[Renderer],
    refreshed: date | None,
) -> list[tuple[Feed, Document]]:
    """The documents; what one of them has no room for is closed into archives.

    That is done again until nothing is left to be closed, since the link to the first archive takes
    some room itself.
    """
    stones = archives.tombstones(press)
    while True:
        wholes = [_whole(press, feed, shown, one, stones, refreshed) for one in renderers]
        pairs = list(zip(renderers, wholes, strict=True))
        made = [fit(whole, one, press.settings.max_bytes) for one, whole in pairs]
        kept = {id(renderer) for renderer in _kept(renderers)}
        held = [m[0].entries for m, one in zip(made, renderers, strict=True) if id(one) in kept]
        if not press.settings.history or not held:
            return made
        everywhere = {entry.id for entry in min(held, key=len)}
        if not archives.close_due(press, everywhere, _kept(renderers)):
            return made


def _whole(
    press: Press,
    feed: FeedRecord,
    shown: Sequence[FeedEntry],
    renderer: Renderer,
    stones: tuple[Tombstone, ...],
    refreshed: date | None,
) -> Feed:
    """The feed before it is cut to its size."""
    settings = press.settings
    whole = build_feed(
        settings,
        feed,
        shown,
        self_url=press.url(renderer, settings.name),
        formats=press.links,
        stylesheet=press.style(renderer),
    )
    return replace(
        whole,
        tombstones=stones,
        history=archives.latest(press, renderer) if settings.history else None,
        refreshed=None if archives.is_kept(renderer) else refreshed,
    )


def _refreshed(press: Press, standing: Standing) -> date | None:
    """The day on which any of its sources was last read well."""
    days = [standing.refreshed[name] for name in press.labels if name in standing.refreshed]
    return max(days).astimezone(UTC).date() if days else None


def _made_of(press: Press, standing: Standing, renderer: Renderer) -> str:
    """A word for all that a document is made of; another one as soon as that changes.

    The version of feeder stands for what composes and renders it.
    """
    labels = press.labels
    counts = [standing.changes.get(name, 0) for name in labels]
    kind = type(renderer).__qualname__
    day = press.day if _moves_with_time(press.settings) else None
    refreshed = None if archives.is_kept(renderer) else _refreshed(press, standing)
    where = (press.public_url, press.links, press.stylesheet)
    told = (_version(), press.settings, labels, counts, where, kind, day, refreshed)
    return blake2b(repr(told).encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _moves_with_time(settings: FeedSettings) -> bool:
    """Whether entries, or what tells of their removal, come or go by their age alone."""
    ages = ((one.newer_than, one.older_than) for one in (*settings.keep, *settings.drop))
    aging = settings.max_age is not None or settings.tombstones
    return aging or any(age is not None for pair in ages for age in pair)


@cache  # it takes 1 ms to read
def _version() -> str:
    return version("feeder")
