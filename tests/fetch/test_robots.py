"""robots.txt: whose rules count, what stands for them where there are none, how long they hold."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from feeder.errors import (
    ConnectError,
    ForbiddenAddressError,
    ProtocolError,
    RobotsError,
    SourceError,
    WaitError,
)
from feeder.fetch.credentials import Credentials
from feeder.fetch.robots import MOST_BYTES, allows, delay_of, ours, sitemaps
from feeder.fetch.web import Client
from feeder.models import Host
from tests.fetch.clocks import NOON, Clock, a_client, begin, failure, page
from tests.site import codings, faults, redirects, statuses
from tests.site.behaviour import Behaviour
from tests.site.pages import InTurn, Page
from tests.site.server import Site

DAY = 86_400
NOT_A = "User-agent: *\nDisallow: /a\n"


def put(site: Site, robots: str | bytes | Behaviour) -> str:
    """robots.txt at a site, and an address there."""
    is_text = isinstance(robots, (str, bytes))
    site.at("/robots.txt", Page(robots, "text/plain") if is_text else robots)  # type: ignore[arg-type]
    return site.at("/a", Page("<p>a"))


RULES: dict[str, tuple[str, bool]] = {
    "nothing": ("", True),
    "all": ("User-agent: *\nDisallow: /", False),
    "another one's": ("User-agent: other\nDisallow: /", True),
    "ours wins over all": ("User-agent: *\nDisallow: /\n\nUser-agent: feeder\nDisallow: /b", True),
    "ours with nothing in it": ("User-agent: *\nDisallow: /\nUser-agent: feeder\nDisallow:", True),
    "ours in two groups": (
        "User-agent: feeder\nDisallow: /b\n\nUser-agent: x\nDisallow: /c\n\n"
        "User-agent: Feeder/1.0\nDisallow: /a",
        False,
    ),
    "in a list": ("User-agent: x\n\nUser-agent: feeder\n# both\nDisallow: /a", False),
    "a map of the site in a list": (
        "User-agent: feeder\nSitemap: https://a.example/s.xml\nUser-agent: x\nDisallow: /a",
        False,
    ),
    "names that only begin alike": (
        "User-agent: feed\nUser-agent: feeder2\nUser-agent: feederbot\nUser-agent: f\nDisallow: /",
        True,
    ),
    "the longest wins": ("User-agent: *\nDisallow: /\nAllow: /a", True),
    "patterns": ("User-agent: *\nDisallow: /*.html$\nDisallow: /*a", False),
    "by the end": ("User-agent: *\nDisallow: /a$", False),
    "a mark at the beginning": ("\ufeffUser-agent: *\nDisallow: /a", False),
    "CR alone": ("User-agent: *\rDisallow: /a", False),
    "loosely spelt": ("  USER AGENT : *\nDISALLOW : /a # here", False),
    "NUL among it": ("User-agent: *\nDisallow: /\0a", False),
    "without colons": ("User-agent *\nDisallow /a", False),
    "a name without a name": ("User-agent: *\nUser-agent:\nDisallow: /a", False),
    "before anybody is named": ("Disallow: /\nUser-agent: x\nDisallow: /", True),
}


@pytest.mark.parametrize("name", RULES)
def test_the_rules_for_us_are_those_that_count(name: str) -> None:
    text, allowed = RULES[name]
    assert allows(ours(text.encode()), "https://a.example/a") is allowed


@pytest.mark.parametrize(
    ("told", "seconds"), [("5", 5), ("0.5", 0.5), ("3600", 60), ("-1", 0), ("nan", 0), ("x", 0)]
)
def test_a_delay_is_a_minute_at_most(told: str, seconds: float) -> None:
    assert delay_of(ours(f"User-agent: *\nCrawl-delay: {told}\n".encode())) == seconds


def test_the_sitemaps_that_it_names_are_for_all() -> None:
    told = (
        b"\xef\xbb\xbfSitemap: https://a.example/map.xml\nUser-agent: other\nDisallow: /\r\n"
        b"SITEMAP:https://a.example/map.xml\n  sitemap : https://b.example/news.xml # of news\n"
        b"Sitemap: /relative.xml\nSitemap: file:///etc/passwd\nSitemaps: https://c.example/\n"
    )
    assert sitemaps(told) == ("https://a.example/map.xml", "https://b.example/news.xml")
    many = b"".join(b"Sitemap: https://a.example/%d\n" % n for n in range(100))
    assert len(sitemaps(many)) == 10


def test_a_fetcher_tells_the_sitemaps_of_the_sites_that_it_met(client: Client) -> None:
    with Site() as site:
        url = site.at("/a", Page())
        site.at("/robots.txt", Page(f"Sitemap: {site.url('/map.xml')}\n", "text/plain"))
        web = begin(client, url, robots=True)
        assert web.sitemaps(url) == ()
        web.fetch(url)
        assert web.sitemaps(url) == (site.url("/map.xml"),)


def test_what_comes_after_500_kb_is_not_read() -> None:
    filler = b"# " + b"x" * MOST_BYTES + b"\n"
    assert allows(ours(filler + NOT_A.encode()), "https://a.example/a")
    assert not allows(ours(NOT_A.encode() + filler), "https://a.example/a")


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: a{n}\n" for n in range(25_000)) + "Disallow: /b\n" * 10_000,
        "User-agent: feeder\n" * 26_000,
        "User-agent: *\n" + "Disallow: /*b*c*d\n" * 28_000,
        "User-agent: *\nDisallow: /" + "*a" * 255_000 + "b\n",
        "User-agent: *\nDisallow: /" + "$" * 500_000,
        "User-agent: *\nDisallow: /" + "%" * 500_000,
        "user-agent" + " " * 500_000 + ":x",
        "\0" * 500_000,
    ],
    ids=lambda text: text[:24],
)
def test_no_file_takes_more_than_its_length_to_read(text: str) -> None:
    """protego alone copies each rule for each name before it: 400 s for the first of them."""
    begun = time.process_time()
    allows(ours(text.encode()), "https://a.example/" + "a" * 7_000)
    assert time.process_time() - begun < 8  # 0.6 s on the machine where it was written


def test_what_a_site_asks_robots_to_leave_alone_is_not_asked_for(client: Client) -> None:
    with Site() as site:
        url = put(site, NOT_A)
        error = failure(client, url, robots=True)
        assert type(error) is RobotsError
        assert "robots = false" in error.advice
        assert site.paths == ["/robots.txt"]
        assert page(client, site.at("/b", Page("<p>b")), robots=True).body == b"<p>b"
        assert page(client, url, robots=False).body == b"<p>a"


def test_it_is_asked_for_without_credentials_and_once_a_day(client: Client, clock: Clock) -> None:
    with Site() as site:
        url = put(site, "")
        web = begin(client, url, robots=True, credentials=Credentials(headers={"x-key": "secret"}))
        for _ in range(3):
            web.fetch(url)
        assert site.paths == ["/robots.txt", *["/a"] * 3]
        assert "x-key" not in site.requests[0].headers
        assert site.requests[1].headers["x-key"] == "secret"
        clock.go_on(DAY + 1)
        page(client, url, robots=True)
        assert site.paths.count("/robots.txt") == 2


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 451])
def test_where_there_is_none_nothing_is_forbidden(client: Client, code: int) -> None:
    with Site() as site:
        assert page(client, put(site, statuses.Status(code)), robots=True).body == b"<p>a"


JUNK: dict[str, Behaviour] = {
    "binary": Page(bytes(range(256)) * 500, "application/octet-stream"),
    "a page": Page("<html><body>Disallow: /<p>User-agent: *</body></html>"),
    "a loop": redirects.Loop(),
    "no end of redirects": redirects.EndlessRedirects(),
    "to nowhere": redirects.Redirect("javascript:alert(1)"),
}


@pytest.mark.parametrize("name", JUNK)
def test_what_is_no_robots_txt_forbids_nothing(client: Client, name: str) -> None:
    with Site() as site:
        assert page(client, put(site, JUNK[name]), robots=True).body == b"<p>a"
        assert len(site.requests) <= 7


def test_redirects_of_it_are_followed_to_other_hosts(client: Client) -> None:
    with Site() as other, Site() as site:
        url = put(site, redirects.Redirect(other.at("/rules", Page(NOT_A, "text/plain")), 301))
        assert type(failure(client, url, robots=True)) is RobotsError


def test_it_may_be_larger_than_a_page_may(client: Client) -> None:
    with Site() as site:
        url = put(site, "# Welcome.\n" * 400 + NOT_A)
        assert type(failure(client, url, robots=True, max_bytes=1_000)) is RobotsError
        assert page(client, site.at("/b", Page("<p>b")), robots=True, max_bytes=1_000).body


def test_where_a_redirect_leads_the_rules_of_that_place_hold(client: Client) -> None:
    with Site() as other, Site() as site:
        site.at("/robots.txt", Page("", "text/plain"))
        target = put(other, NOT_A)
        url = site.at("/go", redirects.Redirect(target))
        assert type(failure(client, url, robots=True)) is RobotsError
        assert other.paths == ["/robots.txt"]


def test_a_server_that_cannot_say_is_not_asked_for_pages_nor_again_at_once(
    client: Client, clock: Clock
) -> None:
    with Site() as site:
        url = put(site, InTurn(statuses.Status(500), Page("", "text/plain")))
        for _ in range(3):  # three sources
            error = failure(client, url, robots=True)
            assert type(error) is RobotsError
            assert "500" in error.message
            assert "12:15" in error.advice
        assert site.paths == ["/robots.txt"]
        clock.go_on(15 * 60 + 1)
        assert page(client, url, robots=True).body == b"<p>a"


@pytest.mark.parametrize(
    ("behaviour", "named"),
    [
        (faults.Reset(), ConnectError),
        (faults.Closed("body"), ProtocolError),
        (redirects.Redirect("http://10.0.0.1/robots.txt"), ForbiddenAddressError),
        (codings.Coded(codings.bomb("gzip")), RobotsError),
    ],
    ids=["reset", "cut short", "to a private address", "a bomb"],
)
def test_a_fault_of_it_is_met_once_in_a_refresh(
    client: Client, behaviour: Behaviour, named: type[SourceError]
) -> None:
    with Site() as site:
        web = begin(client, url := put(site, behaviour), robots=True)
        for _ in range(10):
            with pytest.raises(named) as caught:
                web.fetch(url)
            assert caught.value.message
        assert site.paths == ["/robots.txt"]
        failure(client, url, robots=True)
        assert len(site.requests) == 2


@pytest.mark.parametrize("fault", [statuses.Status(503), faults.Reset()], ids=repr)
def test_an_old_copy_serves_for_a_month_where_there_is_no_newer_one(
    fault: Behaviour, clock: Clock
) -> None:
    memory: dict[str, Host] = {}
    with Site() as site:
        url = put(site, InTurn(Page("User-agent: *\nDisallow: /b\n", "text/plain"), fault))
        forbidden = site.at("/b", Page())
        clients = [a_client(clock, memory) for _ in range(3)]
        page(clients[0], url, robots=True)
        clock.go_on(29 * DAY)
        web = begin(clients[1], url, robots=True)
        for _ in range(3):
            assert web.fetch(url)
        with pytest.raises(RobotsError, match="leave it alone"):
            web.fetch(forbidden)
        assert site.paths.count("/robots.txt") == 2
        clock.go_on(2 * DAY)
        assert isinstance(failure(clients[2], url, robots=True), (RobotsError, ConnectError))
        for each in clients:
            each.close()


def test_what_one_run_read_the_next_one_need_not(clock: Clock) -> None:
    memory: dict[str, Host] = {}
    with Site() as site:
        url = put(site, NOT_A)
        for _ in range(2):
            client = a_client(clock, memory)
            assert type(failure(client, url, robots=True)) is RobotsError
            client.close()
        assert site.paths == ["/robots.txt"]
        (host,) = memory.values()
        assert host.robots_until is not None
        assert (host.robots_until - NOON).days == 1


def test_what_two_processes_learn_of_a_host_is_kept_of_both(clock: Clock) -> None:
    memory: dict[str, Host] = {}
    one, other = a_client(clock, memory), a_client(clock, memory)
    with Site() as site:
        url = put(site, "")
        page(one, url, robots=False)  # which knows the host from here on
        failure(other, site.at("/b", statuses.TooManyRequests()), robots=False)
        assert type(failure(one, url, robots=True)) is WaitError
        (host,) = memory.values()
        assert host.robots is not None
        assert host.wait_until is not None
    one.close()
    other.close()


def test_a_host_that_wants_patience_at_its_robots_txt_gets_it(client: Client) -> None:
    with Site() as site:
        url = put(site, statuses.TooManyRequests("120"))
        for _ in range(3):
            assert type(failure(client, url, robots=True)) is WaitError
            assert type(failure(client, url, robots=False)) is WaitError
        assert site.paths == ["/robots.txt"]


def test_those_who_come_at_once_ask_once() -> None:
    client = a_client()
    with Site() as site, ThreadPoolExecutor(8) as pool:
        url = put(site, InTurn(faults.Late(0.2, b""), faults.Late(0, NOT_A.encode())))
        asked = [pool.submit(page, client, url, robots=True, per_host=8) for _ in range(8)]
        assert {each.result().body for each in asked} == {b"<p>a"}
        assert site.paths.count("/robots.txt") == 1
    client.close()


def test_the_delay_that_a_site_asks_for_is_kept(client: Client, clock: Clock) -> None:
    with Site() as site:
        url = put(site, "User-agent: *\nCrawl-delay: 20\n")
        web = begin(client, url, robots=True)
        web.fetch(url)
        web.fetch(url)
        assert 20 <= clock.waited < 41
        begin(client, url, robots=False).fetch(url)
        before = clock.waited
        begin(client, url, robots=False).fetch(url)
        assert clock.waited == before
