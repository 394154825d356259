"""What a person points at, found on record: an entry by any of its names, an address by its form.

For looking at one thing by hand. Nothing here is asked by refreshes or while feeds are made.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from feeder.models import Heading, Key, Resource
from feeder.store import rows
from feeder.store.database import Database
from feeder.store.entries import KINDS
from feeder.store.tables import entry, entry_key, feed, feed_entry, resource, source


class Match(NamedTuple):
    """An entry on record, and the number that it was recorded with."""

    number: int
    heading: Heading


class Remembered(NamedTuple):
    """What a source remembers of an address."""

    source: str
    resource: Resource


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """What is on record of an entry in one feed.

    `shown_at` is set where the feed has judged whether it is another source's article, and shows
    it; `archive` is the closed page of its history that the entry is in.
    """

    feed: str
    shown_at: datetime | None = None
    archive: int | None = None
    merged_into: str | None = None
    removed_at: datetime | None = None
    reason: str | None = None
    is_retired: bool = False


class Finder:
    """Finds in one database. Each method is one transaction, as those of `Store` are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_id(self, uid: str) -> list[Match]:
        """The entry with that id, if there is one."""
        return self._matches(entry.c.uid == uid, limit=1)

    def by_number(self, number: int) -> list[Match]:
        """The entry that was recorded with that number, if there is one."""
        return self._matches(entry.c.id == number, limit=1)

    def by_title(self, words: str, limit: int) -> list[Match]:
        """The newest entries with these words in their titles; of letters beyond ASCII, the case
        counts."""
        return self._matches(entry.c.title.icontains(words, autoescape=True), limit=limit)

    def by_keys(self, keys: Collection[Key], limit: int) -> list[Match]:
        """The newest entries of any source that any of the keys leads to."""
        numbers = set[int]()
        with self._database.reading() as connection:
            for key in keys:
                query = select(entry_key.c.entry_id).where(
                    # So that the index is of use, which begins with the source.
                    entry_key.c.source_id.in_(_ALL_SOURCES),
                    entry_key.c.kind == key.kind,
                    entry_key.c.value == rows.indexed(key.value),
                )
                numbers.update(connection.execute(query.limit(limit)).scalars())
            return _found(connection, entry.c.id.in_(numbers), limit)

    def keys(self, uid: str) -> list[Key]:
        """All keys that lead to an entry, the strongest first."""
        query = (
            select(entry_key)
            .join(entry, entry.c.id == entry_key.c.entry_id)
            .where(entry.c.uid == uid)
        )
        with self._database.reading() as connection:
            found = map(rows.to_key, connection.execute(query).mappings())
            return sorted(found, key=lambda key: (KINDS.index(key.kind), key.value))

    def resources_of(self, uid: str) -> list[Resource]:
        """What is remembered of the addresses that gave an entry."""
        query = (
            select(resource)
            .join(entry, entry.c.source_id == resource.c.source_id)
            .where(entry.c.uid == uid, resource.c.entry_uid == uid)
            .order_by(resource.c.address)
        )
        with self._database.reading() as connection:
            return [rows.to_resource(row) for row in connection.execute(query).mappings()]

    def resources_at(self, addresses: Collection[str]) -> list[Remembered]:
        """What all sources remember of these addresses, as they spell them."""
        query = (
            select(resource, source.c.name.label("source_name"))
            .join(source, source.c.id == resource.c.source_id)
            .where(
                resource.c.source_id.in_(_ALL_SOURCES),
                resource.c.address.in_([rows.indexed(one) for one in addresses]),
            )
            .order_by(source.c.name, resource.c.address)
        )
        with self._database.reading() as connection:
            found = connection.execute(query).mappings()
            return [Remembered(row["source_name"], rows.to_resource(row)) for row in found]

    def places(self, uid: str) -> Sequence[FeedPlace]:
        """What is on record of an entry in feeds, by their names."""
        into = entry.alias("into")
        query = (
            select(
                feed.c.name,
                feed_entry.c.shown_at,
                feed_entry.c.archive,
                into.c.uid,
                feed_entry.c.removed_at,
                feed_entry.c.reason,
                feed.c.retired_at.is_not(None),
            )
            .join(feed_entry, feed_entry.c.feed_id == feed.c.id)
            .join(entry, entry.c.id == feed_entry.c.entry_id)
            .outerjoin(into, into.c.id == feed_entry.c.merged_into)
            .where(entry.c.uid == uid)
            .order_by(feed.c.name)
        )
        with self._database.reading() as connection:
            return [FeedPlace(*row) for row in connection.execute(query)]

    def _matches(self, condition: ColumnElement[bool], *, limit: int) -> list[Match]:
        with self._database.reading() as connection:
            return _found(connection, condition, limit)


_ALL_SOURCES = select(source.c.id)
_MATCHES: Select[Any] = select(
    entry.c.id,
    entry.c.uid,
    source.c.name,
    entry.c.title,
    entry.c.published,
    entry.c.first_seen,
    entry.c.url,
).join(source, source.c.id == entry.c.source_id)


def _found(connection: Connection, condition: ColumnElement[bool], limit: int) -> list[Match]:
    query = _MATCHES.where(condition).order_by(entry.c.published.desc(), entry.c.uid).limit(limit)
    return [_to_match(row) for row in connection.execute(query)]


def _to_match(row: Row[Any]) -> Match:
    heading = Heading(row.uid, row.name, row.title, row.published, row.first_seen, row.url)
    return Match(row.id, heading)
