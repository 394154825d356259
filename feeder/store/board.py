"""How sources fare at a glance: counted, searched and paged by the database.

What it takes does not grow with the articles on record, nor with how long the sources were
refreshed: there may be thousands of sources, of which people look at a hundred at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from feeder.models import Dropped, SourceState
from feeder.store import rows
from feeder.store.pages import KeptPage, to_page
from feeder.store.sources import to_state
from feeder.store.tables import (
    entry,
    outbox,
    page,
    provenance,
    quarantine,
    resource,
    run,
    service,
    source,
    transition,
)

Standing = Literal[
    "gone", "broken", "blocked", "degraded", "failing", "new", "unchanged", "ok", "paused", "off"
]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""How a source is, in a word; those first with which there is something to do."""

# `off` and `paused` are what a person decided, so that they come before what the site did.
_STANDING = case(
    (~source.c.enabled, "off"),
    (source.c.paused_at.is_not(None), "paused"),
    (source.c.condition.in_(("gone", "broken", "blocked", "degraded")), source.c.condition),
    (source.c.failures > 0, "failing"),
    (source.c.condition.is_not(None), source.c.condition),
    (source.c.last_success.is_not(None), "ok"),
    else_="new",
)
_RANK = case({word: rank for rank, word in enumerate(STANDINGS)}, value=_STANDING)


@dataclass(frozen=True, slots=True)
class Seen:
    """A source as a list shows it."""

    state: SourceState
    standing: Standing
    kind: str
    url: str | None


class Run(NamedTuple):
    """A refresh in numbers."""

    started: datetime
    seconds: float
    found: int
    new: int
    changed: int
    failed: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """Which sources are looked for: in one standing, with words in their name, title or address."""

    standing: Standing | None = None
    words: str = ""


def counts(connection: Connection, words: str) -> dict[Standing, int]:
    """How many sources that have the words are how, as people would want to be told of them."""
    query = select(_STANDING.label("standing"), func.count().label("number")).group_by("standing")
    found = {row.standing: row.number for row in connection.execute(_with(query, words))}
    return {word: found[word] for word in STANDINGS if word in found}


def listed(connection: Connection, sought: Sought, offset: int, limit: int) -> list[Seen]:
    """A page of the sources that are looked for: those first that are ill, then by name."""
    query = _with(_seen(), sought.words).order_by(_RANK, source.c.name).offset(offset).limit(limit)
    if sought.standing is not None:
        query = query.where(_STANDING.in_((sought.standing,)))
    return [_to_seen(row) for row in connection.execute(query).mappings()]


def after(connection: Connection, name: str, standing: Standing | None, limit: int) -> list[Seen]:
    """The sources whose names come after that one, by name; those in one standing alone."""
    query = _seen().where(source.c.name > name).order_by(source.c.name).limit(limit)
    if standing is not None:
        query = query.where(_STANDING.in_((standing,)))
    return [_to_seen(row) for row in connection.execute(query).mappings()]


def one(connection: Connection, name: str) -> Seen | None:
    """One source, or None."""
    row = connection.execute(_seen().where(source.c.name == name)).mappings().one_or_none()
    return None if row is None else _to_seen(row)


def several(connection: Connection, names: Collection[str], limit: int) -> list[Seen]:
    """The sources of these names, those first that are ill."""
    query = _seen().where(rows.among(connection, source.c.name, names))
    ordered = query.order_by(_RANK, source.c.name).limit(limit)
    return [_to_seen(row) for row in connection.execute(ordered).mappings()]


def _seen() -> Select[Any]:
    """Sources with what their rows do not tell, looked up for those alone that are taken."""
    number = select(func.count()).where(entry.c.source_id == source.c.id).scalar_subquery()
    runs = select(run.c.outcome).where(run.c.source_id == source.c.id).order_by(run.c.id.desc())
    outcome = runs.limit(1).scalar_subquery()
    # A source's baseline is long, and nobody looks at it here.
    told = [column for column in source.c if column.name != "baseline"]
    extra = (_STANDING.label("standing"), number.label("entries"), outcome.label("outcome"))
    return select(*told, *extra)


def _with(query: Select[Any], words: str) -> Select[Any]:
    """Each of the words in any case; outside of ASCII as it is written, or all small or large,
    since neither engine folds that."""
    for word in words.split():
        spelled = {word, word.lower(), word.upper(), word.capitalize()}
        columns = (source.c.name, source.c.title, source.c.url)
        has: list[ColumnElement[bool]] = [
            column.icontains(one, autoescape=True) for column in columns for one in spelled
        ]
        query = query.where(or_(*has))
    return query


def _to_seen(row: Any) -> Seen:
    return Seen(to_state(row), row["standing"], row["kind"], row["url"])


_RUN = (run.c.started, run.c.ended, run.c.found, run.c.new, run.c.changed, run.c.failed)
_HAS_NUMBERS = run.c.new.is_not(None)


def runs_of(
    connection: Connection, names: Collection[str], most: int
) -> Mapping[str, tuple[Run, ...]]:
    """The latest refreshes of each of these sources, the oldest first."""
    order = func.row_number().over(partition_by=run.c.source_id, order_by=run.c.id.desc())
    ours = select(source.c.id).where(rows.among(connection, source.c.name, names))
    # Numbered by the index alone; only those that are taken are read.
    numbered = select(run.c.id, order.label("place")).where(run.c.source_id.in_(ours)).subquery()
    query = (
        select(source.c.name, *_RUN)
        .join(numbered, and_(numbered.c.id == run.c.id, numbered.c.place <= most))
        .join(source, source.c.id == run.c.source_id)
        .where(_HAS_NUMBERS)
        .order_by(run.c.id)
    )
    found: dict[str, list[Run]] = {}
    for row in connection.execute(query):
        found.setdefault(row.name, []).append(_to_run(row))
    return {name: tuple(some) for name, some in found.items()}


def latest_runs(connection: Connection, most: int) -> list[Run]:
    """The latest refreshes of all sources, the oldest first."""
    query = select(*_RUN).where(_HAS_NUMBERS).order_by(run.c.id.desc()).limit(most)
    return [_to_run(row) for row in connection.execute(query)][::-1]


def _to_run(row: Any) -> Run:
    seconds = max((row.ended - row.started).total_seconds(), 0.0)  # the clock may be put back
    return Run(row.started, seconds, row.found, row.new, row.changed, row.failed)


def mark(connection: Connection) -> str:
    """A word that is another one as soon as there is something new to be seen."""
    told = select(
        select(func.max(run.c.id)).scalar_subquery(),
        select(func.max(transition.c.id)).scalar_subquery(),
        select(func.max(quarantine.c.id)).scalar_subquery(),
        select(func.count()).where(source.c.lease_holder.is_not(None)).scalar_subquery(),
        select(func.count()).select_from(outbox).scalar_subquery(),
        select(func.count()).select_from(service).scalar_subquery(),
        select(func.max(service.c.answered_at)).scalar_subquery(),
    )
    return "-".join(str(part or 0) for part in connection.execute(told).one())


def page_of(connection: Connection, uid: str) -> KeptPage | None:
    """The page that gave an entry, as it was fetched last, if it is kept."""
    query = (
        select(page)
        .join(
            resource,
            and_(resource.c.source_id == page.c.source_id, resource.c.address == page.c.address),
        )
        .join(entry, entry.c.source_id == resource.c.source_id)
        .where(entry.c.uid == uid, resource.c.entry_uid == uid)
        .order_by(page.c.fetched_at.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else to_page(row)


def dropped_of(connection: Connection, name: str, entries: int) -> list[Dropped]:
    """What was dropped from the newest entries of a source, the newest first."""
    newest = (
        select(entry.c.id, entry.c.published)
        .join(source, source.c.id == entry.c.source_id)
        .where(source.c.name == name)
        .order_by(entry.c.published.desc(), entry.c.uid)
        .limit(entries)
        .subquery()
    )
    query = (
        select(provenance.c.subject, provenance.c.rule, provenance.c.text)
        .join(newest, newest.c.id == provenance.c.entry_id)
        .where(provenance.c.kind == "dropped")
        .order_by(newest.c.published.desc(), provenance.c.entry_id, provenance.c.seq)
    )
    return [Dropped(*row) for row in connection.execute(query)]
