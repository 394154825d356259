"""Decisions of a person on batches that are held back: let them through after all, or never.

What is released is decided on as it was read then, recorded, and published by whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from feeder.app import App
from feeder.changes.decide import decide
from feeder.changes.guard.baseline import from_text, learn, to_text
from feeder.changes.guard.told import Batch, hosts_of, told_by
from feeder.changes.identity import Reading, keys_of
from feeder.errors import LockedError, StateError
from feeder.refresh.held import from_bytes
from feeder.refresh.job import LEASE
from feeder.store.claims import Lease
from feeder.store.quarantine import Guarded, Quarantined


def readings_of(app: App, batch: Quarantined) -> list[Reading]:
    """The articles of a batch.

    Raises:
        StateError: they are not kept any more, or cannot be read.
    """
    body = app.store.files.get(batch.sha256) if batch.sha256 else None
    if body is None:
        raise StateError(
            f"the articles of quarantine {batch.id} are not kept any more",
            advice="drop it: if they are still there, the next refresh reads them again",
        )
    return from_bytes(body)


def release(app: App, batches: Sequence[Quarantined]) -> int:
    """Put batches of sources on record; how many entries are new or changed by that.

    Raises:
        LockedError: a source is being refreshed just now. Those before it are done.
        StateError: the articles of one are not kept any more.
    """
    return sum(_with_lease(app, batch, _release) for batch in batches)


def drop(app: App, batches: Sequence[Quarantined]) -> None:
    """Never let these batches through, nor what is the same as they are.

    Raises:
        LockedError: a source is being refreshed just now. Those before it are done.
    """
    for batch in batches:
        _with_lease(app, batch, _drop)


def _with_lease(
    app: App, batch: Quarantined, do: Callable[[App, Lease, Quarantined, datetime], int]
) -> int:
    with _leased(app, batch.source) as lease:
        # Its refresh may have decided on it since it was listed.
        found = {each.id: each for each in app.store.quarantined(batch.source)}
        return do(app, lease, found.get(batch.id, batch), datetime.now(UTC))


@contextmanager
def _leased(app: App, name: str) -> Iterator[Lease]:
    leases = app.store.claim(datetime.now(UTC), LEASE, names=[name], force=True)
    if not leases:
        raise LockedError(
            f"{name} is being refreshed by another process, or is not in the configuration",
            advice="wait for it (feeder status), and try it again",
        )
    try:
        yield leases[0]
    finally:
        app.store.abandon(leases[0], datetime.now(UTC))


def _release(app: App, lease: Lease, batch: Quarantined, now: datetime) -> int:
    readings = readings_of(app, batch)
    known = app.store.known(batch.source, [key for one in readings for key in keys_of(one)])
    decision = decide(
        readings, known, source=batch.source, prefix=app.prefix, elsewhere=(), now=now
    )
    told = told_by(readings, decision, known, {})
    # Only what they are like is learnt: how many of a listing they were is not known by now.
    hosts = hosts_of(readings, decision)
    before = from_text(app.store.baseline(batch.source))
    after = learn(before, Batch(told, len(told), len(told), hosts=hosts), batch.first_seen)
    after = replace(
        after,
        listed=before.listed,
        overlap=before.overlap,
        new=before.new,
        hours=before.hours,
        at=before.at or after.at,
    )
    noted = Guarded(to_text(after), (_decided(batch, "released", now),))
    app.store.record_part(lease, decision.changes, (), now + LEASE, noted)
    return sum(change.kind in ("new", "changed") for change in decision.changes)


def _drop(app: App, lease: Lease, batch: Quarantined, now: datetime) -> int:
    noted = Guarded(batches=(_decided(batch, "dropped", now),))
    app.store.record_part(lease, (), (), now + LEASE, noted)
    return 0


def _decided(batch: Quarantined, status: str, now: datetime) -> Quarantined:
    assert status in ("released", "dropped")
    return replace(batch, status=status, decided_at=now, sha256="", size=0)  # type: ignore[arg-type]
