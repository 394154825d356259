"""The sources on record: taken over from the configuration, and how each of them fares."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, RowMapping, bindparam, func, insert, select, update

from feeder.models import Outcome, SourceState
from feeder.store import rows
from feeder.store.identity import first_free
from feeder.store.tables import entry, run, source

NOT_CONFIGURED = "unknown"
"""The kind of a source that stands in published feeds and not, or not yet, in the configuration."""


SKEW = timedelta(minutes=5)
"""By how much the clocks of machines that share a queue may differ. A source that was refreshed
further in the future than that was so by a clock that has been put back since."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """What the configuration says of a source, as far as the store needs it.

    `formerly` are names that it had before; under them its entries are found again. `rhythm` says
    in words how often it is looked at; without one it is never due, only refreshed when asked for.
    `host` is the server that it is on ("https://example.org"); None: it is on this machine.
    """

    name: str
    title: str
    kind: str
    url: str | None = None
    enabled: bool = True
    formerly: tuple[str, ...] = ()
    rhythm: str | None = "auto"
    host: str | None = None


def sync(connection: Connection, specs: Sequence[SourceSpec], prefix: str, now: datetime) -> None:
    """Take over the sources of the configuration. What it no longer has is only switched off."""
    known = {row["name"]: row for row in connection.execute(select(source)).mappings()}
    for old, new in renamed(specs, known).items():
        connection.execute(update(source).where(source.c.name == old).values(name=new))
        known[new] = known.pop(old)
    _add(connection, [spec for spec in specs if spec.name not in known], prefix, now)
    _update(connection, [spec for spec in specs if spec.name in known], known, now)
    configured = {spec.name for spec in specs}
    gone = [name for name, row in known.items() if row["enabled"] and name not in configured]
    for some in rows.chunks(gone):
        connection.execute(update(source).where(source.c.name.in_(some)).values(enabled=False))


def renamed(specs: Sequence[SourceSpec], known: Collection[str]) -> dict[str, str]:
    """Old name → new name, for sources whose old name alone is on record and is free to go."""
    configured = {spec.name for spec in specs}
    moves: dict[str, str] = {}
    for spec in specs:
        free = [old for old in spec.formerly if old in known and old not in configured | set(moves)]
        if spec.name not in known and free:
            moves[free[0]] = spec.name
    return moves


def _add(connection: Connection, specs: Sequence[SourceSpec], prefix: str, now: datetime) -> None:
    if not specs:
        return
    # A source that was renamed keeps its uid, and its old name may have a new bearer.
    taken = set(connection.execute(select(source.c.uid)).scalars())
    added = []
    for spec in specs:
        uid = first_free(f"{prefix}:sources/{spec.name}", taken)
        taken.add(uid)
        added.append(_new_row(spec, uid, now))
    connection.execute(insert(source), added)


def _new_row(spec: SourceSpec, uid: str, now: datetime) -> rows.Row:
    return {
        "name": spec.name,
        "uid": uid,
        **_told(spec),
        "created_at": now,
        "next_check_at": None if spec.rhythm is None else now,
        "failures": 0,
    }


def add_unconfigured(connection: Connection, name: str, prefix: str, now: datetime) -> int:
    """Make room for entries of a source that only published feeds tell of; its number."""
    spec = SourceSpec(name, name, NOT_CONFIGURED, enabled=False)
    _add(connection, [spec], prefix, now)
    return number_of(connection, name)


def _update(
    connection: Connection,
    specs: Iterable[SourceSpec],
    before: Mapping[str, RowMapping],
    now: datetime,
) -> None:
    for spec in specs:
        row = before[spec.name]
        told = _told(spec) | _told_of_time(spec, row, now)
        # Where nothing changed nothing is written: each command of the shell comes through here.
        if any(row[name] != value for name, value in told.items()):
            connection.execute(update(source).where(source.c.name == spec.name).values(told))


def _told(spec: SourceSpec) -> rows.Row:
    """What the configuration may change of a source that is on record."""
    return {
        "title": spec.title,
        "kind": spec.kind,
        "url": spec.url,
        "enabled": spec.enabled,
        "rhythm": spec.rhythm,
        "host": spec.host,
    }


def _told_of_time(spec: SourceSpec, row: RowMapping, now: datetime) -> rows.Row:
    """A new rhythm holds from now on, not only after the old one's next time has come; and so
    does a clock that was put back."""
    if spec.rhythm is None:
        return {"next_check_at": None}
    last, due = row["last_success"], row["next_check_at"]
    put_back = last is not None and last > now + SKEW and due is not None and due > now
    return {"next_check_at": now} if put_back or spec.rhythm != row["rhythm"] else {}


# Built once: every refresh asks them, and to build one takes longer than its answer.
_NUMBER = select(source.c.id).where(source.c.name == bindparam("source"))
_RUNS = (
    select(run.c.outcome)
    .join(source, source.c.id == run.c.source_id)
    .where(source.c.name == bindparam("source"))
    .order_by(run.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)


def number_of(connection: Connection, name: str) -> int:
    """The number of a source that is on record."""
    number: int = connection.execute(_NUMBER, {"source": name}).scalar_one()
    return number


def states(connection: Connection) -> list[SourceState]:
    """How each source fares, by name; those that the configuration no longer has as well."""
    counts = select(entry.c.source_id, func.count().label("entries")).group_by(entry.c.source_id)
    latest = select(run.c.source_id, func.max(run.c.id).label("id")).group_by(run.c.source_id)
    counted, last = counts.subquery(), latest.subquery()
    found = connection.execute(
        select(source, counted.c.entries, run.c.outcome)
        .outerjoin(counted, counted.c.source_id == source.c.id)
        .outerjoin(last, last.c.source_id == source.c.id)
        .outerjoin(run, run.c.id == last.c.id)
        .order_by(source.c.name)
    )
    return [to_state(row) for row in found.mappings()]


def to_state(row: RowMapping) -> SourceState:
    """How a source fares, from its row with `entries` and the last `outcome` beside it."""
    told = row["outcome"]
    return SourceState(
        name=row["name"],
        title=row["title"],
        enabled=row["enabled"],
        next_check_at=row["next_check_at"],
        failures=row["failures"],
        failing_since=row["failing_since"],
        leased_until=row["lease_until"],
        last_success=row["last_success"],
        outcome=rows.to_outcome(row["name"], told) if told else None,
        entries=row["entries"] or 0,
        condition=row["condition"],
        condition_since=row["condition_since"],
        paused_at=row["paused_at"],
        because=row["because"],
        unchanged=row["unchanged"],
    )


def runs(connection: Connection, name: str, limit: int) -> list[Outcome]:
    """How the last refreshes of a source ended, the latest first."""
    found = connection.execute(_RUNS, {"source": name, "most": limit})
    return [rows.to_outcome(name, told) for told in found.scalars()]
