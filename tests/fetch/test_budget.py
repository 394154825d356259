"""What one refresh may use: requests, bytes, time; and that it ends when feeder does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from feeder.errors import (
    BudgetError,
    ConnectError,
    ProtocolError,
    RedirectError,
    TimeLimitError,
    TooLargeError,
)
from feeder.fetch.budget import most_bytes
from feeder.fetch.hosts import Hosts
from feeder.fetch.web import Client
from feeder.models import Host
from tests.fetch.clocks import Clock, a_client, begin
from tests.site import endless, faults, redirects
from tests.site.pages import Page
from tests.site.server import Site
from tests.site.wire import Request, Wire


@pytest.fixture
def client() -> Iterator[Client]:
    client = a_client()
    yield client
    client.close()


@pytest.mark.parametrize("robots", [False, True])
def test_no_more_requests_are_made_than_a_refresh_may(client: Client, robots: bool) -> None:
    """Those for robots.txt and of redirects count: it is the site that is to be spared."""
    with Site() as site:
        url = site.at("/a", Page())
        web = begin(client, url, max_requests=4, robots=robots)
        with pytest.raises(BudgetError, match="all 4 requests") as caught:
            for _ in range(9):
                web.fetch(url)
        assert "max_requests" in caught.value.advice
        assert web.requests == len(site.requests) == 4


def test_redirects_count(client: Client) -> None:
    with Site() as site:
        url = site.at("/a", redirects.EndlessRedirects())
        web = begin(client, url, max_requests=3)
        with pytest.raises(BudgetError):
            web.fetch(url)
        assert len(site.requests) == 3


def test_no_more_bytes_are_read_than_a_refresh_may_also_where_nothing_comes_of_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeder.fetch.budget._LEAST_BYTES", 0)
    with Site() as site:
        good = site.at("/a", Page("x" * 1_500))
        endless_body = site.at("/b", endless.InfiniteBody())
        web = begin(client, good, max_bytes=2_000)
        web.fetch(good)
        assert 1_500 < web.wire_bytes < 2_000
        with pytest.raises(TooLargeError):
            web.fetch(endless_body)
        assert web.wire_bytes > 3_500
        with pytest.raises(BudgetError, match="bytes of this refresh"):
            for _ in range(25):
                web.fetch(good)
        assert web.wire_bytes < 300_000  # a piece more than it may, of what comes at once


def test_who_wants_no_large_pages_may_have_many_small_ones() -> None:
    assert most_bytes(10_000_000) == 200_000_000
    assert most_bytes(50_000) == most_bytes(8_000_000) == 160_000_000


def test_a_refresh_ends_in_the_midst_of_an_answer(client: Client) -> None:
    client = Client()
    with Site() as site:
        url = site.at("/a", faults.Drip(every=0.02))
        begun = time.monotonic()
        with pytest.raises(BudgetError, match="time of this refresh"):
            begin(client, url, seconds=0.3).fetch(url)
        assert time.monotonic() - begun < 20  # and not the 60 s of one answer
        web = begin(client, url, seconds=0)
        with pytest.raises(BudgetError):
            web.fetch(url)
        assert web.requests == 0
    client.close()


class SlowHops:
    """Redirects that take their time, each to an address that was not asked for yet."""

    def answer(self, asked: Request, wire: Wire) -> None:
        """After a while."""
        wire.wait(0.4)
        wire.reply(302, {"Location": f"{asked.path}x"})


def test_the_time_for_one_answer_is_for_all_its_redirects() -> None:
    client = Client()
    with Site() as site:
        url = site.at("/a", SlowHops())
        for name in ("/ax", "/axx", "/axxx"):
            site.at(name, SlowHops())
        with pytest.raises(TimeLimitError, match="total_timeout"):
            begin(client, url, total_timeout="1s").fetch(url)
        assert len(site.requests) <= 3
    client.close()


def test_nothing_is_asked_any_more_when_feeder_is_about_to_end(client: Client) -> None:
    with Site() as site:
        url = site.at("/a", Page())
        with pytest.raises(BudgetError, match="about to end"):
            begin(client, url, stopping=lambda: True).fetch(url)
        assert site.requests == ()


def test_one_failure_costs_the_next_request_nothing(client: Client) -> None:
    with Site() as site:
        web = begin(client, site.url())
        for url, named in (
            (site.at("/a", faults.Refused()), ConnectError),
            (site.at("/b", faults.Closed("body")), ProtocolError),
            (site.at("/c", redirects.Loop()), RedirectError),
        ):
            with pytest.raises(named):
                web.fetch(url)
        assert web.fetch(site.at("/d", Page()))


def test_many_threads_share_one_client() -> None:
    client = Client()
    with ExitStack() as stack:
        sites = [stack.enter_context(Site()) for _ in range(4)]
        for site in sites:
            site.at("/robots.txt", Page("", "text/plain"))
        urls = [site.at(f"/{number}", Page()) for number in range(8) for site in sites]

        def refresh(start: int) -> int:
            web = begin(client, urls[start], robots=True, per_host=2, seconds=60)
            return sum(web.fetch(url) is not None for url in urls[start:] + urls[:start])

        with ThreadPoolExecutor(12) as pool:
            assert list(pool.map(refresh, range(12))) == [len(urls)] * 12
        for site in sites:
            assert site.paths.count("/robots.txt") == 1
            assert site.most_in_flight <= 2
    client.close()


def test_hosts_in_memory_are_few_and_none_is_forgotten_for_good() -> None:
    memory: dict[str, Host] = {}

    def keep(host: Host) -> None:
        memory[host.origin] = host

    hosts = Hosts(memory.get, keep, most=2_000)
    for number in range(10):
        hosts.learn(f"http://{number}.example", robots=str(number))
    assert len(hosts._known) == 3
    hosts.learn("http://0.example", robots="x" * 3_000)
    hosts.learn("http://0.example", robots="0")
    assert (len(hosts._known), hosts._size) == (1, 501)
    assert [hosts.get(f"http://{n}.example").host.robots for n in range(10)] == list("0123456789")


def test_a_refresh_waits_for_its_turn_no_longer_than_it_may_last() -> None:
    clock = Clock()
    client = a_client(clock)
    with Site() as site:
        url = site.at("/a", Page())
        web = begin(client, url, delay="60s", seconds=100)
        web.fetch(url)
        web.fetch(url)
        with pytest.raises(BudgetError, match="its turn"):
            web.fetch(url)
        assert clock.waited < 100
        assert web.requests == 2
    client.close()
