"""Batches of articles that were not believed, and what each source's batches are like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from feeder.store.pages import unused
from feeder.store.sources import number_of
from feeder.store.tables import quarantine, source

Status = Literal["held", "released", "confirmed", "dropped", "ended"]
"""Held: not decided yet. Released and dropped by a person, confirmed by further refreshes, ended
since the source was well again."""

FILES = 5
"""Batches of a source whose articles are kept: who has not looked at five will not look at more."""
KEPT = 30
"""Batches of a source that are remembered at all."""


class Reason(NamedTuple):
    """A sign that made a batch suspicious; `subject` is a word for what its articles share."""

    name: str
    message: str
    subject: str = ""
    is_intrinsic: bool = False


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A batch that was not believed.

    `id` is 0 before it is on record; `sha256` names the file that has its articles, and is empty
    where they are kept no longer. `marks` are short words for the articles; `times` counts the
    refreshes that brought it.
    """

    id: int
    source: str
    first_seen: datetime
    last_seen: datetime
    times: int
    status: Status
    reasons: tuple[Reason, ...]
    articles: int
    marks: frozenset[str]
    sha256: str = ""
    size: int = 0
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard notes of a refresh, in its transaction.

    `baseline` is what the source's batches are like from now on (None: as before), `batches` what
    was not believed, or is by now. With `ends`, those that are still held and not among them ended
    at that moment.
    """

    baseline: str | None = None
    batches: tuple[Quarantined, ...] = ()
    ends: datetime | None = None


# Built once: each refresh that reads something asks for them.
_OF_SOURCE = (
    select(quarantine, source.c.name.label("source_name"))
    .join(source, source.c.id == quarantine.c.source_id)
    .order_by(quarantine.c.id.desc())
)
_BASELINE = select(source.c.baseline).where(source.c.name == bindparam("name"))
_ONE_SOURCE = _OF_SOURCE.where(source.c.name == bindparam("name"))


def baseline(connection: Connection, name: str) -> str | None:
    """What the batches of a source are like."""
    found: str | None = connection.execute(_BASELINE, {"name": name}).scalar_one_or_none()
    return found


def of_source(connection: Connection, name: str) -> list[Quarantined]:
    """The batches of a source that were not believed, the latest first."""
    return [_to_batch(row) for row in connection.execute(_ONE_SOURCE, {"name": name})]


def all_of(connection: Connection, status: Status | None) -> list[Quarantined]:
    """Those of all sources, the latest first; in one status alone, or in all."""
    query = _OF_SOURCE if status is None else _OF_SOURCE.where(quarantine.c.status == status)
    return [_to_batch(row) for row in connection.execute(query)]


def batches_before(
    connection: Connection, status: Status | None, before: int | None, limit: int
) -> list[Quarantined]:
    """The latest of all sources with numbers below that one; in one status alone, or in all."""
    query = _OF_SOURCE.limit(limit)
    if status is not None:
        query = query.where(quarantine.c.status == status)
    if before is not None:
        query = query.where(quarantine.c.id < before)
    return [_to_batch(row) for row in connection.execute(query)]


def put(connection: Connection, name: str, noted: Guarded | None) -> set[str]:
    """Note what the guard noted; the files that are no longer of use, once that is committed."""
    if noted is None:
        return set()
    source_id = number_of(connection, name)
    brought = {batch.sha256 for batch in noted.batches if batch.sha256}
    before = brought | _files(connection, source_id) if noted.batches else set()
    if noted.baseline is not None:
        ours = update(source).where(source.c.id == source_id)
        connection.execute(ours.values(baseline=noted.baseline))
    held = [put_one(connection, source_id, batch) for batch in noted.batches]
    if noted.ends is not None:
        _end(connection, source_id, held, noted.ends)
    if noted.batches:
        _tidy(connection, source_id)
    return unused(connection, before)


def put_one(connection: Connection, source_id: int, batch: Quarantined) -> int:
    """Put a batch on record, or what is known of it by now; its number."""
    told = {
        "source_id": source_id,
        "first_seen": batch.first_seen,
        "last_seen": batch.last_seen,
        "times": batch.times,
        "status": batch.status,
        "reasons": [list(reason) for reason in batch.reasons],
        "articles": batch.articles,
        "fingerprint": " ".join(sorted(batch.marks)),
        "sha256": batch.sha256,
        "size": batch.size,
        "decided_at": batch.decided_at,
    }
    if batch.id:
        connection.execute(update(quarantine).where(quarantine.c.id == batch.id), told)
        return batch.id
    made = insert(quarantine).returning(quarantine.c.id)
    number: int = connection.execute(made, told).scalar_one()
    return number


def _files(connection: Connection, source_id: int) -> set[str]:
    has_file = (quarantine.c.source_id == source_id, quarantine.c.sha256 != "")
    return set(connection.execute(select(quarantine.c.sha256).where(*has_file)).scalars())


def _end(connection: Connection, source_id: int, but: Sequence[int], moment: datetime) -> None:
    still = (
        quarantine.c.source_id == source_id,
        quarantine.c.status == "held",
        quarantine.c.id.not_in(list(but)),
    )
    # Its file stays: what the site shows no longer may have been good, and can still be released.
    ended = {"status": "ended", "decided_at": moment}
    connection.execute(update(quarantine).where(*still).values(ended))


def _tidy(connection: Connection, source_id: int) -> None:
    """Keep no more files, and no more rows, than are of use."""
    ours = quarantine.c.source_id == source_id
    numbers = select(quarantine.c.id).where(ours).order_by(quarantine.c.id.desc())
    rows = list(connection.execute(numbers.where(quarantine.c.sha256 != "")).scalars())
    if rows[FILES:]:
        old = update(quarantine).where(quarantine.c.id.in_(rows[FILES:]))
        connection.execute(old.values(sha256="", size=0))
    all_rows = list(connection.execute(numbers).scalars())
    if all_rows[KEPT:]:
        connection.execute(delete(quarantine).where(quarantine.c.id.in_(all_rows[KEPT:])))


def _to_batch(row: Row[Any]) -> Quarantined:
    return Quarantined(
        id=row.id,
        source=row.source_name,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        times=row.times,
        status=row.status,
        reasons=tuple(Reason(*told) for told in row.reasons),
        articles=row.articles,
        marks=frozenset(row.fingerprint.split()),
        sha256=row.sha256,
        size=row.size,
        decided_at=row.decided_at,
    )
