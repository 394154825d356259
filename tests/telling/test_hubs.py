"""Hubs are told of what has changed, after it lies there, and never hold anything up."""

from __future__ import annotations

import os
import signal
import time
from urllib.parse import parse_qs

import pytest

from feeder.app import App, load, open_app
from feeder.rounds.once import Report, refresh_once
from tests.store.nouns import ended, put, start, stories
from tests.telling.conftest import Desk
from tests.telling.hub import Hub, Manner, hub


def topics(told: Hub) -> list[str]:
    found = []
    for kind, body in told.posted:
        assert kind == "application/x-www-form-urlencoded"
        form = parse_qs(body.decode())
        assert form["hub.mode"] == ["publish"] and form["hub.url"] == form["hub.topic"]
        found += form["hub.topic"]
    return sorted(found)


def refreshed(app: App, *numbers: int) -> Report:
    """A run that publishes these articles, with nothing to read itself, which takes workers."""
    put(app.store, stories(*numbers))
    return refresh_once(app, ["news"], force=True)


def test_each_changed_document_is_told_once_and_what_is_as_it_was_is_not(desk: Desk) -> None:
    with hub() as told:
        publish = f'hubs = ["{told.url}"]\nformats = ["atom", "json", "html"]'
        app = desk.open(publish=publish, sources=("news",))
        refreshed(app, 1)
        [atom, json] = topics(told)
        assert atom.endswith(".atom") and json.endswith(".json")
        assert (app.settings.public / atom.removeprefix("https://news.example/")).exists()
        assert app.store.undelivered() == []
        told.posted.clear()
        refreshed(app)
        assert told.posted == []
        refreshed(app, 2)
        assert topics(told) == [atom, json]


def test_other_settings_that_make_the_same_bytes_are_no_news(desk: Desk) -> None:
    with hub() as told:
        publish = f'hubs = ["{told.url}"]\nformats = ["atom"]\n'
        refreshed(desk.open(publish=publish, sources=("news",)), 1)
        assert len(topics(told)) == 1
        refreshed(desk.open(publish=f"{publish}max_entries = 59", sources=("news",)))
        assert len(topics(told)) == 1


def test_feeds_that_no_hub_can_reach_are_not_told_and_check_says_so(desk: Desk) -> None:
    with hub() as told:
        app = desk.open(publish=f'hubs = ["{told.url}"]\nprivate = true', sources=("news",))
        refreshed(app, 1)
        assert not any("hub" in warning for warning in app.settings.warnings)
        desk.close()
        config = desk.folder / "config/feeder.toml"
        text = config.read_text().replace("https://news.example", "http://127.0.0.1:8080")
        config.write_text(text.replace("private = true", ""))
        with open_app(load(desk.folder / "config")) as local:
            refreshed(local, 2)
            assert any(local.settings.public.rglob("*.atom"))
            assert local.store.undelivered() == []
            assert any("hub" in warning for warning in local.settings.warnings)
        assert told.posted == []


@pytest.mark.parametrize("manner", ["failing", "patient", "elsewhere", "resetting"])
def test_a_hub_that_misbehaves_changes_nothing_but_what_waits(desk: Desk, manner: Manner) -> None:
    with hub(manner) as told:
        app = desk.open(publish=f'hubs = ["{told.url}"]', sources=("news",))
        report = refreshed(app, 1)
        assert report.exit_code == 0 and any(app.settings.public.rglob("*.atom"))
        [waiting] = app.store.undelivered()
        assert waiting.tries == 1 and waiting.error
        minutes = (waiting.due_at - waiting.created_at).total_seconds() / 60
        assert (119 < minutes < 121) if manner == "patient" else (0.9 < minutes < 1.5)
        refreshed(app)
        assert len(told.posted) == 1, "it is tried again when its time has come"


def test_a_silent_hub_takes_a_bounded_part_of_a_run_and_keeps_no_other_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeder.rounds.once.TELLING_SECONDS", 1.5)
    with hub("silent") as silent, hub() as good:
        app = desk.open(publish=f'hubs = ["{silent.url}", "{good.url}"]', sources=("news",))
        began = time.monotonic()
        assert refreshed(app, 1).exit_code == 0
        assert time.monotonic() - began < 5
        assert len(good.posted) == 1
        assert [one.target for one in app.store.undelivered()] == [silent.url]


def test_a_kill_between_commit_and_delivery_loses_nothing(desk: Desk) -> None:
    with hub() as told:
        publish = f'hubs = ["{told.url}"]'

        def be_killed_before_telling() -> None:
            app = desk.open(publish=publish, sources=("news",))
            app.teller.tell = lambda seconds: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
            refreshed(app, 1)

        assert ended(start(be_killed_before_telling)) == -signal.SIGKILL
        app = desk.open(publish=publish, sources=("news",))
        assert told.posted == []
        app.teller.tell(5)
        assert len(topics(told)) == 1 and app.store.undelivered() == []


def test_a_service_tells_in_the_background_and_ends_at_once(desk: Desk) -> None:
    with hub("silent") as told:
        app = desk.open(publish=f'hubs = ["{told.url}"]', sources=("news",))
        app.teller.close()  # this run tells nobody
        refreshed(app, 1)
        app = desk.open(publish=f'hubs = ["{told.url}"]', sources=("news",))
        began = time.monotonic()
        app.teller.begin()
        app.teller.begin()
        assert time.monotonic() - began < 1
        while not told.posted:
            time.sleep(0.01)
        desk.close()
        assert time.monotonic() - began < 5, "whatever is under way"
        assert len(told.posted) == 1
