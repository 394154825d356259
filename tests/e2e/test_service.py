"""The service lets refreshes end by themselves, and does not wait for one that does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeder import scheduler
from feeder.app import App, load, open_app
from feeder.fetch import Fetcher
from feeder.models import Page, Validators
from feeder.rounds.once import refresh_once
from feeder.scheduler import Scheduler
from tests.e2e.project import Project


class Held:
    """A fetcher that gives no answer before it is let go."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.fetcher = fetcher
        self.asked = threading.Event()
        self.let_go = threading.Event()

    def fetch(self, address: str, validators: Validators | None = None) -> Page | None:
        self.asked.set()
        self.let_go.wait(20)
        return self.fetcher.fetch(address, validators)


@contextmanager
def at_work(project: Project) -> Iterator[tuple[App, Scheduler, Held]]:
    """A service in the middle of a refresh, and told to stop."""
    stop = threading.Event()
    with open_app(load(project.root / "config")) as app:
        job = app.jobs["news"]
        held = Held(job.begin(stop.is_set))
        service = Scheduler(
            replace(app, jobs={"news": replace(job, begin=lambda stopping: held)}), stop
        )
        service.tick()
        assert held.asked.wait(10)
        stop.set()
        try:
            yield app, service, held
        finally:
            held.let_go.set()
            service._pool.shutdown(wait=True)


def test_one_refresh_has_all_of_the_grace(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "GRACE_SECONDS", 3.0)
    with at_work(project) as (app, service, held):
        threading.Timer(1.5, held.let_go.set).start()
        assert service.end()
        assert app.store.states()[0].outcome is not None


def test_a_refresh_that_does_not_end_is_not_waited_for(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "GRACE_SECONDS", 0.2)
    with at_work(project) as (_, service, _held):
        started = time.monotonic()
        assert not service.end()
        assert time.monotonic() - started < 2


def test_a_clock_that_is_put_back_while_the_service_runs_delays_nothing(project: Project) -> None:
    with open_app(load(project.root / "config")) as app:
        refresh_once(app)
        service = Scheduler(app, threading.Event())
        an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
        service._mind_the_clock(an_hour_ago)
        assert app.store.states()[0].next_check_at == an_hour_ago
        service.end()
