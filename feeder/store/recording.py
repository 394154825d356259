"""What a refresh found, put on record: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, Integer, bindparam, case, delete, insert, select, update

from feeder.models import Change, Entry, Health, Outcome, Patience, Resource, Transition
from feeder.store import claims, conditions, rows
from feeder.store.database import upserting
from feeder.store.identity import numbered
from feeder.store.sources import number_of
from feeder.store.tables import (
    INDEXED_LIMIT,
    entry,
    entry_key,
    entry_revision,
    provenance,
    resource,
    run,
    source,
)

KEPT_RUNS = 100
"""Runs of a source that are remembered: a day of them at every quarter of an hour."""


# Built once: every refresh ends with them, and to build one takes longer than to do it.
_NEW_RUN = insert(run)
_RUNS = run.c.source_id == bindparam("source")
_OLDEST = (
    select(run.c.id)
    .where(_RUNS)
    .order_by(run.c.id.desc())
    .offset(bindparam("kept", type_=Integer))
    .limit(1)
)
_OLD_RUNS = delete(run).where(_RUNS, run.c.id <= _OLDEST.scalar_subquery())


@dataclass(frozen=True, slots=True)
class Record:
    """What a refresh found, and when the source is next due (None: not by itself).

    `failed` counts against the source. `health` is how it is from now on (None: as before), and
    `transition` what changed about that. `because` is why it is due then, in words; `patience` when
    its feed says that it need not be asked.
    """

    changes: Sequence[Change]
    resources: Sequence[Resource]
    outcome: Outcome
    next_check_at: datetime | None
    failed: bool
    health: Health | None = None
    transition: Transition | None = None
    because: str | None = None
    patience: Patience | None = None


def record(
    connection: Connection, lease: claims.Lease, found: Record, now: datetime
) -> tuple[Entry, ...]:
    """Put on record what a refresh found, and end its lease.

    Returns:
        The entry of each change, with the id that it has for good.

    Raises:
        LostLeaseError: somebody else refreshes the source by now. Nothing was written.
    """
    _end_lease(connection, lease, found, now)
    entries = put_part(connection, lease.source, found.changes, found.resources)
    number = number_of(connection, lease.source)
    _put_run(connection, number, found.outcome)
    if found.transition is not None:
        conditions.put(connection, number, found.transition)
    return entries


def put_part(
    connection: Connection, name: str, changes: Sequence[Change], resources: Sequence[Resource]
) -> tuple[Entry, ...]:
    """Put on record what was read of a source: entries, and what is remembered of addresses."""
    if not changes and not resources:  # nearly always
        return ()
    source_id = number_of(connection, name)
    entries = put_entries(connection, source_id, changes)
    if any(change.kind != "unchanged" for change in changes):
        _count_change(connection, source_id)
    final = {change.address: entry.id for change, entry in zip(changes, entries, strict=True)}
    _put_resources(connection, source_id, resources, final)
    return entries


def _count_change(connection: Connection, source_id: int) -> None:
    counted = update(source).where(source.c.id == source_id)
    connection.execute(counted.values(changes=source.c.changes + 1))


def _end_lease(connection: Connection, lease: claims.Lease, found: Record, now: datetime) -> None:
    health = conditions.health_row(found.health) if found.health else {}
    if found.failed:
        first = case((source.c.failures == 0, now), else_=source.c.failing_since)
        claims.end(
            connection,
            lease,
            next_check_at=found.next_check_at,
            because=found.because,
            failures=source.c.failures + 1,
            failing_since=first,
            **health,
        )
    else:
        claims.end(
            connection,
            lease,
            next_check_at=found.next_check_at,
            because=found.because,
            unchanged=0 if found.outcome.new else lease.unchanged + 1,
            patience=rows.patience_json(found.patience),
            failures=0,
            failing_since=None,
            last_success=now,
            **health,
        )


def put_entries(
    connection: Connection, source_id: int, changes: Sequence[Change]
) -> tuple[Entry, ...]:
    """Do what the changes of one source say; their entries, with final ids."""
    numbers = _numbers(connection, [c.entry.id for c in changes if c.kind != "new"])
    entries: list[Entry] = []
    for change in changes:
        if change.kind == "new":
            final = _insert(connection, source_id, change, numbers)
            entries.append(replace(change.entry, id=final))
        else:
            entries.append(change.entry)
    _keep_revisions(connection, [c for c in changes if c.kind == "changed"], numbers)
    _update(connection, [c for c in changes if c.kind in ("changed", "retouched")], numbers)
    ids = [numbers[final.id] for final in entries]
    _put_keys(connection, source_id, changes, ids)
    _put_provenance(connection, changes, ids)
    return tuple(entries)


def _numbers(connection: Connection, uids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in rows.chunks(uids):
        query = select(entry.c.uid, entry.c.id).where(entry.c.uid.in_(some))
        found |= {row.uid: row.id for row in connection.execute(query)}
    return found


def _insert(connection: Connection, source_id: int, change: Change, numbers: dict[str, int]) -> str:
    """Put a new entry on record under the first of its ids that no other entry has; that id."""
    row = rows.entry_row(change.entry, change.material) | {"source_id": source_id}
    own = [change.entry.id] if len(change.entry.id) <= INDEXED_LIMIT else []
    for uid in chain(own, numbered(change.fallback_id)):
        # One statement, since on many machines another source may take the id in between.
        number = connection.execute(
            upserting(connection, entry)
            .on_conflict_do_nothing(index_elements=["uid"])
            .returning(entry.c.id),
            row | {"uid": uid},
        ).scalar_one_or_none()
        if number is not None:
            numbers[uid] = number
            return uid
    raise AssertionError("numbers never end")


def _keep_revisions(
    connection: Connection, changes: Sequence[Change], numbers: Mapping[str, int]
) -> None:
    """Keep what the entries said until now."""
    names = ("entry_id", "revision", "updated", "title", "text", "html")
    before = select(
        entry.c.id, entry.c.revision, entry.c.updated, entry.c.title, entry.c.text, entry.c.html
    )
    for some in rows.chunks([numbers[change.entry.id] for change in changes]):
        connection.execute(
            upserting(connection, entry_revision).from_select(
                list(names), before.where(entry.c.id.in_(some))
            )
        )


def _update(connection: Connection, changes: Sequence[Change], numbers: Mapping[str, int]) -> None:
    if not changes:
        return
    contents = [rows.content_row(change.entry, change.material) for change in changes]
    statement = (
        update(entry)
        .where(entry.c.id == bindparam("number"))
        .values({name: bindparam(f"new_{name}") for name in contents[0]})
    )
    values = [
        {f"new_{name}": value for name, value in content.items()}
        | {"number": numbers[change.entry.id]}
        for change, content in zip(changes, contents, strict=True)
    ]
    connection.execute(statement, values)


def _put_keys(
    connection: Connection, source_id: int, changes: Sequence[Change], ids: Sequence[int]
) -> None:
    """Let the keys lead to their entries, wherever they led before."""
    keys = [
        rows.key_row(key, source_id, number)
        for change, number in zip(changes, ids, strict=True)
        for key in change.keys
    ]
    statement = upserting(connection, entry_key)
    moved = statement.on_conflict_do_update(
        index_elements=["source_id", "kind", "value"],
        set_={"entry_id": statement.excluded.entry_id},
        where=entry_key.c.entry_id != statement.excluded.entry_id,
    )
    if keys:
        connection.execute(moved, keys)


def _put_provenance(connection: Connection, changes: Sequence[Change], ids: Sequence[int]) -> None:
    """Replace how the entries came to be; those that stay as they are keep what explains them."""
    retold = [
        (number, change)
        for number, change in zip(ids, changes, strict=True)
        if change.kind != "unchanged"
    ]
    for some in rows.chunks([number for number, change in retold if change.kind != "new"]):
        connection.execute(delete(provenance).where(provenance.c.entry_id.in_(some)))
    told = [
        row
        for number, change in retold
        for row in rows.provenance_rows(number, change.dropped, change.evidence)
    ]
    if told:
        connection.execute(insert(provenance), told)


def _put_resources(
    connection: Connection,
    source_id: int,
    resources: Sequence[Resource],
    entries: Mapping[str, str],
) -> None:
    told = [
        rows.resource_row(item, source_id, entries.get(item.address, item.entry_id))
        for item in resources
    ]
    statement = upserting(connection, resource)
    key = ("source_id", "address")
    upsert = statement.on_conflict_do_update(
        index_elements=list(key),
        set_={name: column for name, column in statement.excluded.items() if name not in key},
    )
    if told:
        connection.execute(upsert, told)


def _put_run(connection: Connection, source_id: int, outcome: Outcome) -> None:
    told = {
        "source_id": source_id,
        "started": outcome.started,
        "ended": outcome.ended,
        "outcome": rows.outcome_json(outcome),
        "found": outcome.found,
        "new": outcome.new,
        "changed": outcome.changed,
        "failed": outcome.failure is not None,
    }
    connection.execute(_NEW_RUN, told)
    connection.execute(_OLD_RUNS, {"source": source_id, "kept": KEPT_RUNS})
