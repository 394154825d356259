"""Rounds of work: sources claimed, refreshed, published, and the record backed up.

`refresh_once` is one round for the command line; the scheduler does the same steps at each tick.
Another process may be doing them too. What it holds is waited for, and its outcome reported.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from itertools import count
from pathlib import Path

from feeder.app import App, feeds_of, publish_feed
from feeder.config.settings import FeedSettings
from feeder.errors import FeederError, LostLeaseError, UnforeseenError, UnknownSourceError
from feeder.logs import logger
from feeder.models import Fault, Outcome
from feeder.publish import Published
from feeder.refresh.flow import refresh
from feeder.refresh.job import LEASE
from feeder.store.claims import Lease

NEWEST = 5
"""Titles told of each feed, so that a run ends with something to recognise."""
AT_ONCE = 16
"""Servers asked at a time. Threads wait nearly always: for the network, or for their turn."""
RENEWED_AFTER = timedelta(minutes=1)
"""A lease that has waited for its turn for so long is renewed before its source is refreshed."""
LOOK_AGAIN_SECONDS = 0.2
"""Between two looks at whether another process has ended a refresh that we wait for."""
LOOKS_FOR_THE_DEAD = 25
"""Looks after which we try to claim what we wait for: that writes, and so it is done rarely."""

Wait = Callable[[float], object]


@dataclass(frozen=True)
class PublishedFeed:
    """A feed's document as it lies there now.

    `newest` are titles, the newest first; `faults` name entries that could not be in it.
    """

    feed: str
    path: Path
    url: str
    sources: tuple[str, ...]
    entries: int
    size: int
    written: bool
    newest: tuple[str, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Report:
    """What one round did. `skipped` are sources that wait after a failure."""

    outcomes: tuple[Outcome, ...] = ()
    published: tuple[PublishedFeed, ...] = ()
    errors: tuple[FeederError, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all good; 1 some source or output failed; 3 a lock was not to be had."""
        met = any(outcome.failure or _met_a_bug(outcome) for outcome in self.outcomes)
        failed = met or bool(self.skipped)  # they fail still, as far as anybody knows
        codes = {error.exit_code for error in self.errors}
        return max(codes | {1}) if failed or codes else 0


def _met_a_bug(outcome: Outcome) -> bool:
    return any(fault.kind == UnforeseenError.kind for fault in outcome.faults)


@dataclass
class _Round:
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
                self.app.hang_up()  # a site that drips would keep us for a minute
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


def refresh_once(
    app: App,
    names: Collection[str] = (),
    *,
    due_only: bool = False,
    force: bool = False,
    wait: Wait = time.sleep,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> Report:
    """Refresh all sources, or those named, and publish every feed.

    Raises:
        UnknownSourceError: a name is no enabled source's.
        StateError: the database cannot be used.
    """
    wanted = _wanted(app, names)
    started = datetime.now(UTC)
    leases = app.store.claim(started, LEASE, names=wanted, due_only=due_only, force=force)
    round_ = _Round(app, wait, on_outcome)
    round_.refresh(leases)
    if not due_only:
        others = wanted - {lease.source for lease in leases}
        _wait_for_others(round_, others, started, force=force)
    seen = {outcome.source for outcome in round_.outcomes}
    skipped = () if due_only else tuple(sorted(wanted - seen))
    published, errors = publish_feeds(app, begun_feeds(app))
    errors = [*round_.errors, *errors]
    if any(outcome.new or outcome.changed for outcome in round_.outcomes):
        errors += back_up(app)
    return Report(tuple(round_.outcomes), tuple(published), tuple(errors), skipped)


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


def begun_feeds(app: App) -> list[FeedSettings]:
    """The feeds of which some source was ever read: before that, an empty feed would be a lie."""
    begun = {s.name for s in app.store.states() if s.last_success is not None or s.entries}
    return feeds_of(app, begun)


def publish_feeds(
    app: App, feeds: Collection[FeedSettings]
) -> tuple[list[PublishedFeed], list[FeederError]]:
    """Publish feeds; one that fails does not keep the others."""
    published: list[PublishedFeed] = []
    errors: list[FeederError] = []
    sources = {source.name for feed in feeds for source in app.settings.sources_of(feed)}
    standing = app.store.standing([feed.name for feed in feeds], sources)
    for feed in feeds:
        try:
            documents = publish_feed(app, feed, standing, datetime.now(UTC))
        except FeederError as error:
            errors.append(error)
            message, advice = error.message, error.advice
            logger().error("publishing failed", feed=feed.name, message=message, advice=advice)
        else:
            published.extend(_as_published(app, feed, document) for document in documents)
    return published, errors


def publish_feeds_of(app: App, source: str) -> None:
    """Publish the feeds that a source is part of."""
    publish_feeds(app, feeds_of(app, {source}))


def _wanted(app: App, names: Collection[str]) -> set[str]:
    for name in names:
        if name not in app.jobs:
            near = get_close_matches(name, app.jobs, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(app.jobs)}"
            raise UnknownSourceError(f"no source is called {name!r}", advice=hint)
    return set(names or app.jobs)


def _wait_for_others(
    round_: _Round, names: Collection[str], started: datetime, *, force: bool
) -> None:
    """Take over the outcomes of refreshes that other processes have under way."""
    waiting = set(names)
    for look in count(1) if waiting else ():
        states = {state.name: state for state in round_.app.store.states()}
        for name in sorted(waiting):
            state = states[name]
            if state.leased_until is not None and state.leased_until > datetime.now(UTC):
                continue
            waiting.discard(name)
            if state.outcome is not None and state.outcome.started >= started:
                round_.done(state.outcome)
            else:  # it backs off, its holder died, or it looked before we were asked to
                store, now = round_.app.store, datetime.now(UTC)
                round_.refresh(store.claim(now, LEASE, names=[name], force=force))
        if waiting and look % LOOKS_FOR_THE_DEAD == 0:  # claiming finds out whose holder has died
            free = round_.app.store.claim(datetime.now(UTC), LEASE, names=waiting, force=force)
            waiting -= {lease.source for lease in free}
            round_.refresh(free)
        if not waiting:
            return
        round_.wait(LOOK_AGAIN_SECONDS)


def back_up(app: App) -> list[FeederError]:
    """Copy the record into STATE/backups. A failure is logged and given back."""
    if app.settings.database is not None:
        return []  # a PostgreSQL server has backups of its own
    try:
        app.store.backup(datetime.now(UTC))
    except FeederError as error:
        logger().error("backup failed", message=error.message, advice=error.advice)
        return [error]
    return []


def _as_published(app: App, feed: FeedSettings, document: Published) -> PublishedFeed:
    sources = tuple(source.name for source in app.settings.sources_of(feed))
    folder = app.settings.outputs[0].path or app.settings.public
    return PublishedFeed(
        feed=feed.name,
        path=folder / document.path,
        url=app.settings.public_url + document.path,
        sources=sources,
        entries=document.entries,
        size=document.size,
        written=document.written,
        faults=document.faults,
        newest=tuple(app.store.titles(sources, min(NEWEST, document.entries))),
    )


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
