"""One round for the command line: what others have under way is waited for; no one is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeder.app import App, load, open_app
from feeder.models import Outcome
from feeder.rounds.once import refresh_once
from feeder.store.opening import open_store

LEASE = timedelta(minutes=1)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/feeder.toml").write_text("")
    for name in ("news", "town"):
        (tmp_path / f"config/sources/{name}.toml").write_text(f'kind = "files"\nroot = "{name}"\n')
    (tmp_path / "news").mkdir()
    with open_app(load(tmp_path / "config")) as opened:
        yield opened


def test_a_refresh_that_another_process_has_under_way_is_waited_for_and_reported(app: App) -> None:
    with open_store(app.settings.state, now=datetime.now(UTC)) as other:
        (lease,) = other.claim(datetime.now(UTC), LEASE, names=["news"])
        waits = []

        def wait(seconds: float) -> None:
            waits.append(seconds)
            now = datetime.now(UTC)
            theirs = Outcome("news", started=now, ended=now, found=7)
            other.record(lease, (), (), theirs, now + LEASE, now, failed=False)

        report = refresh_once(app, ["news"], wait=wait)
    assert len(waits) == 1
    assert [(outcome.source, outcome.found) for outcome in report.outcomes] == [("news", 7)]
    assert report.skipped == ()


def test_the_holder_of_a_source_that_gives_it_up_is_followed(app: App) -> None:
    with open_store(app.settings.state, now=datetime.now(UTC)) as other:
        (lease,) = other.claim(datetime.now(UTC), LEASE, names=["news"])
        report = refresh_once(app, ["news"], wait=lambda _: other.abandon(lease, datetime.now(UTC)))
    assert [(outcome.source, outcome.found) for outcome in report.outcomes] == [("news", 0)]


def test_a_source_that_waits_after_a_failure_is_named_and_not_read_unless_forced(app: App) -> None:
    first = refresh_once(app)
    assert [outcome.source for outcome in first.outcomes if outcome.failure] == ["town"]
    assert first.exit_code == 1
    second = refresh_once(app)
    assert [outcome.source for outcome in second.outcomes] == ["news"]
    assert second.skipped == ("town",)
    assert refresh_once(app, due_only=True).skipped == ()
    forced = refresh_once(app, ["town"], force=True)
    assert [outcome.source for outcome in forced.outcomes] == ["town"]


def test_a_holder_that_dies_is_not_waited_for(app: App) -> None:
    other = open_store(app.settings.state, now=datetime.now(UTC))
    other.claim(datetime.now(UTC), LEASE, names=["news"])
    waits = list[float]()

    def wait(seconds: float) -> None:
        if not waits:
            other.close()
        waits.append(seconds)
        assert len(waits) < 100, "it waits for the dead"

    report = refresh_once(app, ["news"], wait=wait)
    assert [outcome.source for outcome in report.outcomes] == ["news"]
