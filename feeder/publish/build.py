"""The feed that a renderer is given: its newest entries, as many as its caps hold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from feeder.config.settings import FeedSettings
from feeder.generator import Renderer
from feeder.models import Document, Feed, FeedEntry, FormatLink
from feeder.store.feeds import FeedRecord


def build_feed(
    settings: FeedSettings,
    feed: FeedRecord,
    entries: Iterable[FeedEntry],
    *,
    self_url: str,
    formats: Sequence[FormatLink] = (),
    stylesheet: str | None = None,
) -> Feed:
    """The feed with its newest entries, at most `max_entries`. An empty one is as old as itself."""
    newest = sorted(sorted(entries, key=_id), key=_published, reverse=True)
    shown = tuple(newest[: settings.max_entries])
    return Feed(
        id=feed.uid,
        name=settings.name,
        title=settings.title,
        updated=_updated(shown) if shown else feed.created_at,
        author=settings.author or settings.title,
        self_url=self_url,
        entries=shown,
        subtitle=settings.subtitle,
        language=settings.language,
        rights=settings.rights,
        site_url=settings.site_url,
        icon=settings.icon,
        logo=settings.logo,
        formats=tuple(formats),
        hubs=settings.hubs,
        stylesheet=stylesheet,
    )


def _id(entry: FeedEntry) -> str:
    return entry.id


def _published(entry: FeedEntry) -> datetime:
    return entry.published


def _updated(entries: Sequence[FeedEntry]) -> datetime:
    return max(entry.updated for entry in entries)


def fit(feed: Feed, renderer: Renderer, max_bytes: int) -> tuple[Feed, Document]:
    """As many of the newest entries as `max_bytes` hold, and their document.

    The newest is kept whatever its size: a feed that falls silent would be worse.
    """
    document = renderer.render(feed)
    if len(document.body) <= max_bytes or len(feed.entries) <= 1:
        return feed, document

    def size(count: int) -> int:
        return len(renderer.render(_newest(feed, count)).body)

    fewer = range(1, len(feed.entries))
    smaller = _newest(feed, max(1, bisect_right(fewer, max_bytes, key=size)))
    return smaller, renderer.render(smaller)


def _newest(feed: Feed, count: int) -> Feed:
    entries = feed.entries[:count]
    return replace(feed, entries=entries, updated=_updated(entries))
