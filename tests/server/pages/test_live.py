"""Live pages: told within a second or two, by one look at the record for all; ended at once."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from feeder.app import App
from feeder.server.pages import live
from tests.server.pages.looking import Visitor, serving

SECOND = timedelta(seconds=1)


class Listener:
    """A browser that listens."""

    def __init__(self, visitor: Visitor) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=20)
        self._connection.request("GET", "/status/events")
        self.answer = self._connection.getresponse()

    def line(self) -> str:
        """The next line that is not empty; "" when it has ended."""
        while raw := self.answer.readline():
            if line := raw.decode().rstrip("\n"):
                return line
        return ""

    def close(self) -> None:
        self.answer.close()
        self._connection.close()


@contextmanager
def listening(visitor: Visitor) -> Iterator[Listener]:
    listener = Listener(visitor)
    try:
        assert listener.answer.status == 200
        assert listener.line().startswith("retry:")
        yield listener
    finally:
        listener.close()


def something_happens(app: App) -> None:
    leases = app.store.claim(datetime.now(UTC), SECOND * 60, names=["museum"], force=True)
    assert leases


def test_all_who_listen_are_told_when_something_happens(
    own: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.2)
    with serving(own) as visitor, listening(visitor) as one, listening(visitor) as other:
        kind = one.answer.getheader("content-type")
        assert kind is not None and kind.startswith("text/event-stream")
        assert one.answer.getheader("x-accel-buffering") == "no"
        time.sleep(0.6)  # it has to have looked once to see what changes
        something_happens(own)
        began = time.monotonic()
        assert one.line() == other.line() == "event: news"
        assert time.monotonic() - began < 2


@pytest.mark.slow
def test_the_record_is_looked_at_once_for_all_and_not_at_all_for_nobody(own: App) -> None:
    looks = list[str]()

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        if "max(run.id)" in statement:
            looks.append(statement)

    with serving(own) as visitor:
        event.listen(own.store._database.engine, "before_cursor_execute", note)
        with ExitStack() as listeners:
            for _ in range(10):
                listeners.enter_context(listening(visitor))
            time.sleep(2.2 * live.LOOK_SECONDS)
            assert 2 <= len(looks) <= 4, looks
        time.sleep(2 * live.LOOK_SECONDS)
        looks.clear()
        time.sleep(1.5 * live.LOOK_SECONDS)
        assert not looks


def test_only_so_many_may_listen_and_others_may_when_they_have_gone(
    own: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_LISTENERS", 2)
    with serving(own) as visitor:
        with listening(visitor), listening(visitor):
            refused = visitor.ask("events")
            assert refused.status == 503 and refused.headers["retry-after"] == "60"
            assert visitor.ask().status == 200
        deadline = time.monotonic() + 10
        while visitor_is_refused(visitor) and time.monotonic() < deadline:
            time.sleep(0.1)
        with listening(visitor):
            pass


def visitor_is_refused(visitor: Visitor) -> bool:
    listener = Listener(visitor)
    listener.close()
    return listener.answer.status == 503


def test_listeners_are_let_go_at_once_when_the_server_stops(own: App) -> None:
    stop = threading.Event()
    with serving(own, stop=stop) as visitor, listening(visitor) as one:
        began = time.monotonic()
        stop.set()
        assert one.line() == ""
        assert time.monotonic() - began < 1.5


def test_silence_is_broken_and_an_evening_is_cut(own: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.2)
    monkeypatch.setattr(live, "LONGEST_SECONDS", 0.5)
    with serving(own) as visitor, listening(visitor) as one:
        assert one.line() == ": still here"
        while line := one.line():
            assert line == ": still here"


def test_whoever_reads_nothing_keeps_nobody_from_stopping(own: App) -> None:
    with ExitStack() as clients, serving(own) as visitor:
        for _ in range(5):
            client = socket.create_connection(("127.0.0.1", visitor.port), timeout=5)
            clients.enter_context(client)
            client.sendall(b"GET /status/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(10)
        began = time.monotonic()
    assert time.monotonic() - began < 3
