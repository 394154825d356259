"""Replays: the pages that sources' refreshes kept, read again by today's rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from feeder.app import App
from feeder.errors import LockedError
from feeder.refresh.job import LEASE
from feeder.refresh.replay import Replay, Replayed


def look_again(app: App, names: Sequence[str], *, notify: bool) -> Iterator[Replayed]:
    """What would change in each of the sources. Nothing is recorded."""
    for name in names:
        yield _replay(app, name, notify=notify).look()


def replay(app: App, names: Sequence[str], *, notify: bool) -> Iterator[Replayed]:
    """Record what changes in each of the sources.

    Raises:
        LockedError: a source is being refreshed just now. Those before it are done.
        LostLeaseError: a replay took longer than its lease.
    """
    for name in names:
        leases = app.store.claim(datetime.now(UTC), LEASE, names=[name], force=True)
        if not leases:
            raise LockedError(
                f"{name} is being refreshed by another process",
                advice="wait for it (feeder status), and run the replay again",
            )
        try:
            yield _replay(app, name, notify=notify).apply(leases[0])
        finally:
            app.store.abandon(leases[0], datetime.now(UTC))


def _replay(app: App, name: str, *, notify: bool) -> Replay:
    now = datetime.now(UTC)
    return Replay(app.jobs[name], app.store, app.work, app.prefix, now, notify=notify)
