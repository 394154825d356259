"""The service and the commands beside it: one queue, pauses, a configuration read again."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeder.app import App, load, open_app
from feeder.fetch import Fetcher
from feeder.models import SourceState
from feeder.rounds.once import refresh_once
from feeder.scheduler import Scheduler
from tests.e2e.project import Project, article


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/feeder.toml").write_text('every = "1h"\n')
    for name in ("news", "town"):
        add(project, name)
    return project


def add(project: Project, name: str) -> None:
    text = f'kind = "files"\nroot = "articles/{name}"\n'
    (project.root / f"config/sources/{name}.toml").write_text(text)
    project.write(f"{name}/1.txt", article(1))


@contextmanager
def opened(project: Project) -> Iterator[App]:
    with open_app(load(project.root / "config")) as app:
        yield app


@contextmanager
def service(project: Project) -> Iterator[Scheduler]:
    """A service at work, its threads in this process."""
    with opened(project) as app:
        scheduler = Scheduler(app, threading.Event())
        scheduler.start()
        try:
            yield scheduler
        finally:
            scheduler.end()


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.02)


def states(app: App) -> dict[str, SourceState]:
    return {state.name: state for state in app.store.states()}


def all_read(app: App) -> bool:
    return all(state.outcome for state in app.store.states())


def idle(app: App) -> App:
    """The same, but that it cannot read anything itself."""

    def refuse(stopping: Callable[[], bool]) -> Fetcher:
        raise AssertionError("the service should have done it")

    return replace(app, jobs={name: replace(job, begin=refuse) for name, job in app.jobs.items()})


def test_a_command_has_the_service_do_it_and_tells_the_outcome(project: Project) -> None:
    with service(project) as scheduler, opened(project) as app:
        until(lambda: all_read(scheduler.app))
        project.write("news/2.txt", article(2))
        report = refresh_once(idle(app))
        told = {outcome.source: outcome for outcome in report.outcomes}
        assert set(told) == {"news", "town"}
        assert (told["news"].found, told["news"].new) == (2, 1)
        assert report.exit_code == 0
        assert "Story number 2" in project.feed.read_text()


@pytest.mark.slow
def test_what_the_service_has_not_begun_the_command_does(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeder.rounds.waiting.SERVICE_SECONDS", 1.0)
    with service(project) as scheduler:
        until(lambda: all_read(scheduler.app))
        add(project, "village")  # it does not know of that one yet
        with opened(project) as app:
            report = refresh_once(app)
        assert {outcome.source for outcome in report.outcomes} == {"news", "town", "village"}


@pytest.mark.slow
def test_a_service_that_ends_leaves_the_rest_to_the_command(project: Project) -> None:
    with opened(project) as app, service(project) as scheduler:
        until(lambda: all_read(scheduler.app))
        scheduler.stop.set()  # it ticks, and claims nothing any more

        def wait(seconds: float) -> None:
            scheduler.end()
            time.sleep(seconds)

        report = refresh_once(app, wait=wait)
        assert {outcome.source for outcome in report.outcomes} == {"news", "town"}


def test_a_service_that_waits_after_a_failure_is_told_so(project: Project) -> None:
    for path in (project.articles / "town").iterdir():
        path.unlink()
    (project.articles / "town").rmdir()
    with service(project) as scheduler, opened(project) as app:
        until(lambda: all_read(scheduler.app))
        assert refresh_once(idle(app)).skipped == ("town",)
        forced = refresh_once(idle(app), ["town"], force=True)
        assert [outcome.source for outcome in forced.outcomes if outcome.failure] == ["town"]


def test_a_paused_source_is_refreshed_only_by_its_name(project: Project) -> None:
    with opened(project) as app:
        app.store.pause(["town"], datetime.now(UTC))
        report = refresh_once(app)
        assert [outcome.source for outcome in report.outcomes] == ["news"]
        assert (report.paused, report.skipped, report.exit_code) == (("town",), (), 0)
        assert refresh_once(app, due_only=True).outcomes == ()
    with service(project) as scheduler, opened(project) as app:
        for _ in range(3):
            scheduler.tick()
        assert states(app)["town"].outcome is None
        assert [one.source for one in refresh_once(app, ["town"]).outcomes] == ["town"]
        assert states(app)["town"].paused_at is not None
        app.store.resume(["town"])
        app.store.ask(["town"], datetime.now(UTC))
        before = states(app)["town"].outcome
        until(lambda: states(app)["town"].outcome != before)


def test_a_configuration_is_taken_over_whole(project: Project) -> None:
    published = project.root / "var/public"
    with service(project) as scheduler, opened(project) as app:
        until((published / "town.atom").exists)
        add(project, "village")
        (project.root / "config/sources/town.toml").unlink()
        asked = datetime.now(UTC)
        app.store.ask_reload(asked)
        until(lambda: app.store.services(datetime.now(UTC))[0].answered_at)
        [told] = app.store.services(datetime.now(UTC))
        assert told.refused is None
        assert set(scheduler.app.jobs) == {"news", "village"}
        until((published / "village.atom").exists)
        until(lambda: not (published / "town.atom").exists())


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("config/sources/town.toml", "kind = ", "town.toml"),
        ("config/sources/town.toml", 'kind = "fils"\nroot = "."\n', "fils"),
        ("config/feeder.toml", 'state = "elsewhere"\n', "state: was changed"),
    ],
)
def test_a_wrong_configuration_is_refused_whole_and_the_old_one_goes_on(
    project: Project, path: str, text: str, says: str
) -> None:
    with service(project) as scheduler:
        until(lambda: all_read(scheduler.app))
        add(project, "village")
        (project.root / path).write_text(text)
        scheduler.reload()
        until(lambda: scheduler.app.store.services(datetime.now(UTC))[0].answered_at)
        [told] = scheduler.app.store.services(datetime.now(UTC))
        assert told.refused is not None and says in told.refused
        assert set(scheduler.app.jobs) == {"news", "town"}
        project.write("news/2.txt", article(2))
        scheduler.app.store.ask(["news"], datetime.now(UTC))
        until(lambda: "Story number 2" in project.feed.read_text())
        assert not (project.root / "elsewhere").exists()


def test_hours_of_sleep_are_made_up_for_once(project: Project) -> None:
    with opened(project) as app:
        refresh_once(app)
        app.store.ask(["news"], datetime.now(UTC))  # due long ago
        scheduler = Scheduler(app, threading.Event())
        scheduler._clock = datetime.now(UTC) - timedelta(hours=5)
        for _ in range(5):
            scheduler.tick()
        assert scheduler.end()
        assert len(app.store.runs("news")) == 2


def test_other_machines_are_told_now_and_then_that_it_is_at_work(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeder.scheduler.SAID_EVERY", timedelta(seconds=0.5))
    with service(project) as scheduler:

        def seen() -> datetime:
            [service] = scheduler.app.store.services(datetime.now(UTC))
            return service.seen_at

        first = seen()
        until(lambda: seen() > first)


@pytest.mark.slow
def test_a_database_that_is_taken_away_is_told_of_and_taken_up_again(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with service(project) as scheduler:
        until(project.feed.exists)
        feed = project.feed.read_bytes()
        database, aside = project.state / "feeder.db", project.state / "aside.db"
        database.rename(aside)
        until(lambda: "was taken away" in capsys.readouterr().out)
        ticked = scheduler.last_tick
        until(lambda: scheduler.last_tick > ticked + timedelta(seconds=1.5))
        assert "was taken away" not in capsys.readouterr().out  # once a minute
        assert project.feed.read_bytes() == feed
        aside.rename(database)
        project.write("news/2.txt", article(2))
        scheduler.app.store.ask(["news"], datetime.now(UTC))
        until(lambda: "Story number 2" in project.feed.read_text())


@pytest.mark.slow
def test_a_locked_database_does_not_keep_the_service_from_ending(project: Project) -> None:
    with service(project) as scheduler:
        until(lambda: all_read(scheduler.app))
        with closing(sqlite3.connect(project.state / "feeder.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            time.sleep(1.5)  # a tick waits for it
            started = time.monotonic()
            assert not scheduler.end()
            assert time.monotonic() - started < 7
            other.execute("ROLLBACK")


@pytest.mark.slow
def test_the_verbs_of_the_service_tell_what_came_of_it(project: Project) -> None:
    alone = project.run("reload")
    assert (alone.returncode, alone.stdout.splitlines()[0]) == (1, "reload: no service is running")
    with service(project) as scheduler:
        add(project, "village")
        assert ": reloaded" in project.run("reload").stdout
        assert "village" in scheduler.app.jobs
        paused = project.run("pause", "town", "village")
        assert paused.stdout == "paused: town, village\n"
        assert {n for n, s in states(scheduler.app).items() if s.paused_at} == {"town", "village"}
        assert project.run("resume", "town").stdout == "resumed: town\n"
        assert not states(scheduler.app)["town"].paused_at
        unknown = project.run("pause", "towm")
        assert unknown.returncode == 2
        assert "did you mean town?" in unknown.stderr
        (project.root / "config/feeder.toml").write_text('evry = "1h"\n')
        wrong = project.run("reload")
        assert wrong.returncode == 2
        assert "evry" in wrong.stderr
        assert "village" in scheduler.app.jobs
