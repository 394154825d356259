"""The record as programs and pages look through it: page by page, never all of it.

What is asked for is bounded by how much is shown, not by how much there is: texts of articles are
read only of the one that somebody looks at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)

from feeder.models import Outcome
from feeder.store import board, outbox, rows
from feeder.store.board import Seen, Standing
from feeder.store.claims import ASKED
from feeder.store.database import Database
from feeder.store.entries import Revision, revisions_of
from feeder.store.quarantine import Quarantined, Status, batches_before
from feeder.store.tables import entry, quarantine, run, source


class Place(NamedTuple):
    """Where an entry stands among others, the newest first."""

    published: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Brief:
    """An entry without what it says."""

    id: str
    source: str
    title: str
    published: datetime
    updated: datetime
    first_seen: datetime
    revision: int
    url: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None


class Numbered(NamedTuple):
    """How a refresh ended; runs are numbered as they were recorded."""

    number: int
    outcome: Outcome


class Freshness(NamedTuple):
    """What tells whether a source is looked at as often as it should be.

    `next_check_at` is None where nobody looks at it by itself: it is refreshed by hand, or paused.
    """

    last_success: datetime | None
    next_check_at: datetime | None
    failures: int
    leased: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How many of what there are, at one moment.

    `standings` counts sources by how they are. `due` ones wait for their refresh, `late` ones have
    for long, the longest since `waiting_since`; those that a person has asked for are due alone.
    """

    standings: Mapping[Standing, int]
    refreshing: int
    due: int
    late: int
    waiting_since: datetime | None
    entries: int
    held: int
    untold: int


class Browser:
    """Looks through one database. Each method is one transaction, as those of `Store` are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sources(
        self, after: str = "", *, limit: int, standing: Standing | None = None
    ) -> list[Seen]:
        """Sources whose names come after that one, by name; those in one standing alone."""
        with self._database.reading() as connection:
            return board.after(connection, after, standing, limit)

    def entries(
        self,
        sources: Collection[str],
        *,
        limit: int,
        before: Place | None = None,
        since: datetime | None = None,
    ) -> list[Brief]:
        """The newest entries of the sources, without what they say.

        Args:
            before: those that come after that one, in the order of `Store.newest`.
            since: none that was published before that.
        """
        with self._database.reading() as connection:
            chosen = _chosen(connection, sources, before, since).limit(limit)
            query = _BRIEFS.where(entry.c.id.in_(chosen)).order_by(*_NEWEST)
            return [Brief(**rows.facts_of(row)) for row in connection.execute(query).mappings()]

    def runs(
        self, source_name: str | None = None, *, limit: int, before: int | None = None
    ) -> list[Numbered]:
        """The latest refreshes, of all sources or one; with `before`, those recorded before it."""
        query = _RUNS.order_by(run.c.id.desc()).limit(limit)
        if source_name is not None:
            ours = select(source.c.id).where(source.c.name == source_name).scalar_subquery()
            query = query.where(run.c.source_id == ours)
        if before is not None:
            query = query.where(run.c.id < before)
        with self._database.reading() as connection:
            found = connection.execute(query)
            return [Numbered(row.id, rows.to_outcome(row.name, row.outcome)) for row in found]

    def revisions(self, uid: str, limit: int) -> list[Revision]:
        """What an entry said, the last so many times; what it says now last."""
        with self._database.reading() as connection:
            return revisions_of(connection, uid, limit)

    def batches(
        self, status: Status | None = None, *, limit: int, before: int | None = None
    ) -> list[Quarantined]:
        """The latest batches that were not believed; with `before`, those with lower numbers."""
        with self._database.reading() as connection:
            return batches_before(connection, status, before, limit)

    def batch(self, number: int) -> Quarantined | None:
        """The batch with that number, or None."""
        found = self.batches(limit=1, before=number + 1)
        return found[0] if found and found[0].id == number else None

    def figures(self, now: datetime, late: datetime) -> Figures:
        """How many of what there are; whoever was due before `late` is late."""
        with self._database.reading() as connection:
            return Figures(
                standings=board.counts(connection, ""),
                **_sources_in_figures(connection, now, late),
                entries=connection.execute(select(func.count()).select_from(entry)).scalar_one(),
                held=connection.execute(_HELD).scalar_one(),
                untold=outbox.count(connection),
            )

    def freshness(self, names: Collection[str]) -> dict[str, Freshness]:
        """What tells how fresh each of these sources is, as far as they are enabled."""
        by_itself = and_(source.c.paused_at.is_(None), source.c.rhythm.is_not(None))
        next_check_at = case((by_itself, source.c.next_check_at))
        leased = source.c.lease_holder.is_not(None)
        told = (source.c.last_success, next_check_at, source.c.failures, leased)
        with self._database.reading() as connection:
            ours = rows.among(connection, source.c.name, names)
            found = connection.execute(select(source.c.name, *told).where(ours, source.c.enabled))
            return {name: Freshness(*told) for name, *told in found}


_NEWEST = (entry.c.published.desc(), entry.c.uid)
_HELD = select(func.count()).where(quarantine.c.status == "held")
_RUNS = select(run.c.id, run.c.outcome, source.c.name).join(source, source.c.id == run.c.source_id)
_BRIEFS = select(
    *(c for c in entry.c if c.name not in ("text", "html", "enclosures", "material")),
    source.c.name.label("source_name"),
).join(source, source.c.id == entry.c.source_id)


def _chosen(
    connection: Connection,
    sources: Collection[str],
    before: Place | None,
    since: datetime | None,
) -> Select[tuple[int]]:
    """Their numbers, found by the index alone."""
    ours = select(source.c.id).where(rows.among(connection, source.c.name, sources))
    one = entry.c.source_id == ours.scalar_subquery()
    chosen = select(entry.c.id).where(one if len(sources) == 1 else entry.c.source_id.in_(ours))
    if since is not None:
        chosen = chosen.where(entry.c.published >= since)
    if before is not None:
        # The first condition alone is one that the index can begin at.
        as_old = entry.c.published < before.published
        chosen = chosen.where(
            entry.c.published <= before.published, or_(as_old, entry.c.uid > before.id)
        )
    return chosen.order_by(*_NEWEST)


def _sources_in_figures(connection: Connection, now: datetime, late: datetime) -> dict[str, Any]:
    leased = and_(source.c.lease_until.is_not(None), source.c.lease_until > now)
    is_due = and_(
        source.c.enabled, source.c.paused_at.is_(None), source.c.next_check_at <= now, ~leased
    )
    waits = and_(is_due, source.c.next_check_at > ASKED)
    figures = {
        "refreshing": _sum(leased),
        "due": _sum(is_due),
        "late": _sum(and_(waits, source.c.next_check_at < late)),
        "waiting_since": func.min(case((waits, source.c.next_check_at))),
    }
    columns = (column.label(name) for name, column in figures.items())
    return dict(connection.execute(select(*columns).select_from(source)).mappings().one())


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
