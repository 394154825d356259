"""Claimed sources refreshed: those of one server take turns, those of others go on beside them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from feeder.app import App
from feeder.errors import FeederError, LostLeaseError
from feeder.logs import logger
from feeder.models import Outcome
from feeder.refresh.flow import refresh
from feeder.refresh.job import LEASE
from feeder.store.claims import Lease

AT_ONCE = 16
"""Servers asked at a time. Threads wait nearly always: for the network, or for their turn."""
RENEWED_AFTER = timedelta(minutes=1)
"""A lease that has waited for its turn for so long is renewed before its source is refreshed."""

Wait = Callable[[float], object]


@dataclass
class Round:
    """A round under way. Sources of one server take turns; those of others go on beside them."""

    app: App
    wait: Wait
    on_outcome: Callable[[Outcome], None]
    outcomes: list[Outcome] = field(default_factory=list)
    errors: list[FeederError] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self, leases: Sequence[Lease]) -> None:
        groups = self._by_host(leases)
        if len(groups) == 1:
            self._one_after_the_other(leases)
        elif groups:
            self._side_by_side(groups)

    def done(self, outcome: Outcome) -> None:
        with self._lock:
            self.outcomes.append(outcome)
            self.on_outcome(outcome)

    def _by_host(self, leases: Sequence[Lease]) -> list[list[Lease]]:
        """Otherwise those of one server would hold all threads while they wait for each other."""
        groups: dict[str, list[Lease]] = {}
        for lease in leases:
            host = self.app.jobs[lease.source].host
            groups.setdefault(f"folder of {lease.source}" if host is None else host, []).append(
                lease
            )
        return list(groups.values())

    def _side_by_side(self, groups: Sequence[Sequence[Lease]]) -> None:
        with ThreadPoolExecutor(min(AT_ONCE, len(groups)), thread_name_prefix="refresh") as pool:
            try:
                futures = [pool.submit(self._one_after_the_other, group) for group in groups]
                for future in as_completed(futures):
                    future.result()
            except BaseException:  # Ctrl-C, a full disk: what is under way ends with what it has
                self._stop.set()
                self.app.door.close()  # a site that drips would keep us for a minute
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _one_after_the_other(self, leases: Sequence[Lease]) -> None:
        for lease in leases:
            if self._stop.is_set():
                break
            try:
                outcome = refresh_claimed(
                    self.app, lease, wait=self.wait, stopping=self._stop.is_set
                )
            except LostLeaseError as error:  # whoever has it now records it
                with self._lock:
                    self.errors.append(error)
            else:
                self.done(outcome)


def refresh_claimed(
    app: App, lease: Lease, *, wait: Wait, stopping: Callable[[], bool] = lambda: False
) -> Outcome:
    """Refresh one claimed source, and log its outcome in one event.

    Raises:
        LostLeaseError: it took longer than its lease, and somebody else has the source.
        StateError: nothing could be recorded.
    """
    now = datetime.now(UTC)
    if lease.until - LEASE < now - RENEWED_AFTER:
        lease = app.store.renew(lease, now, LEASE)
    outcome = refresh(
        app.jobs[lease.source],
        lease,
        app.store,
        work=app.work,
        prefix=app.prefix,
        wait=wait,
        stopping=stopping,
    )
    _log(outcome)
    return outcome


def _log(outcome: Outcome) -> None:
    failure = outcome.failure
    log = logger().warning if failure or outcome.faults else logger().info
    log(
        "refreshed" if failure is None else "refresh failed",
        source=outcome.source,
        found=outcome.found,
        new=outcome.new,
        changed=outcome.changed,
        dropped=outcome.dropped,
        faults=len(outcome.faults),
        seconds=round((outcome.ended - outcome.started).total_seconds(), 3),
        **({"message": failure.message, "advice": failure.advice} if failure else {}),
    )
