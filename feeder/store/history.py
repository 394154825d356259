"""What a feed has shown: entries that are in it, in a closed archive, or removed by rule.

`feed_entry.archive` tells of an entry: 0, it is in the feed and in no archive; a number, it is in
that one for good; none, it is no part of the history.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from feeder.models import Entry, Publication, Tombstone
from feeder.store import entries, feeds, rows
from feeder.store.database import upserting
from feeder.store.tables import archive, entry, feed, feed_entry, feed_source, publication, source

# A date from the future counts from when it was first seen, as in the feed.
_DATE = case((entry.c.published < entry.c.first_seen, entry.c.published), else_=entry.c.first_seen)


def with_news(connection: Connection, feed_name: str, names: Collection[str]) -> list[str]:
    """Those of the sources with entries on record that the feed's history was not told of."""
    ours = _number(feed_name)
    seen = select(feed_source.c.seen).where(
        feed_source.c.feed_id == ours, feed_source.c.source_id == source.c.id
    )
    # Of this source: two queries further in, the outermost one is not seen by itself.
    last = seen.correlate(source).scalar_subquery()
    later = select(entry.c.id).where(
        entry.c.source_id == source.c.id, entry.c.id > func.coalesce(last, 0)
    )
    query = select(source.c.name).where(
        rows.among(connection, source.c.name, names), later.exists()
    )
    return sorted(connection.execute(query).scalars())


def news(connection: Connection, feed_name: str, source_name: str, limit: int) -> list[Entry]:
    """Entries of a source that the feed's history was not told of, in the order of recording."""
    ours = select(source.c.id).where(source.c.name == source_name).scalar_subquery()
    seen = select(feed_source.c.seen).where(
        feed_source.c.feed_id == _number(feed_name), feed_source.c.source_id == ours
    )
    later = entry.c.id > func.coalesce(seen.scalar_subquery(), 0)
    query = entries.whole().where(entry.c.source_id == ours, later)
    found = connection.execute(query.order_by(entry.c.id).limit(limit)).mappings()
    return [rows.to_entry(row) for row in found]


def note(
    connection: Connection, feed_name: str, told: Sequence[Entry], kept: Collection[str]
) -> None:
    """Note that the history was told of these entries of one source, and that it has `kept`."""
    feed_id = connection.execute(select(_number(feed_name))).scalar_one()
    join(connection, feed_name, kept)
    numbers = rows.among(connection, entry.c.uid, [one.id for one in told])
    last = select(entry.c.source_id, func.max(entry.c.id)).where(numbers)
    source_id, seen = connection.execute(last.group_by(entry.c.source_id)).one()
    statement = upserting(connection, feed_source)
    upsert = statement.on_conflict_do_update(
        index_elements=["feed_id", "source_id"], set_={"seen": statement.excluded.seen}
    )
    connection.execute(upsert, {"feed_id": feed_id, "source_id": source_id, "seen": seen})


def join(connection: Connection, feed_name: str, uids: Collection[str]) -> None:
    """These entries are in the feed. Those that are in an archive too stay there."""
    feed_id = connection.execute(select(_number(feed_name))).scalar_one()
    query = select(entry.c.id).where(rows.among(connection, entry.c.uid, uids))
    told = [
        {"feed_id": feed_id, "entry_id": number, "archive": 0}
        for number in connection.execute(query).scalars()
    ]
    statement = upserting(connection, feed_entry)
    upsert = statement.on_conflict_do_update(
        index_elements=["feed_id", "entry_id"],
        set_={"archive": func.coalesce(feed_entry.c.archive, 0), "removed_at": None},
    )
    if told:
        connection.execute(upsert, told)


def outside(connection: Connection, feed_name: str, uids: Collection[str]) -> set[str]:
    """Those of the entries that are no part of the history, or were removed from it."""
    query = (
        select(entry.c.uid)
        .join(feed_entry, feed_entry.c.entry_id == entry.c.id)
        .where(
            feed_entry.c.feed_id == _number(feed_name),
            rows.among(connection, entry.c.uid, uids),
            feed_entry.c.archive.is_not(None),
            feed_entry.c.removed_at.is_(None),
        )
    )
    return set(uids) - set(connection.execute(query).scalars())


def open_entries(connection: Connection, feed_name: str, names: Collection[str]) -> list[str]:
    """The ids of entries of the sources that are in the feed and no archive, the oldest first."""
    ours = select(source.c.id).where(rows.among(connection, source.c.name, names))
    query = (
        select(entry.c.uid)
        .join(feed_entry, feed_entry.c.entry_id == entry.c.id)
        .where(
            feed_entry.c.feed_id == _number(feed_name),
            feed_entry.c.archive == 0,
            entry.c.source_id.in_(ours),
        )
        .order_by(_DATE, entry.c.uid)
    )
    return list(connection.execute(query).scalars())


def leave(
    connection: Connection,
    feed_name: str,
    uids: Collection[str],
    *,
    reason: str | None = None,
    now: datetime,
) -> None:
    """These entries are in the feed no more; with a reason, by a rule of the person's."""
    gone: dict[str, Any] = {"archive": None}
    if reason is not None:
        gone |= {"removed_at": now, "reason": reason}
    numbers = select(entry.c.id).where(rows.among(connection, entry.c.uid, uids))
    ours = feed_entry.c.feed_id == _number(feed_name), feed_entry.c.entry_id.in_(numbers)
    connection.execute(update(feed_entry).where(*ours).values(**gone))


def forget_seen(connection: Connection, feed_name: str) -> None:
    """The history is told of all entries anew, should the feed have one again."""
    connection.execute(delete(feed_source).where(feed_source.c.feed_id == _number(feed_name)))


def close(
    connection: Connection,
    feed_name: str,
    uids: Collection[str],
    *,
    updated: datetime,
    now: datetime,
) -> int:
    """Close an archive of these entries; its number."""
    feed_id = connection.execute(select(_number(feed_name))).scalar_one()
    number = latest(connection, feed_name) + 1
    told = {"number": number, "entries": len(uids), "updated": updated, "closed_at": now}
    connection.execute(insert(archive).values(feed_id=feed_id, **told))
    numbers = select(entry.c.id).where(rows.among(connection, entry.c.uid, uids))
    ours = feed_entry.c.feed_id == feed_id, feed_entry.c.entry_id.in_(numbers)
    connection.execute(update(feed_entry).where(*ours).values(archive=number))
    return number


def latest(connection: Connection, feed_name: str) -> int:
    """The number of the archive that was closed last; 0 before there is one."""
    query = select(func.max(archive.c.number)).where(archive.c.feed_id == _number(feed_name))
    return connection.execute(query).scalar_one() or 0


def of_archive(connection: Connection, feed_name: str, number: int) -> list[Entry]:
    """The entries that an archive was closed with."""
    numbers = select(feed_entry.c.entry_id).where(
        feed_entry.c.feed_id == _number(feed_name), feed_entry.c.archive == number
    )
    query = entries.whole().where(entry.c.id.in_(numbers)).order_by(_DATE, entry.c.uid)
    return [rows.to_entry(row) for row in connection.execute(query).mappings()]


def of_ids(connection: Connection, uids: Collection[str]) -> list[Entry]:
    """The entries with these ids, in no order."""
    query = entries.whole().where(rows.among(connection, entry.c.uid, uids))
    return [rows.to_entry(row) for row in connection.execute(query).mappings()]


def publications(connection: Connection, feed_name: str) -> list[Publication]:
    """Documents of its archives that were put in place, and are to be there still."""
    query = select(publication).where(
        publication.c.feed_id == _number(feed_name),
        publication.c.gone_at.is_(None),
        publication.c.made_of.is_not(None),  # else it was taken away in the meantime
        publication.c.path.startswith(f"{feed_name}/archive/", autoescape=True),
    )
    return [feeds.to_publication(feed_name, row) for row in connection.execute(query)]


def tombstones(
    connection: Connection, feed_name: str, since: datetime, limit: int
) -> list[Tombstone]:
    """Entries that the person's rules removed since then, the latest first."""
    query = (
        select(entry.c.uid, feed_entry.c.removed_at)
        .join(feed_entry, feed_entry.c.entry_id == entry.c.id)
        .where(feed_entry.c.feed_id == _number(feed_name), feed_entry.c.removed_at >= since)
        .order_by(feed_entry.c.removed_at.desc(), entry.c.uid)
        .limit(limit)
    )
    return [Tombstone(row.uid, row.removed_at) for row in connection.execute(query)]


def _number(feed_name: str) -> Any:
    return select(feed.c.id).where(feed.c.name == feed_name).scalar_subquery()
