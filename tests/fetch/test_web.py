"""One refresh on the web: what is sent and to whom, what comes of redirects, what is remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from feeder.errors import (
    ForbiddenAddressError,
    GoneError,
    ProtocolError,
    SourceError,
    StatusError,
    WaitError,
)
from feeder.fetch.credentials import Credentials
from feeder.fetch.web import Client
from feeder.models import Host, Validators
from tests.fetch.clocks import NOON, Clock, a_client, begin, failure, page
from tests.site import redirects, statuses
from tests.site.pages import Conditional, InTurn, Page
from tests.site.server import Site

SECRETS = Credentials(
    headers={"X-Key": "s3cr3t"}, auth=("reader", "s3cr3t"), cookies={"session": "s3cr3t", "a": "b"}
)
HEX_ETAG = '"5f3c1b2a9d"'
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


def test_a_page_is_what_came_with_all_that_was_said_of_it(client: Client) -> None:
    told = {"ETag": 'W/"5"', "Last-Modified": DATE, "Cache-Control": "max-age=600"}
    with Site() as site:
        url = site.at("/a", Page("<p>a", "Text/HTML; charset=koi8-r", told))
        fetched = page(client, f"{url}#part")
    assert fetched.url == f"{url}#part"
    assert fetched.final_url == url
    assert (fetched.media_type, fetched.charset) == ("text/html", "koi8-r")
    assert fetched.validators == Validators('W/"5"', DATE)
    assert fetched.moved_to is None
    assert fetched.fresh_until is not None
    assert (fetched.fresh_until - NOON).seconds == pytest.approx(600, abs=5)


@pytest.mark.parametrize("etag", ['"' + "x" * 5_000 + '"', '"日本"', '"\x01"', ""], ids=ascii)
def test_validators_that_cannot_be_sent_back_are_neither_kept_nor_sent(
    client: Client, etag: str
) -> None:
    with Site() as site:
        url = site.at("/a", Page(headers={"ETag": etag}))
        assert page(client, url).validators == Validators()
        page(client, url, Validators(etag, etag))
        assert not site.requests[1].headers.keys() & {"if-none-match", "if-modified-since"}


def test_what_has_not_changed_is_not_read_again(client: Client) -> None:
    with Site() as site:
        url = site.at("/a", Conditional())
        known = page(client, url).validators
        assert begin(client, url).fetch(url, known) is None
        assert site.requests[1].headers["if-none-match"] == '"1"'
        assert site.requests[1].headers["if-modified-since"] == DATE


def test_a_304_that_nobody_asked_for_is_no_news(client: Client) -> None:
    with Site() as site:
        url = site.at("/a", statuses.NotModified())
        with pytest.raises(ProtocolError, match="nobody asked"):
            begin(client, url).fetch(url, Validators())


@pytest.mark.parametrize("status", redirects.PERMANENT)
def test_what_has_moved_for_good_is_not_read_again_either(client: Client, status: int) -> None:
    """As of a site that moved to https: the validators are those of the page at the end."""
    with Site(tls=True) as safe, Site() as site:
        url = site.at("/a", redirects.Redirect(safe.at("/b", Conditional(etag='"1"')), status))
        known = page(client, url, ca_file=safe.ca_file).validators
        assert begin(client, url, ca_file=safe.ca_file).fetch(url, known) is None
        assert safe.requests[1].headers["if-modified-since"] == DATE


@pytest.mark.parametrize("status", redirects.TEMPORARY)
def test_a_slash_more_is_no_other_page(client: Client, status: int) -> None:
    with Site() as site:
        url = site.at("/a", redirects.Redirect(site.at("/a/", Conditional()), status))
        assert begin(client, url).fetch(url, page(client, url).validators) is None


@pytest.mark.parametrize("status", redirects.TEMPORARY)
@pytest.mark.parametrize(("etag", "sent"), [(HEX_ETAG, True), ('"1"', False), (None, False)])
def test_a_date_says_nothing_of_what_lies_behind_a_temporary_redirect(
    client: Client, status: int, etag: str | None, sent: bool
) -> None:
    """Today's page may be an older one than yesterday's: it would seem not to have changed."""
    with Site() as other, Site() as site:
        url = site.at("/today", redirects.Redirect(other.at("/1", Conditional(etag=etag)), status))
        known = page(client, url).validators
        again = begin(client, url).fetch(url, known)
        assert (again is None) is sent
        assert "if-modified-since" not in other.requests[1].headers
        assert ("if-none-match" in other.requests[1].headers) is sent


def test_where_a_page_has_moved_to_is_told_as_far_as_it_is_for_good(client: Client) -> None:
    with Site() as site:
        end = site.at("/d", Page("<p>end"))
        third = site.at("/c", redirects.Redirect(end, 301))
        second = site.at("/b", redirects.Redirect(third, 302))
        first = site.at("/a", redirects.Redirect(f"{second}#x", 308))
        fetched = page(client, first)
        assert (fetched.moved_to, fetched.final_url) == (second, end)
        assert page(client, third).moved_to == end
        assert page(client, second).moved_to is None


def test_credentials_go_to_the_source_and_to_nobody_else(client: Client) -> None:
    with Site() as other, Site(address="127.0.0.2") as third, Site() as site:
        back = site.at("/back", Page("<p>back"))
        target = other.at("/b", redirects.Redirect(third.at("/c", redirects.Redirect(back))))
        url = site.at("/a", redirects.Redirect(target))
        web = begin(client, url, credentials=SECRETS)
        assert web.fetch(url)
        assert web.fetch(other.at("/d", Page()))
        for asked in site.requests:
            assert asked.headers["x-key"] == "s3cr3t"
            assert asked.headers["authorization"] == "Basic cmVhZGVyOnMzY3IzdA=="
            assert asked.headers["cookie"] == "session=s3cr3t; a=b"
        for asked in (*other.requests, *third.requests):
            assert "s3cr3t" not in str(asked)
            assert not asked.headers.keys() & {"authorization", "cookie", "x-key", "referer"}


def test_credentials_do_not_follow_to_https_and_the_error_says_so(client: Client) -> None:
    with Site(tls=True) as safe, Site() as site:
        url = site.at("/a", redirects.Redirect(safe.at("/a", statuses.LogInRequired()), 301))
        web = begin(client, url, credentials=SECRETS, ca_file=safe.ca_file)
        with pytest.raises(StatusError) as caught:
            web.fetch(url)
        assert "s3cr3t" not in str(safe.requests)
        assert "by http alone" in caught.value.advice


def test_credentials_that_do_not_hold_are_told_of_as_such(client: Client) -> None:
    with Site() as site:
        url = site.at("/a", statuses.LogInRequired())
        with pytest.raises(StatusError) as caught:
            begin(client, url, credentials=SECRETS).fetch(url)
        assert "still hold" in caught.value.advice
        assert "[auth]" in failure(client, url).advice


def test_cookies_of_sites_are_not_kept(client: Client) -> None:
    with Site() as site:
        url = site.at("/a", Page(headers={"Set-Cookie": "tracked=1; Path=/"}))
        web = begin(client, url)
        for _ in range(2):
            web.fetch(url)
        assert all("cookie" not in asked.headers for asked in site.requests)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "(feed reader; no contact is given)"),
        ({"contact": "https://me.example/"}, "(+https://me.example/)"),
        ({"user_agent": "mine", "contact": "https://me.example/"}, "mine"),
    ],
)
def test_who_asks_says_who_that_is(client: Client, given: dict[str, Any], told: str) -> None:
    with Site() as site:
        page(client, site.at("/a", Page()), **given)
        (asked,) = site.requests
        assert asked.headers["user-agent"].endswith(told)
        assert asked.headers["user-agent"].startswith("feeder/") == ("user_agent" not in given)
        assert asked.headers["accept-encoding"] == "gzip"


ADDRESSES = [
    "javascript:alert(1)", "file:///etc/passwd", "http://user:s3cr3t@a.example/", "/a", "", "http://",
    "http://[::1", "http://user:s3cr3t@[x/", "http://\x00\x1b[31m.example/", "http://a b.example/",
    "http://a.example:99999/", "http://" + "a" * 10_000, "http://\ud800", "x" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: ascii(address[:20]))
def test_what_is_no_web_address_is_not_asked(client: Client, address: str) -> None:
    error = failure(client, "http://127.0.0.1/", address=address)
    assert type(error) is ForbiddenAddressError
    assert error.message.isprintable()
    assert "s3cr3t" not in error.message
    assert len(error.message) < 400


@pytest.mark.parametrize("until", ["120", "Fri, 27 Nov 2026 12:02:00 GMT"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_wants_patience_gets_it_from_all_sources_and_after_a_restart(
    clock: Clock, status: int, until: str
) -> None:
    memory: dict[str, Host] = {}
    first, second = a_client(clock, memory), a_client(clock, memory)
    with Site() as site:
        url = site.at("/a", InTurn(statuses.TooManyRequests(until, status), Page("<p>at last")))
        for client in (first, first, second):
            error = failure(client, url)
            assert isinstance(error, WaitError)
            assert error.until is not None
            assert (error.until - NOON).seconds == pytest.approx(120, abs=5)
        assert isinstance(failure(second, site.at("/b", Page())), WaitError)
        assert len(site.requests) == 1
        assert memory[site.url("")].wait_until
        clock.go_on(126)
        assert page(second, url).body == b"<p>at last"
    first.close()
    second.close()


def test_a_host_that_wants_patience_is_not_asked_by_way_of_a_redirect(client: Client) -> None:
    with Site() as other, Site() as site:
        failure(client, other.at("/a", statuses.TooManyRequests()))
        url = site.at("/a", redirects.Redirect(other.at("/b", Page())))
        assert isinstance(failure(client, url), WaitError)
        assert len(other.requests) == 1


UNREADABLE = [value for value in statuses.BAD_RETRY_AFTER if not value.startswith("9")]


@pytest.mark.parametrize("value", [None, *UNREADABLE])
def test_a_429_that_tells_no_time_means_five_minutes_and_a_503_none(
    client: Client, value: str | None
) -> None:
    with Site() as one, Site() as other:
        error = failure(client, one.at("/a", statuses.TooManyRequests(value)))
        assert isinstance(error, WaitError)
        assert error.until is not None
        assert error.until - NOON == pytest.approx(timedelta(minutes=5), abs=timedelta(seconds=5))
        assert type(failure(client, other.at("/a", statuses.Unavailable(value)))) is StatusError


def test_each_answer_that_says_no_says_what_can_be_done(client: Client) -> None:
    said: dict[int, SourceError] = {}
    with Site() as site:
        for code in (*statuses.REFUSALS, *statuses.FAILURES, 410, 300, 206, 299):
            error = said[code] = failure(client, site.at(f"/{code}", statuses.Status(code)))
            assert isinstance(error, StatusError)
            assert error.status == code
            assert str(code) in error.message
            assert error.advice
            assert b"Sorry" in error.body
    assert type(said[410]) is GoneError
    assert len({said[code].advice for code in (401, 403, 404, 407, 410, 451, 500)}) == 7


def test_what_a_wrong_clock_wrote_holds_nobody_up(clock: Clock) -> None:
    with Site() as site:
        url, far = site.at("/a", Page("<p>a")), NOON + timedelta(days=3_650)
        memory = {site.url(""): Host(site.url(""), far, "User-agent: *\nDisallow: /", far)}
        client = a_client(clock, memory)
        assert page(client, url, robots=True).body == b"<p>a"
        client.close()


def test_a_host_is_recalled_once(clock: Clock) -> None:
    recalled: list[str] = []

    def recall(origin: str) -> Host | None:
        recalled.append(origin)
        return None

    client = Client(recall=recall, clock=clock.now, pace=clock.pace())
    with Site() as site:
        for number in range(3):
            page(client, site.at(f"/{number}", Page()))
        assert recalled == [site.url("")]
    client.close()
