"""How entries stand in a feed that combines sources: shown, or merged into another one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select, update

from feeder.models import Heading, Merge
from feeder.store import rows
from feeder.store.database import upserting
from feeder.store.tables import entry, feed, feed_entry, publication, source

_ORDER = (entry.c.published.desc(), entry.c.uid)
_into = entry.alias("into")


def fresh(
    connection: Connection, feed_name: str, sources: Collection[str], limit: int
) -> list[Heading]:
    """Those of the newest entries of the sources that the feed has not judged yet."""
    ours = select(source.c.id).where(rows.among(connection, source.c.name, sources))
    newest = select(entry.c.id).where(entry.c.source_id.in_(ours)).order_by(*_ORDER).limit(limit)
    judged = _judged(feed_name).where(feed_entry.c.entry_id == entry.c.id).exists()
    query = _headings().where(entry.c.id.in_(newest), ~judged)
    return [_to_heading(row) for row in connection.execute(query)]


def shown(
    connection: Connection, feed_name: str, sources: Collection[str], limit: int
) -> list[Heading]:
    """The newest entries of the sources that the feed shows."""
    ours = rows.among(connection, source.c.name, sources)
    query = (
        _headings()
        .join(feed_entry, feed_entry.c.entry_id == entry.c.id)
        .where(ours, feed_entry.c.feed_id == _number(feed_name), feed_entry.c.shown_at.is_not(None))
        .order_by(*_ORDER)
        .limit(limit)
    )
    return [_to_heading(row) for row in connection.execute(query)]


def has_published(connection: Connection, feed_name: str) -> bool:
    """Whether readers have been given a document of the feed."""
    query = select(publication.c.path).where(publication.c.feed_id == _number(feed_name)).limit(1)
    return connection.execute(query).first() is not None


def settle(
    connection: Connection,
    feed_name: str,
    showing: Sequence[Heading],
    merges: Sequence[Merge],
    now: datetime,
) -> None:
    """Put on record how entries that were new to a feed stand in it."""
    feed_id = connection.execute(select(_number(feed_name))).scalar_one()
    uids = {one.id for one in showing} | {one.entry.id for one in merges} | {m.into for m in merges}
    numbers: dict[str, int] = {}
    for some in rows.chunks(sorted(uids)):
        query = select(entry.c.uid, entry.c.id).where(entry.c.uid.in_(some))
        numbers |= {row.uid: row.id for row in connection.execute(query)}
    told: list[rows.Row] = [_row(feed_id, numbers[one.id], shown_at=now) for one in showing]
    told += [
        _row(feed_id, numbers[one.entry.id], merged_into=numbers[one.into], reason=one.reason)
        for one in merges
    ]
    statement = upserting(connection, feed_entry)
    changed = ("shown_at", "merged_into", "reason")
    upsert = statement.on_conflict_do_update(
        index_elements=["feed_id", "entry_id"],
        set_={name: statement.excluded[name] for name in changed},
    )
    if told:
        connection.execute(upsert, told)


def _row(
    feed_id: int,
    number: int,
    *,
    shown_at: datetime | None = None,
    merged_into: int | None = None,
    reason: str | None = None,
) -> rows.Row:
    return {
        "feed_id": feed_id,
        "entry_id": number,
        "shown_at": shown_at,
        "merged_into": merged_into,
        "reason": reason,
    }


def merged(
    connection: Connection, feed_name: str, uids: Collection[str] | None = None
) -> list[Merge]:
    """What was merged in a feed, the newest first: all, or what these entries have to do with,
    merged themselves or standing for others."""
    query = (
        _headings()
        .add_columns(_into.c.uid.label("into_uid"), feed_entry.c.reason)
        .join(feed_entry, feed_entry.c.entry_id == entry.c.id)
        .join(_into, _into.c.id == feed_entry.c.merged_into)
        .where(feed_entry.c.feed_id == _number(feed_name))
        .order_by(*_ORDER)
    )
    if uids is not None:
        one = rows.among(connection, entry.c.uid, uids)
        other = rows.among(connection, _into.c.uid, uids)
        query = query.where(or_(one, other))
    return [
        Merge(_to_heading(row), row.into_uid, row.reason or "") for row in connection.execute(query)
    ]


def split(connection: Connection, feed_name: str, uid: str, now: datetime) -> bool:
    """Show an entry by itself from now on; False where it was not merged."""
    number = select(entry.c.id).where(entry.c.uid == uid).scalar_subquery()
    place = and_(
        feed_entry.c.feed_id == _number(feed_name),
        feed_entry.c.entry_id == number,
        feed_entry.c.merged_into.is_not(None),
    )
    apart = update(feed_entry).where(place)
    done = connection.execute(apart.values(merged_into=None, shown_at=now, reason="kept apart"))
    # Readers may see of it from now on: what the feed is made of has changed.
    of_it = select(entry.c.source_id).where(entry.c.uid == uid).scalar_subquery()
    counted = update(source).where(source.c.id == of_it).values(changes=source.c.changes + 1)
    if done.rowcount:
        connection.execute(counted)
    return done.rowcount > 0


def _number(feed_name: str) -> Any:
    return select(feed.c.id).where(feed.c.name == feed_name).scalar_subquery()


def _judged(feed_name: str) -> Select[Any]:
    return select(feed_entry.c.entry_id).where(
        feed_entry.c.feed_id == _number(feed_name),
        or_(feed_entry.c.shown_at.is_not(None), feed_entry.c.merged_into.is_not(None)),
    )


def _headings() -> Select[Any]:
    columns = (entry.c.uid, entry.c.title, entry.c.published, entry.c.first_seen, entry.c.url)
    return select(*columns, source.c.name.label("source_name")).join(
        source, source.c.id == entry.c.source_id
    )


def _to_heading(row: Row[Any]) -> Heading:
    return Heading(row.uid, row.source_name, row.title, row.published, row.first_seen, row.url)
