"""The scheduler: one tick a second claims what is due, a few threads refresh it.

Which sources are due is asked of the store each time, so nothing is lost with the process, and a
one-shot command, a timer and other machines share the queue. APScheduler gives the beat only.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor as TickExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from feeder.app import App, load, reloaded, sync_sources
from feeder.errors import FeederError
from feeder.logs import logger
from feeder.models import Outcome
from feeder.refresh.job import LEASE
from feeder.rounds.publishing import (
    back_up,
    begun_feeds,
    list_feeds,
    publish_feeds,
    publish_feeds_of,
    retire_feeds,
)
from feeder.rounds.refreshing import AT_ONCE, refresh_claimed
from feeder.store.claims import Lease
from feeder.store.sources import SKEW

TICK_SECONDS = 1
GRACE_SECONDS = 4.0
"""What a refresh under way gets to end by itself after SIGTERM; systemd and people wait 10 s."""
BACKUP_EVERY = timedelta(minutes=10)
"""At most so often: a copy of a large database after each small change would wear out a disk."""
TOLD_EVERY_SECONDS = 60.0
"""A database that is locked or full for hours is told of so often."""
SAID_EVERY = timedelta(minutes=1)
SLEPT = timedelta(seconds=30)
"""Between two ticks, after which the machine was asleep, or its clock was put forward."""


class Scheduler:
    """Claims and refreshes due sources at each tick, until `stop` is set.

    `on_tick` is called at the end of each tick, of one too that met a locked or full database:
    whoever hears no more of it knows that the sources are not looked after. `on_outcome` is called
    at the end of each refresh. `tick_seconds` is how long the last tick took.
    """

    def __init__(
        self, app: App, stop: threading.Event, on_tick: Callable[[], object] = lambda: None
    ) -> None:
        self.app = app
        self.stop = stop
        self.on_tick = on_tick
        self.on_outcome: Callable[[Outcome], object] = lambda outcome: None
        self.tick_seconds = 0.0
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="refresh")
        # What takes long and no tick waits for: with thousands of feeds, or a large database.
        self._errands = ThreadPoolExecutor(1, thread_name_prefix="errand")
        self._sent = set[str]()  # errands that are under way, or wait for their turn
        self._errand = ""  # the one that is under way
        self._lock = threading.Lock()
        self._under_way = 0
        self._claiming = threading.Lock()
        self._has_room = threading.Event()
        self._more_is_due = False
        self._ticking = threading.Lock()
        self._bears: float | None = None  # when it was last told that ticks fail
        self._names: Collection[str] | None = None
        self._changed = threading.Event()
        self._reload = threading.Event()
        self._backed_up = self._said_so = self._clock = self.last_tick = datetime.now(UTC)
        self._beat = BackgroundScheduler(
            timezone=UTC,
            executors={"default": TickExecutor(1)},
            # misfire_grace_time's default of one second drops late runs without a word.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        # It warns of each tick that finds another still waiting for a locked database.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)

    def start(self) -> None:
        """Begin to tick, and publish what an earlier process could not any more.

        Raises:
            StateError: the database cannot be used.
        """
        self.app.store.begin_service(datetime.now(UTC))
        self._send("publish", self._publish_all)
        self._beat.add_job(
            self.tick, "interval", seconds=TICK_SECONDS, next_run_time=datetime.now(UTC)
        )
        self._beat.start()

    def reload(self) -> None:
        """Have the configuration read again at the next tick. For signal handlers too."""
        self._reload.set()

    def tick(self) -> None:
        """Claim as many due sources as there are free threads, and set these to work."""
        begun = time.monotonic()
        with self._ticking:
            try:
                self._tick()
            except FeederError as error:
                self._put_up_with(error)
            except Exception:  # APScheduler would tell of it in its own words
                logger().exception("unforeseen", what="tick")
            else:
                self._bears = None
        self.last_tick = datetime.now(UTC)
        self.tick_seconds = time.monotonic() - begun
        self.on_tick()

    def end(self) -> bool:
        """Tick no more, and give running refreshes their grace.

        Returns:
            Whether all of them ended within it. Where one has not, only the end of the process
            ends it; it loses nothing by that, and its source is due again at once.
        """
        self.stop.set()
        if self._beat.running:
            self._beat.shutdown(wait=False)
        for pool in (self._pool, self._errands):
            pool.shutdown(wait=False, cancel_futures=True)
        # What was read by then is put on record, whatever a site that drips still keeps from us.
        hanging_up = threading.Timer(GRACE_SECONDS / 2, self.app.door.close)
        hanging_up.start()
        deadline = time.monotonic() + GRACE_SECONDS
        while self._is_at_work and time.monotonic() < deadline:
            time.sleep(0.02)
        hanging_up.cancel()
        # A tick that waits for a locked database is not waited for.
        has_ticked = self._ticking.acquire(timeout=max(0.0, deadline - time.monotonic()))
        return has_ticked and self._go_off_record() and not self._is_at_work

    @property
    def _is_at_work(self) -> bool:
        return bool(self._under_way or self._errand)

    def _tick(self) -> None:
        self.app.store.check_place()
        self._mind_the_clock(datetime.now(UTC))
        if self._reload.is_set() or self.app.store.is_asked_to_reload():
            self._reload.clear()
            self._send("reload", self._read_again)
        self._fill()
        self.app.teller.begin()
        self._say_so_sometimes()
        self._back_up_sometimes()

    def _put_up_with(self, error: FeederError) -> None:
        """A locked or full database heals, and the next tick tries again: told once a minute."""
        now = time.monotonic()
        if self._bears is None or now - self._bears >= TOLD_EVERY_SECONDS:
            self._bears = now
            logger().error("tick failed", message=error.message, advice=error.advice)

    def _go_off_record(self) -> bool:
        """Whether that was done in time: others see by its lock that this process is no more."""
        told = threading.Thread(target=self._end_service, daemon=True)
        told.start()
        told.join(1.0)
        return not told.is_alive()

    def _end_service(self) -> None:
        try:
            self.app.store.end_service()
        except FeederError as error:
            logger().error("not off record", message=error.message, advice=error.advice)

    def _mind_the_clock(self, now: datetime) -> None:
        """Without this, sources would sleep for as long as the clock was put back."""
        if now < self._clock - SKEW:
            logger().warning("clock was put back", seconds=(self._clock - now).total_seconds())
            sync_sources(self.app, now)
        elif now > self._clock + SLEPT:
            # Nothing is made up for: what became due meanwhile is due once.
            logger().info("woke up", seconds=round((now - self._clock).total_seconds()))
        self._clock = now

    def _send(self, name: str, work: Callable[[], object]) -> None:
        """Have an errand run, unless it is still to be."""
        if name in self._sent or self.stop.is_set():
            return
        self._sent.add(name)
        self._errands.submit(self._run, name, work)

    def _run(self, name: str, work: Callable[[], object]) -> None:
        self._errand = name
        try:
            work()
        except FeederError as error:  # the next one of its kind makes up for it
            logger().error(f"{name} failed", message=error.message, advice=error.advice)
        except Exception:  # a future would swallow it
            logger().exception("unforeseen", what=name)
        finally:
            self._sent.discard(name)
            self._errand = ""

    def _fill(self) -> None:
        """Claim as many due sources as there are free threads, in one transaction.

        One thread does so at a time; what comes free meanwhile is filled by the next claim.
        """
        self._has_room.set()
        while self._has_room.is_set() and not self.stop.is_set():
            if not self._claiming.acquire(blocking=False):
                return
            try:
                self._has_room.clear()
                self._claim_and_submit(AT_ONCE - self._under_way)
            finally:
                self._claiming.release()

    def _claim_and_submit(self, free: int) -> None:
        app = self.app
        leases = self._claim(app, free) if free else []
        self._more_is_due = len(leases) == free
        for lease in leases:
            with self._lock:
                self._under_way += 1
            try:
                self._pool.submit(self._work, app, lease)
            except RuntimeError:  # told to end meanwhile: it is free when this process is no more
                with self._lock:
                    self._under_way -= 1

    def _claim(self, app: App, limit: int) -> list[Lease]:
        """Due sources of the configuration as we know it, the longest due first."""
        now = datetime.now(UTC)
        leases = app.store.claim(
            now, LEASE, names=self._names, due_only=True, limit=limit, in_turn=True
        )
        strangers = [lease for lease in leases if lease.source not in app.jobs]
        for lease in strangers:
            self._mind_strangers(lease)
        return [lease for lease in leases if lease not in strangers]

    def _mind_strangers(self, lease: Lease) -> None:
        """Give back a source that was put into the configuration after we had read it, and claim
        none but our own from now on. Until then, the names need not be sent with each claim."""
        self.app.store.abandon(lease, datetime.now(UTC))
        self._names = self.app.jobs.keys()
        logger().warning(
            "unknown source",
            source=lease.source,
            advice="it is in a newer configuration: `feeder reload` has it refreshed",
        )

    def _work(self, app: App, lease: Lease) -> None:
        try:
            self._refresh(app, lease)
        finally:
            with self._lock:
                self._under_way -= 1
        if self._more_is_due and not self.stop.is_set():
            try:
                self._fill()
            except FeederError as error:  # the next tick tries again
                logger().error("claim failed", message=error.message, advice=error.advice)

    def _refresh(self, app: App, lease: Lease) -> None:
        try:
            outcome = refresh_claimed(app, lease, wait=self.stop.wait, stopping=self.stop.is_set)
            self.on_outcome(outcome)
            # By the configuration as it is by now: it may have been read again meanwhile.
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

    def _read_again(self) -> None:
        """Take over the configuration as it is now, whole; one that is wrong is not taken over."""
        refused: str | None = None
        try:
            self.app = reloaded(self.app, load(self.app.settings.folder))
        except FeederError as error:
            refused = error.message
            logger().error("configuration refused", message=error.message, advice=error.advice)
        else:
            self._names = None
            logger().info("configuration taken over", sources=len(self.app.jobs))
        self.app.store.answer_reload(refused, datetime.now(UTC))
        if refused is None:
            self._publish_all()

    def _publish_all(self) -> None:
        """What an earlier process could not any more, or another configuration has otherwise."""
        retire_feeds(self.app)
        list_feeds(self.app)
        publish_feeds(self.app, begun_feeds(self.app))

    def _say_so_sometimes(self) -> None:
        """Other machines cannot see whether this process lives."""
        if self._clock - self._said_so >= SAID_EVERY:
            self._said_so = self._clock
            self.app.store.keep_service(self._clock)

    def _back_up_sometimes(self) -> None:
        now = datetime.now(UTC)
        if not self._changed.is_set() or now - self._backed_up < BACKUP_EVERY:
            return
        self._changed.clear()
        self._backed_up = now
        self._send("backup", lambda: back_up(self.app))
