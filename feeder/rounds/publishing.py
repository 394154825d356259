"""Feeds published after their sources were refreshed; a failure of one keeps no other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from feeder.app import (
    App,
    document_paths,
    feeds_of,
    private_folder,
    publish_conditions,
    publish_feed,
    publish_lists,
)
from feeder.config.settings import FeedSettings
from feeder.errors import FeederError
from feeder.logs import logger
from feeder.models import Fault
from feeder.publish.flow import Published
from feeder.publish.retired import at_old_addresses, clear, retire

NEWEST = 5
"""Titles told of each feed, so that a run ends with something to recognise."""


@dataclass(frozen=True)
class PublishedFeed:
    """A feed's document as it lies there now; `path` is None where no output is a folder.

    `newest` are titles, the newest first; `faults` name entries that could not be in it.
    """

    feed: str
    path: Path | None
    url: str
    sources: tuple[str, ...]
    entries: int
    size: int
    written: bool
    newest: tuple[str, ...]
    faults: tuple[Fault, ...] = ()


def begun_feeds(app: App) -> list[FeedSettings]:
    """The feeds of which some source was ever read: before that, an empty feed would be a lie."""
    begun = {s.name for s in app.store.states() if s.last_success is not None or s.entries}
    return feeds_of(app, begun)


def publish_feeds(
    app: App, feeds: Collection[FeedSettings]
) -> tuple[list[PublishedFeed], list[FeederError]]:
    """Publish feeds; one that fails does not keep the others."""
    published: list[PublishedFeed] = []
    errors: list[FeederError] = []
    is_longer = False
    placing = replace(app, outputs=at_old_addresses(app.outputs, app.store))
    sources = {source.name for feed in feeds for source in app.settings.sources_of(feed)}
    standing = app.store.standing([feed.name for feed in feeds], sources)
    for feed in feeds:
        try:
            documents = publish_feed(placing, feed, standing, datetime.now(UTC))
        except FeederError as error:
            errors.append(error)
            message, advice = error.message, error.advice
            logger().error("publishing failed", feed=feed.name, message=message, advice=advice)
        else:
            published.extend(_as_published(app, feed, document) for document in documents)
            met = standing.publications
            is_longer |= any((feed.name, document.path) not in met for document in documents)
    if is_longer:
        errors += list_feeds(app)
    return published, errors + _tell_of_conditions(app) + _clear(app)


def publish_feeds_of(app: App, source: str) -> None:
    """Publish the feeds that a source is part of."""
    publish_feeds(app, feeds_of(app, {source}))


def list_feeds(app: App) -> list[FeederError]:
    """Bring the documents about all feeds up to date. A failure is logged and given back."""
    errors: list[FeederError] = []
    try:
        errors += publish_lists(app)
    except FeederError as error:
        errors.append(error)
    for each in errors:
        logger().error("publishing failed", message=each.message, advice=each.advice)
    return errors


def retire_feeds(app: App) -> None:
    """Put on record what the configuration has no more. For who has just read it: a service that
    has run for days would retire the feeds of a newer one."""
    documents = {feed.name: document_paths(feed) for feed in app.settings.feeds}
    retire(app.settings, app.store, documents, datetime.now(UTC))


def back_up(app: App) -> list[FeederError]:
    """Copy the record into STATE/backups. A failure is logged and given back."""
    if app.settings.database is not None:
        return []  # a PostgreSQL server has backups of its own
    try:
        app.store.backup(datetime.now(UTC))
    except FeederError as error:
        logger().error("backup failed", message=error.message, advice=error.advice)
        return [error]
    return []


def _tell_of_conditions(app: App) -> list[FeederError]:
    """Bring the health feed up to date. A failure is logged and given back."""
    try:
        publish_conditions(app)
    except FeederError as error:
        logger().error("publishing failed", message=error.message, advice=error.advice)
        return [error]
    return []


def _clear(app: App) -> list[FeederError]:
    """Take away what is published no more. A failure is logged and given back."""
    try:
        clear(app.settings, app.store, app.outputs, datetime.now(UTC))
    except FeederError as error:
        logger().error("removing failed", message=error.message, advice=error.advice)
        return [error]
    return []


def _as_published(app: App, feed: FeedSettings, document: Published) -> PublishedFeed:
    sources = tuple(source.name for source in app.settings.sources_of(feed))
    folders = [private_folder(app.settings)] if feed.private else app.settings.folders
    return PublishedFeed(
        feed=feed.name,
        path=folders[0] / document.path if folders else None,
        url=app.settings.public_url + document.path,
        sources=sources,
        entries=document.entries,
        size=document.size,
        written=document.written,
        faults=document.faults,
        newest=tuple(app.store.titles(sources, min(NEWEST, document.entries))),
    )
