"""A newsroom: a configuration of sources on the web, refreshed over a real store and real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeder.app import App, load, open_app
from feeder.models import Entry, Outcome
from feeder.refresh.flow import refresh
from feeder.rounds.once import Report, refresh_once
from feeder.store.claims import Lease
from feeder.workers.here import Here

MAIN = """
[fetch]
allow_networks = ["127.0.0.0/8"]
delay = "0s"
connect_timeout = "2s"
read_timeout = "2s"
total_timeout = "4s"
first_articles = 999
"""


@dataclass
class Room:
    """Sources written one by one; each look opens them anew, as commands do."""

    root: Path
    clock: datetime = field(default_factory=lambda: datetime.now(UTC))
    main: str = MAIN

    def source(self, text: str, name: str = "news") -> None:
        """Write `sources/NAME.toml`."""
        folder = self.root / "config/sources"
        folder.mkdir(parents=True, exist_ok=True)
        (self.root / "config/feeder.toml").write_text(self.main)
        (folder / f"{name}.toml").write_text(text)

    @contextmanager
    def open(self) -> Iterator[App]:
        """With the work done in this process, so that tests are quick."""
        with open_app(load(self.root / "config")) as app:
            yield replace(app, work=Here())

    def refresh(self, name: str = "news", *, later: timedelta = timedelta(0)) -> Outcome:
        """One source, after so much more time."""
        self.clock += later
        with self.open() as app:
            (lease,) = app.store.claim(self.clock, timedelta(hours=1), names=[name], force=True)
            return refreshed(app, lease, self.clock)

    def round(self) -> Report:
        """All of them, as the command does it."""
        with self.open() as app:
            return refresh_once(app, force=True)

    def entries(self, name: str = "news") -> list[Entry]:
        """What is on record of a source, the newest first."""
        with self.open() as app:
            return app.store.entries([name])

    def due(self, name: str = "news") -> datetime | None:
        """When a source is next due."""
        with self.open() as app:
            return next(s.next_check_at for s in app.store.states() if s.name == name)


def refreshed(app: App, lease: Lease, now: datetime) -> Outcome:
    """A claimed source, at that moment."""
    return refresh(
        app.jobs[lease.source],
        lease,
        app.store,
        work=app.work,
        prefix=app.prefix,
        wait=lambda seconds: None,
        clock=lambda: now,
    )
