"""The feeds that are published, and which documents of them were put in place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from feeder.models import Publication
from feeder.store import retired, rows
from feeder.store.identity import first_free
from feeder.store.tables import feed, publication, source


@dataclass(frozen=True, slots=True)
class Standing:
    """What was put in place, and what may have moved since: read once for any number of feeds.

    `ids` of sources, `changes` (how often what readers may see of one has changed) and `refreshed`
    (when one was last read well) are by the source's name, `publications` by the feed's and the
    path. Closed archives are not among them: they do not move.
    """

    ids: Mapping[str, str]
    changes: Mapping[str, int]
    publications: Mapping[tuple[str, str], Publication]
    refreshed: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """A feed on record. `uid` is minted once and outlives its name."""

    name: str
    uid: str
    created_at: datetime
    retired: bool = False


def find(connection: Connection, name: str) -> FeedRecord | None:
    """The feed of that name, if it is on record."""
    row = connection.execute(select(feed).where(feed.c.name == name)).one_or_none()
    return (
        None
        if row is None
        else FeedRecord(row.name, row.uid, row.created_at, row.retired_at is not None)
    )


def find_or_mint(
    connection: Connection, name: str, formerly: Sequence[str], prefix: str, now: datetime
) -> FeedRecord:
    """The feed of that name; else the one that had one of the former names, renamed; else new."""
    for old in (name, *formerly):
        found = find(connection, old)
        if found is not None:
            renamed = update(feed).where(feed.c.name == old).values(name=name)
            feed_id = connection.execute(renamed.returning(feed.c.id)).scalar_one()
            if old != name:
                retired.note_name(connection, feed_id, old, now)
            if found.retired:
                retired.revive(connection, name)
            return FeedRecord(name, found.uid, found.created_at)
    taken = set(connection.execute(select(feed.c.uid)).scalars())
    minted = FeedRecord(name, first_free(f"{prefix}:feeds/{name}", taken), now)
    connection.execute(insert(feed).values(name=name, uid=minted.uid, created_at=now))
    return minted


def standing(
    connection: Connection, names: Collection[str], source_names: Collection[str]
) -> Standing:
    """What was put in place of these feeds, and how these sources stand."""
    columns = select(source.c.name, source.c.uid, source.c.changes, source.c.last_success)
    ours = rows.among(connection, source.c.name, source_names)
    sources = connection.execute(columns.where(ours)).all()
    joined = select(feed.c.name, publication).join(feed, feed.c.id == publication.c.feed_id)
    archived = publication.c.path.like("%/archive/%")
    query = joined.where(rows.among(connection, feed.c.name, names), ~archived)
    return Standing(
        ids={row.name: row.uid for row in sources},
        changes={row.name: row.changes for row in sources},
        publications={
            (row.name, row.path): to_publication(row.name, row) for row in connection.execute(query)
        },
        refreshed={row.name: row.last_success for row in sources if row.last_success},
    )


def changes(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """How often what readers may see of these sources has changed, by name."""
    query = select(source.c.name, source.c.changes)
    found = connection.execute(query.where(rows.among(connection, source.c.name, names)))
    return {row.name: row.changes for row in found}


def publication_of(connection: Connection, name: str, path: str) -> Publication | None:
    """What was last put in place at `path` for a feed, or None."""
    row = connection.execute(
        select(publication)
        .join(feed, feed.c.id == publication.c.feed_id)
        .where(feed.c.name == name, publication.c.path == path)
    ).one_or_none()
    if row is None:
        return None
    return to_publication(name, row)


def to_publication(name: str, row: Row[Any]) -> Publication:
    """What was put in place for the feed of that name."""
    return Publication(
        name, row.path, row.sha256, row.size, row.entries, row.published_at, row.made_of or ""
    )


def put_publication(connection: Connection, told: Publication) -> None:
    """Note what was put in place for a feed that is on record."""
    feed_id = connection.execute(select(feed.c.id).where(feed.c.name == told.feed)).scalar_one()
    place = (publication.c.feed_id == feed_id, publication.c.path == told.path)
    connection.execute(delete(publication).where(*place))
    connection.execute(
        insert(publication).values(
            feed_id=feed_id,
            path=told.path,
            sha256=told.sha256,
            size=told.size,
            entries=told.entries,
            published_at=told.published_at,
            made_of=told.made_of,
        )
    )
