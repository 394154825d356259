"""The due queue of the service at 100,000 sources: what a tick costs, and how late sources are.

    python -m benchmarks.queue [SOURCES] [SECONDS]

A real store on disk with so many sources, due evenly over an hour, and the real scheduler, whose
refreshes are recorded and do nothing else: what is measured is the queue. The baseline is the same
with ten sources, in the same run. The third line has a backlog: nine tenths of the sources are of
one server and due at once, and must not keep the others waiting. Each runs in a process of its own.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from feeder.app import App, load, open_app
from feeder.models import Outcome
from feeder.scheduler import Scheduler
from feeder.store.claims import Lease
from feeder.store.store import Store
from feeder.store.tables import source

HOUR = timedelta(hours=1)
BIG = "https://big.example"
FEW = 10
COLUMNS = "{:<26} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}"


class Anything(dict[str, Any]):
    """The jobs of any configuration."""

    def __contains__(self, name: object) -> bool:
        return True


class Queue(Scheduler):
    """The scheduler, with refreshes that only record that they were."""

    def __init__(self, app: App, due: Mapping[str, datetime]) -> None:
        super().__init__(app, threading.Event())
        self.due = due
        self.late: list[float] = []
        self.ticking: list[float] = []
        self.first = threading.Event()
        self.began = datetime.now(UTC)

    def tick(self) -> None:
        before = time.thread_time()
        super().tick()
        self.ticking.append(time.thread_time() - before)
        self.first.set()

    def _refresh(self, app: App, lease: Lease) -> None:
        now = datetime.now(UTC)
        due = self.due.get(lease.source)
        if due is not None and due > self.began:
            self.late.append((now - due).total_seconds())
        outcome = Outcome(lease.source, now, now)
        app.store.record(lease, (), (), outcome, now + HOUR, now, failed=False)

    def _publish_all(self) -> None:
        """Not what is measured."""


def fill(store: Store, count: int, *, backlog: bool) -> dict[str, datetime]:
    """Put sources on record; when each is due that is not of the backlog."""
    now, rows, due = datetime.now(UTC), [], {}
    for number in range(count):
        name = f"source-{number:06}"
        of_big = backlog and number % 10 > 0
        at = now - HOUR if of_big else now + HOUR * (number / count)
        if not of_big:
            due[name] = at
        rows.append(
            {
                "name": name,
                "uid": f"tag:example.org,2026:sources/{number}",
                "title": "A source",
                "kind": "feed",
                "created_at": now,
                "enabled": True,
                "rhythm": "auto",
                "next_check_at": at,
                "failures": 0,
                "host": BIG if of_big else f"https://host-{number}.example",
            }
        )
    with store._database.writing() as connection:
        connection.execute(insert(source), rows)
    return due


def resident() -> float:
    """Megabytes of this process."""
    fields = Path(f"/proc/{os.getpid()}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def run(what: str, count: int, seconds: float) -> None:
    """Measure one line, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config/sources").mkdir(parents=True)
        (Path(folder) / "config/feeder.toml").write_text("")
        settings = load(Path(folder) / "config")
        with open_app(settings) as app:
            due = fill(app.store, count, backlog=what == "backlog")
        with open_app(replace(settings, sources=())) as app:
            # A configuration without sources switches all off, which is not what is measured.
            with app.store._database.writing() as connection:
                connection.execute(source.update().values(enabled=True))
            before = resident()
            started = time.perf_counter()
            queue = Queue(replace(app, jobs=Anything()), due)
            queue.start()
            queue.first.wait()
            start_up = time.perf_counter() - started
            cpu, wall = time.process_time(), time.monotonic()
            time.sleep(seconds)
            cpu, wall = time.process_time() - cpu, time.monotonic() - wall
            grown = resident() - before
            queue.end()
    late = sorted(queue.late) or [0.0]
    print(
        COLUMNS.format(
            f"{what} ({count:,})",
            f"{100 * sum(queue.ticking) / wall:.2f} %",
            f"{1000 * statistics.median(queue.ticking):.2f} ms",
            f"{100 * cpu / wall:.2f} %",
            f"{statistics.median(late):.2f} s",
            f"{late[-1]:.2f} s",
            f"{start_up:.2f} s",
            f"{grown:.1f} MB",
        ),
        f"  {len(queue.late)} refreshes",
        flush=True,
    )


def main() -> None:
    """All lines, each in a process of its own."""
    if len(sys.argv) > 3:
        run(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seconds = sys.argv[2] if len(sys.argv) > 2 else "60"
    heads = ("tick CPU", "a tick", "all CPU", "late", "latest", "start-up", "memory")
    print(COLUMNS.format("", *heads))
    for what, sources in (("baseline", FEW), ("even", count), ("backlog", count)):
        subprocess.run(
            [sys.executable, "-m", "benchmarks.queue", what, str(sources), seconds], check=True
        )


if __name__ == "__main__":
    main()
