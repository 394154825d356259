"""Pace: how many at a time ask a host, and how long it has peace between two."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from feeder.errors import BudgetError, FetchError
from feeder.fetch.pace import Pace
from feeder.fetch.transport import Transport
from feeder.fetch.web import Client
from tests.fetch.clocks import Clock, a_client, begin, page
from tests.site import faults
from tests.site.names import Names
from tests.site.pages import Page
from tests.site.server import Site
from tests.site.wire import Request, Wire


def take(pace: Pace, clock: Clock, *, delay: float = 1.0, took: float = 0.0) -> None:
    until = clock.monotonic() + 1_000
    with pace.turn("a", per_host=1, until=until, stopping=lambda: False) as turn:
        turn.delay = delay
        clock.go_on(took)


def test_nobody_waits_before_the_first_request_and_all_do_after_the_end_of_one() -> None:
    clock = Clock()
    pace = clock.pace()
    take(pace, clock, took=5)
    assert clock.waited == 0
    take(pace, clock)
    assert clock.waited == pytest.approx(1)


def test_up_to_a_fifth_of_the_delay_is_added_at_random() -> None:
    for jitter, waited in ((0.0, 10), (0.5, 11), (1.0, 12)):
        clock = Clock()
        pace = clock.pace(jitter)
        take(pace, clock, delay=10)
        take(pace, clock)
        assert clock.waited == pytest.approx(waited)


def test_a_turn_that_would_come_too_late_is_refused_at_once() -> None:
    clock = Clock()
    pace = clock.pace()
    take(pace, clock, delay=60)
    until = clock.monotonic() + 30
    with (
        pytest.raises(BudgetError, match="its turn"),
        pace.turn("a", per_host=1, until=until, stopping=lambda: False),
    ):
        raise AssertionError("it had a turn")
    assert clock.waited == 0


def test_a_wait_ends_when_feeder_does() -> None:
    clock = Clock()
    pace = clock.pace()
    take(pace, clock, delay=60)
    until = clock.monotonic() + 100
    with (
        pytest.raises(BudgetError, match="about to end"),
        pace.turn("a", per_host=1, until=until, stopping=lambda: clock.waited > 2),
    ):
        raise AssertionError("it had a turn")
    assert clock.waited < 3


def test_hosts_that_have_had_their_peace_are_forgotten() -> None:
    clock = Clock()
    pace = clock.pace()
    for number in range(10_000):
        with pace.turn(str(number), per_host=1, until=9_999, stopping=bool):
            pass
    clock.go_on(10)
    take(pace, clock)
    assert len(pace._lines) == 1


def test_the_end_of_a_turn_is_the_end_of_it_whatever_happens_inside() -> None:
    clock = Clock()
    pace = clock.pace()
    with pytest.raises(KeyError), pace.turn("a", per_host=1, until=2_000, stopping=bool):
        raise KeyError
    take(pace, clock)


class Together:
    """Answers when so many have asked."""

    def __init__(self, number: int) -> None:
        self._barrier = threading.Barrier(number, timeout=10)

    def answer(self, asked: Request, wire: Wire) -> None:
        """All at once."""
        self._barrier.wait()
        wire.reply(200, {}, b"together")


def test_one_request_at_a_time_goes_to_a_host_and_two_where_that_is_allowed() -> None:
    for allowed in (1, 2):
        client = Client()
        with Site() as site, ThreadPoolExecutor(6) as pool:
            url = site.at("/a", Together(allowed))
            asked = [pool.submit(page, client, url, per_host=allowed) for _ in range(6)]
            assert all(each.result().body == b"together" for each in asked)
            assert site.most_in_flight == allowed
        client.close()


def test_hosts_do_not_wait_for_each_other() -> None:
    clock = Clock()
    client = a_client(clock)
    with Site() as one, Site() as other:
        for site in (one, other):
            assert page(client, site.at("/a", Page()), delay="1h").body
    client.close()
    assert clock.waited == 0


def test_the_delay_lies_between_two_requests_of_any_sources() -> None:
    clock = Clock()
    client = a_client(clock)
    with Site() as site:
        for number in range(3):
            page(client, site.at(f"/{number}", Page()), delay="7s")
    client.close()
    assert clock.waited == pytest.approx(14, abs=0.1)


def test_a_delay_below_a_second_is_for_those_inside_of_allow_networks() -> None:
    """By the address that answered: a proxy is nobody's own site, whatever network it is in."""
    clock = Clock()
    client = Client(
        transport=Transport(resolve=Names({"inside.example": ["127.0.0.1"]})), pace=clock.pace()
    )
    with Site() as site:
        for name in ("127.0.0.1", "inside.example"):
            for _ in range(3):
                page(client, site.at("/a", Page(), host=name))
        assert clock.waited == 0
        for _ in range(2):
            page(client, "http://outside.example/a", proxy=site.url())
    client.close()
    assert clock.waited == pytest.approx(1, abs=0.1)


def test_who_cannot_be_reached_has_peace_too_and_who_must_not_be_asked_costs_none() -> None:
    clock = Clock()
    client = a_client(clock)
    with Site() as site:
        refused = site.at("/a", faults.Refused())
        web = begin(client, refused, delay="3s")
        for _ in range(2):
            with pytest.raises(FetchError):
                web.fetch(refused)
        assert clock.waited == pytest.approx(3, abs=0.1)
        for _ in range(3):
            with pytest.raises(FetchError):
                web.fetch("http://10.0.0.1/")
    client.close()
    assert clock.waited == pytest.approx(3, abs=0.1)
