"""Sources of one server wait for each other without holding up those of others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from feeder import scheduler
from feeder.scheduler import Scheduler
from tests.refresh.room import Room
from tests.refresh.test_web import KINDS
from tests.site.blog import Blog
from tests.site.server import Site
from tests.site.wire import Request, Wire


class Held:
    """A page that does not come before it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def answer(self, asked: Request, wire: Wire) -> None:
        self.let_go.wait(20)
        wire.reply(404, {}, b"", method=asked.method)


def until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def test_a_server_that_keeps_its_sources_waiting_keeps_no_other(
    room: Room, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "AT_ONCE", 2)
    held, stop = Held(), threading.Event()
    with Site(address="127.0.0.2") as other:
        for number in range(5):  # claimed first, by their names
            url = site.at(f"/{number}", held)
            room.source(f'kind = "listing"\nurl = "{url}"\n[fetch]\nrobots = false\n', f"a{number}")
        room.source(KINDS["feed"].format(base=other.at("/", Blog(articles=2))), "z")
        with room.open() as app:
            service = Scheduler(app, stop)
            for _ in range(8):
                service.tick()

            def done() -> list[str]:
                return [s.name for s in app.store.states() if s.outcome is not None]

            assert until(lambda: done() == ["z"])
            held.let_go.set()

            def all_had_their_turn() -> bool:
                service.tick()
                return len(done()) == 6

            assert until(all_had_their_turn)
            assert site.most_in_flight == 1
            stop.set()
            assert service.end()


def test_those_that_wait_are_given_back_at_the_end(room: Room, site: Site) -> None:
    held, stop = Held(), threading.Event()
    for number in range(3):
        url = site.at(f"/{number}", held)
        room.source(f'kind = "listing"\nurl = "{url}"\n[fetch]\nrobots = false\n', f"a{number}")
    with room.open() as app:
        service = Scheduler(app, stop)
        for _ in range(3):
            service.tick()
        stop.set()
        threading.Timer(0.2, held.let_go.set).start()
        assert service.end()
        states = app.store.states()
        assert [s.name for s in states if s.outcome is not None] == ["a0"]
        assert all(s.leased_until is None for s in states)
        assert all(s.next_check_at and s.next_check_at <= datetime.now(UTC) for s in states[1:])


def test_a_source_of_a_newer_configuration_is_left_to_who_knows_it(room: Room, site: Site) -> None:
    stop = threading.Event()
    room.source(KINDS["feed"].format(base=site.at("/", Blog(articles=2))), "z")
    with room.open() as app:
        service = Scheduler(app, stop)
        room.source(KINDS["feed"].format(base=site.url("/")), "a")  # due before ours, by its name
        with room.open() as newer:
            assert set(newer.jobs) == {"a", "z"}
        for _ in range(40):  # more than there are threads
            service.tick()
        states = {state.name: state for state in app.store.states()}
        assert until(lambda: any(s.outcome for s in app.store.states()))
        stop.set()
        assert service.end()
        states = {state.name: state for state in app.store.states()}
        assert states["z"].outcome is not None
        assert states["a"].outcome is None
        assert states["a"].leased_until is None
