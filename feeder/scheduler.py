"""The service: one tick a second claims what is due, a few threads refresh it.

Which sources are due is asked of the store each time, so nothing is lost with the process, and a
one-shot command, a timer and other machines share the queue. APScheduler gives the beat only.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import deque
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor as TickExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from feeder.app import App, sync_sources
from feeder.errors import FeederError
from feeder.logs import logger
from feeder.refresh.job import LEASE
from feeder.rounds import (
    back_up,
    begun_feeds,
    publish_feeds,
    publish_feeds_of,
    refresh_claimed,
)
from feeder.store.claims import Lease
from feeder.store.sources import SKEW

TICK_SECONDS = 1
REFRESHES_AT_ONCE = 16
"""As in `rounds`: threads wait nearly always."""
MOST_WAITING = 100
"""Claimed sources that wait for their server. More are left to other machines, and to later."""
GRACE_SECONDS = 4.0
"""What a refresh under way gets to end by itself after SIGTERM; systemd and people wait 5 s."""
BACKUP_EVERY = timedelta(minutes=10)
"""At most so often: a copy of a large database after each small change would wear out a disk."""


class Lines:
    """Claimed sources that wait for their turn, a line for each server.

    A server is asked one thing at a time: its sources would hold all threads while each of them
    waits for the others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Lease]] = {}

    @property
    def have_room(self) -> bool:
        """Whether more sources are to be claimed."""
        with self._lock:
            return sum(map(len, self._waiting.values())) < MOST_WAITING

    def is_its_turn(self, lease: Lease, host: str) -> bool:
        """Whether nobody is at that server; else the lease waits in its line."""
        with self._lock:
            if host in self._waiting:
                self._waiting[host].append(lease)
                return False
            self._waiting[host] = deque()
            return True

    def next(self, host: str) -> Lease | None:
        """The one whose turn it is after another has been there; None: the line is closed."""
        with self._lock:
            line = self._waiting.get(host)
            if line:
                return line.popleft()
            self._waiting.pop(host, None)
            return None

    def clear(self) -> list[Lease]:
        """Take all out that wait."""
        with self._lock:
            waiting = [lease for line in self._waiting.values() for lease in line]
            for line in self._waiting.values():
                line.clear()
            return waiting


class Service:
    """Claims and refreshes due sources at each tick, until `stop` is set."""

    def __init__(self, app: App, stop: threading.Event) -> None:
        self.app = app
        self.stop = stop
        self._pool = ThreadPoolExecutor(REFRESHES_AT_ONCE, thread_name_prefix="refresh")
        self._free = threading.BoundedSemaphore(REFRESHES_AT_ONCE)
        self._lines = Lines()
        self._names: Collection[str] | None = None
        self._changed = threading.Event()
        self._backed_up = self._last_tick = datetime.now(UTC)

    def tick(self) -> None:
        """Claim as many due sources as there are free threads, and set these to work."""
        self._mind_the_clock(datetime.now(UTC))
        while not self.stop.is_set() and self._lines.have_room:
            if not self._free.acquire(blocking=False):
                break
            lease = self._claim_one()
            if lease is not None and self._lines.is_its_turn(lease, self._host_of(lease)):
                self._pool.submit(self._work, lease)
                continue
            self._free.release()
            if lease is None:
                break
        self._back_up_sometimes()

    def end(self) -> bool:
        """Give running refreshes their grace; whether all of them ended within it."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for lease in self._lines.clear():
            self._give_back(lease)
        # What was read by then is put on record, whatever a site that drips still keeps from us.
        hanging_up = threading.Timer(GRACE_SECONDS / 2, self.app.hang_up)
        hanging_up.start()
        deadline = time.monotonic() + GRACE_SECONDS
        ended = [
            self._free.acquire(timeout=max(0.0, deadline - time.monotonic()))
            for _ in range(REFRESHES_AT_ONCE)
        ]
        hanging_up.cancel()
        return all(ended)

    def _mind_the_clock(self, now: datetime) -> None:
        """Without this, sources would sleep for as long as the clock was put back."""
        if now < self._last_tick - SKEW:
            try:
                sync_sources(self.app.settings, self.app.store, now)
            except FeederError as error:
                logger().error("sync failed", message=error.message, advice=error.advice)
                return
        self._last_tick = now

    def _claim_one(self) -> Lease | None:
        try:
            lease = self._claimed()
            if lease is not None and lease.source not in self.app.jobs:
                self._mind_strangers(lease)
                lease = self._claimed()
        except FeederError as error:  # a locked or full database heals; the next tick tries again
            logger().error("claim failed", message=error.message, advice=error.advice)
            return None
        return lease

    def _claimed(self) -> Lease | None:
        now = datetime.now(UTC)
        return next(
            iter(self.app.store.claim(now, LEASE, names=self._names, due_only=True, limit=1)), None
        )

    def _mind_strangers(self, lease: Lease) -> None:
        """Give back a source that was put into the configuration after we had read it, and claim
        none but our own from now on. Until then, the names need not be sent with each claim."""
        self.app.store.abandon(lease, datetime.now(UTC))
        self._names = self.app.jobs.keys()
        logger().warning(
            "unknown source",
            source=lease.source,
            advice="it is in a newer configuration: start feeder anew to have it refreshed",
        )

    def _host_of(self, lease: Lease) -> str:
        host = self.app.jobs[lease.source].host
        return f"folder of {lease.source}" if host is None else host

    def _work(self, lease: Lease) -> None:
        """Refresh a source, and after it those that wait for the same server."""
        host = self._host_of(lease)
        following: Lease | None = lease
        try:
            while following is not None:
                self._refresh(following)
                following = self._lines.next(host)
        finally:
            self._free.release()

    def _give_back(self, lease: Lease) -> None:
        try:
            self.app.store.abandon(lease, datetime.now(UTC))
        except FeederError as error:  # it is free as soon as this process has ended
            logger().error("not given back", source=lease.source, message=error.message)

    def _refresh(self, lease: Lease) -> None:
        try:
            outcome = refresh_claimed(
                self.app, lease, wait=self.stop.wait, stopping=self.stop.is_set
            )
            publish_feeds_of(self.app, lease.source)
            if outcome.new or outcome.changed:
                self._changed.set()
        except FeederError as error:
            logger().error(
                "refresh failed", source=lease.source, message=error.message, advice=error.advice
            )
        except Exception:
            # A future would swallow it. The lease runs out by itself, which is back-off enough.
            logger().exception("unforeseen", source=lease.source)

    def _back_up_sometimes(self) -> None:
        now = datetime.now(UTC)
        if not self._changed.is_set() or now - self._backed_up < BACKUP_EVERY:
            return
        self._changed.clear()
        self._backed_up = now
        back_up(self.app)


def run_until_told(app: App) -> bool:
    """Keep sources fresh until SIGTERM or SIGINT; returns within 5 s of it.

    Returns:
        Whether all refreshes have ended. Where one has not, only the end of the process ends it;
        it loses nothing by that, and its source is due again at once.
    """
    stop = threading.Event()
    with _told_by_signals(stop):
        logger().info("started", sources=len(app.jobs))
        publish_feeds(app, begun_feeds(app))  # what an earlier process could not publish any more
        service = Service(app, stop)
        beat = BackgroundScheduler(
            timezone=UTC,
            executors={"default": TickExecutor(1)},
            # misfire_grace_time's default of one second drops late runs without a word.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        beat.add_job(
            service.tick, "interval", seconds=TICK_SECONDS, next_run_time=datetime.now(UTC)
        )
        beat.start()
        stop.wait()
        beat.shutdown(wait=True)
        ended = service.end()
        logger().info("stopped", **({} if ended else {"unfinished": True}))
    return ended


@contextmanager
def _told_by_signals(stop: threading.Event) -> Iterator[None]:
    def tell(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
