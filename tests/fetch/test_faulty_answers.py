"""Redirects, names, statuses and robots.txt that mean no good: named, in time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest

from feeder.errors import (
    FetchError,
    ForbiddenAddressError,
    GoneError,
    HostNameError,
    ProtocolError,
    RedirectError,
    SourceError,
    StatusError,
    WaitError,
)
from feeder.fetch.transport import Transport
from feeder.fetch.web import Client
from tests.fetch.faulty import (
    SECRET,
    SLACK,
    TOTAL,
    Case,
    check,
    failure_of,
    fetch,
    outcome_of,
    page,
)
from tests.site import codings, endless, faults, framing, redirects, statuses
from tests.site.behaviour import Behaviour
from tests.site.names import Names
from tests.site.pages import Page
from tests.site.server import Site


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client()
    yield client
    client.close()


LOCATIONS = [
    *((to, (ForbiddenAddressError, RedirectError)) for to in redirects.PRIVATE),
    *((to, (ForbiddenAddressError, RedirectError, HostNameError)) for to in redirects.TRICKS),
    *((to, (ForbiddenAddressError, RedirectError)) for to in redirects.SCHEMES),
]


def test_no_redirect_leads_to_this_machine_or_its_network() -> None:
    """Whatever the spelling: one address is allowed, and nothing else is asked."""
    names = Names({name: ["127.0.0.1"] for name in ("localhost", "localhost.", "127.0.0.1.")})
    client = Client(transport=Transport(resolve=names))
    wrong = {}
    with ExitStack() as sites:
        sites.callback(client.close)
        victim = sites.enter_context(Site())
        site = sites.enter_context(Site(address="127.0.0.2"))
        for number, (to, named) in enumerate(LOCATIONS):
            for aimed in {to, to.replace("127.0.0.1/", f"127.0.0.1:{victim.port}/")}:
                url = site.at(f"/{number}", redirects.Redirect(aimed))
                error = _refusal(client, url)
                if not isinstance(error, named):
                    wrong[aimed] = repr(error)
        assert not wrong
        assert victim.connections == 0


def _refusal(client: Client, url: str) -> object:
    try:
        return fetch(client, url, allow_networks=["127.0.0.2/32"])
    except SourceError as error:
        return error


@pytest.mark.parametrize("name", redirects.NOWHERE)
def test_redirects_to_nowhere(client: Client, name: str) -> None:
    with Site() as site:
        error = failure_of(client, site.at("/a", redirects.NOWHERE[name]))
    assert isinstance(error, (RedirectError, StatusError, ProtocolError))


@pytest.mark.parametrize(
    "loop", [redirects.Loop(), redirects.Loop(308), redirects.EndlessRedirects()], ids=repr
)
def test_redirects_without_an_end(client: Client, loop: Behaviour) -> None:
    with Site() as site:
        assert type(failure_of(client, site.at("/a", loop))) is RedirectError
        assert len(site.requests) <= 6


def test_five_redirects_are_followed_and_six_are_not(client: Client) -> None:
    with Site() as site:
        good = site.at("/good", Page("<p>good"))
        assert page(client, site.at("/five", redirects.Hops(5, good))).final_url == good
        with pytest.raises(RedirectError):
            fetch(client, site.at("/six", redirects.Hops(6, good)))


def test_https_does_not_lead_to_http(client: Client) -> None:
    with Site() as plain, Site(tls=True) as site:
        url = site.at("/a", redirects.Redirect(plain.at("/a", Page())))
        error = failure_of(client, url, ca_file=str(site.ca_file))
        assert type(error) is RedirectError
        assert plain.requests == ()


def test_credentials_stay_with_the_origin_of_the_source(client: Client) -> None:
    with Site() as other, Site() as site:
        target = other.at("/b", redirects.Redirect(site.at("/c", Page("<p>back"))))
        assert fetch(client, site.at("/a", redirects.Redirect(target))) == b"<p>back"
        assert SECRET in str(site.requests[0].headers)
        assert SECRET not in str(other.requests[0].headers)
        for asked in (*site.requests, *other.requests):
            assert "referer" not in asked.headers


STATUSES: dict[str, Case] = {
    **{str(code): (statuses.Status(code), StatusError) for code in statuses.REFUSALS},
    **{str(code): (statuses.Status(code), StatusError) for code in statuses.FAILURES},
    "410": (statuses.Gone(), GoneError),
    "429": (statuses.TooManyRequests(), WaitError),
    "503 with a time": (statuses.Unavailable("120"), WaitError),
    "304 that nobody asked for": (statuses.NotModified(), ProtocolError),
    "304 with a validator": (statuses.NotModified({"ETag": '"x"'}), ProtocolError),
}


def test_statuses_that_say_no(client: Client) -> None:
    check(client, STATUSES)


@pytest.mark.parametrize(
    "answer", [statuses.Partial(), statuses.NoContent(), statuses.NoContent(205)], ids=repr
)
def test_successes_that_hold_no_page(client: Client, answer: Behaviour) -> None:
    assert isinstance(outcome_of(client, answer), FetchError)


@pytest.mark.parametrize("value", [*statuses.RETRY_AFTER, *statuses.BAD_RETRY_AFTER])
def test_any_retry_after_waits_for_a_minute_to_a_day(client: Client, value: str) -> None:
    with Site() as site:
        error = failure_of(client, site.at("/a", statuses.TooManyRequests(value)))
    assert isinstance(error, WaitError)
    assert error.until is not None
    wait = error.until - datetime.now(UTC)
    assert timedelta(seconds=55) < wait <= timedelta(days=1)


ROBOTS: dict[str, Behaviour] = {
    "silent": faults.Silent(),
    "dripping": faults.Drip(),
    "without an end": endless.InfiniteBody(),
    "a bomb": codings.Coded(codings.bomb("gzip")),
    "a loop": redirects.Loop(),
    "junk": framing.JUNK["binary"],
}


def test_a_robots_txt_that_misbehaves_ends_in_time_too(client: Client) -> None:
    """Named or read as far as RFC 9309 has it; no request is held up for ever."""

    def ended(behaviour: Behaviour) -> float:
        with Site() as site:
            site.at("/robots.txt", behaviour)
            begun = time.monotonic()
            with suppress(FetchError):
                fetch(client, site.at("/a", Page()), robots=True)
            return time.monotonic() - begun

    with ThreadPoolExecutor(len(ROBOTS)) as pool:
        took = dict(zip(ROBOTS, pool.map(ended, ROBOTS.values()), strict=True))
    assert all(seconds < 4 * TOTAL + SLACK for seconds in took.values()), took
