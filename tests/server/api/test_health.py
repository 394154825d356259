"""Whether all is well is told to everybody in a word, and in full to who may know."""

from __future__ import annotations

import itertools
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeder.errors import StateError
from feeder.server import record
from feeder.server.api import health
from feeder.server.desk import Desk
from feeder.server.noted import Checked
from feeder.server.shelf import Shelf
from tests.server.api.conftest import Served, opened, project, serving


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with opened(project(tmp_path)) as (app, desk), serving(app, desk) as found:
        app.settings.public.mkdir(parents=True)
        yield found


def ready(served: Served, desk: Desk | None = None) -> tuple[int, list[str]]:
    with serving(served.app, desk or served.desk) as found:
        reply = found.ask("/readyz", token=None)
        return reply.status, reply.json.get("not", [])


def test_who_is_alive_says_so_to_everybody_and_nothing_more(served: Served) -> None:
    for told in ({}, {"host": "evil.example"}):
        reply = served.ask("/healthz", token=None, headers=told)
        assert (reply.status, reply.json) == (200, {"status": "ok"})


def test_who_is_ready_says_so(served: Served) -> None:
    assert ready(served) == (200, [])


def test_a_scheduler_that_hangs_is_named(served: Served) -> None:
    old = datetime.now(UTC) - timedelta(seconds=31)
    assert ready(served, Desk(served.desk.current, lambda: old)) == (503, ["scheduler"])
    ahead = datetime.now(UTC) + timedelta(hours=1)  # the clock was put back
    assert ready(served, Desk(served.desk.current, lambda: ahead)) == (200, [])


def test_a_public_folder_that_is_gone_is_named(served: Served) -> None:
    shutil.rmtree(served.app.settings.public)
    assert ready(served) == (503, ["public folder"])
    told = served.ask("/api/v1/health").json
    (folder,) = [check for check in told["checks"] if check["what"] == "public folder"]
    assert not told["ok"]
    assert not folder["ok"]
    assert str(served.app.settings.public) in folder["message"]
    assert folder["advice"]


def test_a_database_that_cannot_be_read_is_named_and_nothing_of_it_told(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> int:
        raise StateError("the database at /secret/place is gone", advice="bring it back")

    monkeypatch.setattr(served.app.store, "latest_transition", refuse)
    assert ready(served) == (503, ["database"])
    reply = served.ask("/readyz", token=None)
    assert "secret" not in reply.body.decode()
    assert "bring it back" in served.ask("/api/v1/health").body.decode()


def test_a_database_that_does_not_answer_keeps_nobody_waiting(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DATABASE_SECONDS", 0.2)
    answers = threading.Event()
    monkeypatch.setattr(served.app.store, "latest_transition", lambda: answers.wait(20))
    try:
        before = time.monotonic()
        assert served.ask("/readyz", token=None).json["not"] == ["database"]
        assert time.monotonic() - before < 5
        assert served.ask("/healthz", token=None).status == 200
    finally:
        answers.set()


def test_a_database_that_hangs_takes_one_thread_however_often_somebody_asks(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DATABASE_SECONDS", 0.05)
    monkeypatch.setattr(health, "_REUSED", 0.0)
    answers, looks = threading.Event(), list[int]()

    def hang() -> None:
        looks.append(1)
        answers.wait(20)

    monkeypatch.setattr(served.app.store, "latest_transition", hang)
    try:
        for _ in range(5):
            assert served.ask("/readyz", token=None).json["not"] == ["database"]
        assert len(looks) == 1
    finally:
        answers.set()
    monkeypatch.undo()
    time.sleep(0.1)
    assert served.ask("/readyz", token=None).status == 200  # it has healed


def test_who_is_alive_says_so_while_the_record_of_documents_cannot_be_had(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    monkeypatch.setattr(record, "shelf_of", lambda app: answers.wait(20) and Shelf())
    with serving(served.app, served.desk) as found:
        try:
            assert found.ask("/healthz", token=None).status == 200
            assert found.ask("/readyz", token=None).status == 200
        finally:
            answers.set()


def test_a_crowd_that_asks_has_the_database_looked_at_once_a_second(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = list[float]()
    monkeypatch.setattr(
        served.app.store, "latest_transition", lambda: looks.append(time.monotonic())
    )
    for _ in range(20):
        assert served.ask("/readyz", token=None).status == 200
    assert all(after - before > 0.9 for before, after in itertools.pairwise(looks))


def test_a_server_alone_need_not_write_what_it_serves(served: Served) -> None:
    assert ready(served, Desk(served.desk.current)) == (200, [])
    assert [one["what"] for one in _checks(served, Desk(served.desk.current))] == [
        "database",
        "public folder",
    ]


def _checks(served: Served, desk: Desk) -> list[dict[str, object]]:
    with serving(served.app, desk) as found:
        checks: list[dict[str, object]] = found.ask("/api/v1/health").json["checks"]
        return checks


def test_what_readers_get_is_part_of_health_and_not_of_being_ready(served: Served) -> None:
    wrong = Checked(datetime.now(UTC), "http://localhost:1/", "it answers 404", "see to it")
    served.desk.noted.checked = wrong
    told = served.ask("/api/v1/health").json
    assert not told["ok"]
    assert told["checks"][-1] == {
        "what": "own feed",
        "ok": False,
        "message": "it answers 404",
        "advice": "see to it",
    }
    assert ready(served) == (200, [])
