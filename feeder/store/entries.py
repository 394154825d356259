"""Entries on record, and all that is known of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, or_, select

from feeder.models import Appeared, Dropped, Entry, Evidence, Key, KeyKind, Known
from feeder.store import rows
from feeder.store.tables import entry, entry_key, entry_revision, provenance, source

KINDS = get_args(KeyKind)


@dataclass(frozen=True, slots=True)
class Revision:
    """What an entry said from `updated` on. The last one is what it says now."""

    number: int
    updated: datetime
    title: str
    text: str
    html: str


# Built once: every refresh asks it, and to build one takes longer than its answer.
_APPEARED = (
    select(entry.c.published, entry.c.first_seen)
    .join(source, source.c.id == entry.c.source_id)
    .where(source.c.name == bindparam("source"))
    .order_by(entry.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)


def appeared(connection: Connection, source_name: str, limit: int) -> list[Appeared]:
    """When the entries of a source that were recorded last appeared, the latest first."""
    found = connection.execute(_APPEARED, {"source": source_name, "most": limit})
    return [Appeared(row.published, row.first_seen) for row in found]


def known(connection: Connection, source_name: str, keys: Collection[Key]) -> dict[Key, Known]:
    """What is on record in a source under any of the keys."""
    found = _keys_found(connection, source_name, keys)
    records = _records(connection, sorted(set(found.values())))
    return {key: records[number] for key, number in found.items()}


def _keys_found(connection: Connection, source_name: str, keys: Collection[Key]) -> dict[Key, int]:
    by_kind: dict[KeyKind, dict[str, Key]] = {}
    for key in keys:
        by_kind.setdefault(key.kind, {})[rows.indexed(key.value)] = key
    found: dict[Key, int] = {}
    ours = select(source.c.id).where(source.c.name == source_name).scalar_subquery()
    for kind, values in by_kind.items():
        for some in rows.chunks(list(values)):
            query = select(entry_key.c.value, entry_key.c.entry_id).where(
                entry_key.c.source_id == ours,
                entry_key.c.kind == kind,
                entry_key.c.value.in_(some),
            )
            found |= {values[row.value]: row.entry_id for row in connection.execute(query)}
    return found


def _records(connection: Connection, numbers: Sequence[int]) -> dict[int, Known]:
    records: dict[int, Known] = {}
    for some in rows.chunks(numbers):
        keys: dict[int, list[Key]] = {number: [] for number in some}
        led = select(entry_key).where(entry_key.c.entry_id.in_(some))
        for row in connection.execute(led).mappings():
            keys[row["entry_id"]].append(rows.to_key(row))
        for row in connection.execute(whole().where(entry.c.id.in_(some))).mappings():
            strongest = sorted(keys[row["id"]], key=lambda key: (KINDS.index(key.kind), key.value))
            records[row["id"]] = Known(rows.to_entry(row), tuple(strongest), row["material"])
    return records


def whole() -> Select[*tuple[object, ...]]:
    """Entries with the name of their source."""
    return select(entry, source.c.name.label("source_name")).join(
        source, source.c.id == entry.c.source_id
    )


_ORDER = (entry.c.published.desc(), entry.c.uid)


def newest(
    connection: Connection, sources: Collection[str] | None, limit: int | None
) -> list[Entry]:
    """The newest entries of the sources (None: of all), by when they were published, then by id."""
    chosen = select(entry.c.id).order_by(*_ORDER).limit(limit)
    if sources is not None:
        chosen = chosen.where(_of(connection, sources))
    # Chosen by the index alone; only then are whole articles read.
    query = whole().where(entry.c.id.in_(chosen)).order_by(*_ORDER)
    return [rows.to_entry(row) for row in connection.execute(query).mappings()]


def newest_before(
    connection: Connection, sources: Collection[str], before: Entry | None, limit: int
) -> list[Entry]:
    """The newest entries of the sources that come after `before` in the order of `newest`."""
    chosen = select(entry.c.id).where(_of(connection, sources)).order_by(*_ORDER).limit(limit)
    if before is not None:
        # The first condition alone is one that the index can begin at.
        as_old = entry.c.published < before.published
        chosen = chosen.where(
            entry.c.published <= before.published, or_(as_old, entry.c.uid > before.id)
        )
    query = whole().where(entry.c.id.in_(chosen)).order_by(*_ORDER)
    return [rows.to_entry(row) for row in connection.execute(query).mappings()]


# Built once, for the feed of one source, as nearly all are.
_TITLES = (
    select(entry.c.title)
    .where(
        entry.c.source_id
        == select(source.c.id).where(source.c.name == bindparam("source")).scalar_subquery()
    )
    .order_by(*_ORDER)
    .limit(bindparam("most", type_=Integer))
)


def titles(connection: Connection, sources: Collection[str], limit: int) -> list[str]:
    """The titles of the newest entries of the sources."""
    if len(sources) == 1:
        values = {"source": next(iter(sources)), "most": limit}
        return list(connection.execute(_TITLES, values).scalars())
    query = select(entry.c.title).where(_of(connection, sources)).order_by(*_ORDER).limit(limit)
    return list(connection.execute(query).scalars())


def _of(connection: Connection, sources: Collection[str]) -> ColumnElement[bool]:
    ours = select(source.c.id).where(rows.among(connection, source.c.name, sources))
    if len(sources) == 1:  # then the index gives them in their order, and nothing is sorted
        return entry.c.source_id == ours.scalar_subquery()
    return entry.c.source_id.in_(ours)


def by_uid(connection: Connection, uid: str) -> Entry | None:
    """The entry with that id, or None."""
    row = connection.execute(whole().where(entry.c.uid == uid)).mappings().one_or_none()
    return None if row is None else rows.to_entry(row)


def provenance_of(
    connection: Connection, uid: str
) -> tuple[tuple[Dropped, ...], tuple[Evidence, ...]]:
    """How an entry came to be: what was dropped, and what gave it its facts."""
    query = (
        select(provenance)
        .join(entry, entry.c.id == provenance.c.entry_id)
        .where(entry.c.uid == uid)
        .order_by(provenance.c.seq)
    )
    told = connection.execute(query).all()
    dropped = (Dropped(r.subject, r.rule, r.text) for r in told if r.kind == "dropped")
    evidence = (Evidence(r.subject, r.rule, r.text) for r in told if r.kind == "evidence")
    return tuple(dropped), tuple(evidence)


def revisions_of(connection: Connection, uid: str, limit: int | None = None) -> list[Revision]:
    """What an entry said in its time, the last `limit` times; what it says now last."""
    names = ("revision", "updated", "title", "text", "html")
    before = (
        select(*(entry_revision.c[name] for name in names))
        .join(entry, entry.c.id == entry_revision.c.entry_id)
        .where(entry.c.uid == uid)
        .order_by(entry_revision.c.revision.desc())
        .limit(None if limit is None else limit - 1)
    )
    current = select(*(entry.c[name] for name in names)).where(entry.c.uid == uid)
    told = (connection.execute(query).all() for query in (current, before))
    return [Revision(*row) for found in told for row in found][::-1]
