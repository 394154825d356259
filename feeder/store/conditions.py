"""How sources are and were: their condition, and each change of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Row,
    RowMapping,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from feeder.models import Condition, Health, Transition
from feeder.store import rows
from feeder.store.database import upserting
from feeder.store.tables import entry, meta, source, transition

KEPT = 200
"""Transitions of a source that are remembered. Each takes two refreshes at the least; a source of
which more than that is worth knowing is one to look at, not to read about."""
MARK = "health-feed"
"""The fact of the state that says what the health feed was last made of."""

HEALTH = (
    source.c.condition,
    source.c.condition_since,
    source.c.condition_streak,
    source.c.last_new,
)
"""The columns that make a source's health."""

WELL: Collection[Condition] = ("ok", "unchanged")


@dataclass(frozen=True, slots=True)
class Incident:
    """What befell a source: an illness from its beginning to its last turn, or the end of one.

    `number` names it for good; `begun` is when it was first told of, `latest` its last turn.
    """

    number: int
    begun: datetime
    title: str
    url: str | None
    latest: Transition


# Built once: each refresh that changes something ends with them.
_OF_SOURCE = transition.c.source_id == bindparam("source")
_LAST = (
    select(transition.c.id, transition.c.incident, transition.c.becomes)
    .where(_OF_SOURCE)
    .order_by(transition.c.id.desc())
    .limit(1)
)
_OLDEST = (
    select(transition.c.id)
    .where(_OF_SOURCE)
    .order_by(transition.c.id.desc())
    .offset(bindparam("kept", type_=Integer))
    .limit(1)
)
_OLD = delete(transition).where(_OF_SOURCE, transition.c.id <= _OLDEST.scalar_subquery())
_DATES = (
    select(entry.c.published)
    .join(source, source.c.id == entry.c.source_id)
    .where(source.c.name == bindparam("source"))
    .order_by(entry.c.published.desc(), entry.c.uid)
    .limit(bindparam("most", type_=Integer))
)
_TRANSITIONS = select(transition, source.c.name, source.c.title, source.c.url).join(
    source, source.c.id == transition.c.source_id
)


def to_health(row: Row[Any]) -> Health:
    """The health of a source, from a row with the columns of `HEALTH`."""
    return Health(row.condition, row.condition_since, row.condition_streak, row.last_new)


def health_row(health: Health) -> rows.Row:
    """The health of a source in its columns."""
    return {
        "condition": health.condition,
        "condition_since": health.since,
        "condition_streak": health.streak,
        "last_new": health.last_new,
    }


def put(connection: Connection, source_id: int, told: Transition) -> None:
    """Put a transition on record, as a turn of the illness that it goes on with or ends."""
    last = connection.execute(_LAST, {"source": source_id}).one_or_none()
    goes_on = last is not None and last.becomes not in WELL
    row = {
        "source_id": source_id,
        "at": told.at,
        "was": told.was,
        "becomes": told.becomes,
        "reason": told.reason,
        "advice": told.advice,
        "was_since": told.was_since,
        "incident": (last.incident or last.id) if last is not None and goes_on else None,
    }
    connection.execute(insert(transition), row)
    connection.execute(_OLD, {"source": source_id, "kept": KEPT})


def of_source(connection: Connection, name: str, limit: int) -> list[Transition]:
    """The latest transitions of a source, the latest first."""
    latest = _TRANSITIONS.where(source.c.name == name).order_by(transition.c.id.desc())
    return [_to_transition(row) for row in connection.execute(latest.limit(limit)).mappings()]


def _to_transition(row: RowMapping) -> Transition:
    return Transition(
        source=row["name"],
        at=row["at"],
        was=row["was"],
        becomes=row["becomes"],
        reason=row["reason"],
        advice=row["advice"],
        was_since=row["was_since"],
    )


def incidents(connection: Connection, limit: int) -> list[Incident]:
    """What the newest transitions of all sources tell of, the latest first."""
    newest = _TRANSITIONS.order_by(transition.c.id.desc()).limit(limit)
    turns: dict[int, RowMapping] = {}
    for row in connection.execute(newest).mappings():
        turns.setdefault(_incident_of(row), row)
    begun = _beginnings(connection, list(turns))
    return [
        Incident(
            number=number,
            begun=begun.get(number, row["at"]),
            title=row["title"],
            url=row["url"],
            latest=_to_transition(row),
        )
        for number, row in turns.items()
    ]


def _incident_of(row: RowMapping) -> int:
    """What the transition is told as: its illness, or by itself where it ends one."""
    own: int = row["id"]
    return own if row["becomes"] in WELL else row["incident"] or own


def _beginnings(connection: Connection, numbers: Sequence[int]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for some in rows.chunks(numbers):
        query = select(transition.c.id, transition.c.at).where(transition.c.id.in_(some))
        found |= {row.id: row.at for row in connection.execute(query)}
    return found


def latest(connection: Connection) -> int:
    """The number of the newest transition; 0 before there is one."""
    number: int | None = connection.execute(
        select(func.max(transition.c.id, type_=BigInteger))
    ).scalar_one()
    return number or 0


def keep_mark(connection: Connection, mark: str) -> None:
    """Note what the health feed was made of."""
    statement = upserting(connection, meta).values(key=MARK, value=mark)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"value": mark})
    )


def recent_dates(connection: Connection, name: str, limit: int) -> list[datetime]:
    """When the newest entries of a source were published, the latest first."""
    return list(connection.execute(_DATES, {"source": name, "most": limit}).scalars())
