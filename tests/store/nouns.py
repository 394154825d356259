"""What the store is given in these tests, and children that use it and die."""

from __future__ import annotations

import os
import resource
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeder.models import Change, ChangeKind, Entry, Fault, Key, Outcome, Resource
from feeder.store.claims import Lease
from feeder.store.opening import nothing_published, open_store
from feeder.store.repair import Published
from feeder.store.sources import SourceSpec
from feeder.store.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
PREFIX = "tag:example.org,2026-03-01"


@dataclass(frozen=True)
class Place:
    """Where a test's store lies."""

    state: Path
    database: str | None = None

    def open(
        self,
        now: datetime = NOON,
        *,
        published: Published = nothing_published,
        busy_timeout: float = 30.0,
    ) -> Store:
        return open_store(
            self.state,
            database=self.database,
            now=now,
            published=published,
            busy_timeout=busy_timeout,
        )

    def open_with(self, *names: str, now: datetime = NOON) -> Store:
        """The store, with these sources, all due."""
        store = self.open(now)
        store.authority("example.org", now)
        store.sync([spec(name) for name in names], now)
        return store


def spec(name: str, *formerly: str, title: str = "", enabled: bool = True) -> SourceSpec:
    return SourceSpec(
        name, title or name.title(), "files", f"https://{name}.example/", enabled, formerly
    )


def entry(number: int, source: str = "news", **changes: object) -> Entry:
    made = Entry(
        id=f"{PREFIX}:{source}/{number}",
        source=source,
        title=f"Story {number}",
        html=f"<p>What happened on day {number}.</p>",
        text=f"What happened on day {number}.",
        published=NOON - timedelta(days=number),
        updated=NOON - timedelta(days=number),
        first_seen=NOON,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # any field, named by the test


def path(number: int) -> Key:
    return Key("path", f"story-{number}.txt")


def change(
    made: Entry, *keys: Key, kind: ChangeKind = "new", material: str = "", address: str = ""
) -> Change:
    return Change(kind, made, keys, material or made.text, f"{made.id}-fallback", address)


def stories(*numbers: int, source: str = "news") -> list[Change]:
    """New entries with a path and a content key each."""
    return [
        change(
            entry(number, source),
            path(number),
            Key("content", f"{source} {number}"),
            address=path(number).value,
        )
        for number in numbers
    ]


def outcome(source: str = "news", failure: Fault | None = None) -> Outcome:
    return Outcome(source, NOON, NOON + timedelta(seconds=1), failure=failure)


def claim_one(store: Store, name: str = "news", now: datetime = NOON) -> Lease:
    [lease] = store.claim(now, MINUTE, names=[name], force=True)
    return lease


def put(
    store: Store,
    changes: Sequence[Change] = (),
    resources: Sequence[Resource] = (),
    *,
    source: str = "news",
    now: datetime = NOON,
    failed: bool = False,
    due: timedelta = HOUR,
) -> tuple[Entry, ...]:
    """Claim a source and put on record what a refresh found."""
    lease = claim_one(store, source, now)
    fault = Fault("unreadable", "the folder is gone") if failed else None
    return store.record(
        lease, changes, resources, outcome(source, fault), now + due, now, failed=failed
    )


def limit_files(size: int) -> None:
    """Let this process write no file beyond so many bytes, as a full disk would."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def start(work: Callable[[], None]) -> int:
    """A forked child that does the work and ends without tidying up. Its process id."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def ended(child: int) -> int:
    """Wait for a child; its exit code, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
