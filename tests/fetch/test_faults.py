"""Whatever a server does: one named error within the deadline, in bounded memory, and on we go."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from feeder import urls
from feeder.errors import (
    BudgetError,
    ConnectError,
    ForbiddenAddressError,
    HostNameError,
    ProtocolError,
    SourceError,
    TimeLimitError,
    TlsError,
    TooLargeError,
)
from feeder.fetch.transport import Transport
from feeder.fetch.web import Client
from tests.fetch.faulty import Case, check, failure_of, fetch, outcome_of
from tests.site import codings, endless, faults, framing, redirects
from tests.site.behaviour import Behaviour, Door
from tests.site.certificates import Certificate
from tests.site.names import PUBLIC, Names, Rebinding, Silence
from tests.site.pages import Page
from tests.site.server import Site


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client()
    yield client
    client.close()


CONNECTIONS: dict[str, Case] = {
    "refused": (faults.Refused(), ConnectError),
    "unanswered": (faults.Unanswered(), TimeLimitError),
    "reset at accept": (faults.ResetAtAccept(), ConnectError),
    "closed at accept": (faults.ClosedAtAccept(), ConnectError),
    "silent at accept": (faults.SilentAtAccept(), TimeLimitError),
    "another protocol": (faults.Banner(), ProtocolError),
    "reset after the request": (faults.Reset("request"), ConnectError),
    "reset in the headers": (faults.Reset("headers"), ConnectError),
    "reset in the body": (faults.Reset("body"), ConnectError),
    "closed after the request": (faults.Closed("request"), ConnectError),
    "closed in the status line": (faults.Closed("status"), ProtocolError),
    "closed in the headers": (faults.Closed("headers"), ProtocolError),
    "closed in the body": (faults.Closed("body"), ProtocolError),
    "closed in a chunk": (faults.Closed("chunks"), ProtocolError),
    "silent after the request": (faults.Silent("request"), TimeLimitError),
    "silent in the status line": (faults.Silent("status"), TimeLimitError),
    "silent in the headers": (faults.Silent("headers"), TimeLimitError),
    "silent in the body": (faults.Silent("body"), TimeLimitError),
    "silent in a chunk": (faults.Silent("chunks"), TimeLimitError),
    "dripping status line": (faults.Drip(part="status"), TimeLimitError),
    "dripping headers": (faults.Drip(part="headers"), TimeLimitError),
    "dripping body": (faults.Drip(), TimeLimitError),
    "dripping chunks": (faults.Drip(part="chunks"), TimeLimitError),
    "too late": (faults.Late(1.5), TimeLimitError),
    "1xx now and then": (endless.Interim(every=0.1), TimeLimitError),
}


def test_connections_that_fail_are_named_within_their_deadlines(client: Client) -> None:
    check(client, CONNECTIONS)


ENDLESS: dict[str, tuple[Behaviour, tuple[type[SourceError], ...]]] = {
    "100 after 100": (endless.Interim(), (ProtocolError, TimeLimitError)),
    "103 after 103": (endless.Interim(103), (ProtocolError, TimeLimitError)),
    "body": (endless.InfiniteBody(), (TooLargeError,)),
    "body of a length": (endless.HugeBody(), (TooLargeError,)),
    "chunks": (endless.InfiniteChunks(), (TooLargeError,)),
    "tiny chunks": (endless.InfiniteChunks(1), (TooLargeError, TimeLimitError)),
    "size of a chunk": (endless.InfiniteChunkSize(), (ProtocolError,)),
    "trailers": (endless.InfiniteTrailers(), (ProtocolError, TooLargeError, TimeLimitError)),
    "headers": (endless.InfiniteHeaders(), (ProtocolError,)),
    "header": (endless.InfiniteHeader(), (ProtocolError,)),
    "status line": (endless.InfiniteStatusLine(), (ProtocolError,)),
    **{
        f"bomb in {name}": (bomb, (TooLargeError if name == "gzip" else ProtocolError,))
        for name, bomb in codings.bombs().items()
        if name != "gzip of .xml.gz"
    },
}
"""Which limit is met first may depend on how fast the machine is, where there are several."""


def test_a_server_in_full_flow_is_hung_up_on_at_the_deadline(client: Client) -> None:
    """A shut down socket alone would leave it blocked for a minute, in the midst of sending."""
    with Site() as site:
        url = site.at("/a", endless.InfiniteChunks(1))
        with pytest.raises((BudgetError, TooLargeError)):  # by how fast the machine is
            fetch(client, url, seconds=0.1)
        assert site.wait_until_idle()


MEMORY = 10_000_000
"""Bytes that are held at most, the server's own included. The most is 6.3 MB, for chunks of a byte,
whatever `max_bytes` is; a bomb unpacks to 64 MB."""


@pytest.mark.slow
def test_what_never_ends_takes_no_memory(client: Client) -> None:
    outcome_of(client, endless.Interim())  # what is kept after the first request is not counted
    tracemalloc.start()
    try:
        for name, (behaviour, named) in ENDLESS.items():
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            error = outcome_of(client, behaviour)
            peak = tracemalloc.get_traced_memory()[1] - before
            assert type(error) in named, f"{name}: {error!r}"
            assert peak < MEMORY, f"{name}: {peak:,} bytes"
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "answer",
    [*framing.FRAMING.values(), *codings.BAD_GZIP.values(), *codings.UNASKED.values()],
    ids=[*framing.FRAMING, *codings.BAD_GZIP, *codings.UNASKED],
)
def test_answers_against_the_rules_are_no_pages(client: Client, answer: Behaviour) -> None:
    assert type(outcome_of(client, answer)) is ProtocolError


@pytest.mark.parametrize("name", codings.GOOD_GZIP)
def test_good_gzip_is_unpacked(client: Client, name: str) -> None:
    with Site() as site:
        page = fetch(client, site.at("/a", codings.GOOD_GZIP[name]))
    assert page == codings.PAGE


def test_a_packed_file_is_handed_on_as_it_is(client: Client) -> None:
    packed = codings.nested_bomb()
    with Site() as site:
        page = fetch(client, site.at("/sitemap.xml.gz", Page(packed, "application/gzip")))
    assert page == packed


@pytest.mark.parametrize("name", framing.ODD_HEADERS)
def test_odd_headers_end_in_a_page_or_a_named_error(client: Client, name: str) -> None:
    with Site() as site:
        try:
            page = fetch(client, site.at("/a", framing.ODD_HEADERS[name]))
        except ProtocolError:
            return
    assert page == b"<p>x"


def test_what_is_left_over_on_a_connection_is_no_answer_to_the_next_request(
    client: Client,
) -> None:
    with Site() as site:
        first = fetch(client, site.at("/a", framing.LongBody()))
        second = fetch(client, site.at("/b", Page("<p>the second")))
    assert (first, second) == (b"<p>S", b"<p>the second")


CERTIFICATES: list[Certificate] = [
    "wrong-name",
    "expired",
    "not-yet-valid",
    "self-signed",
    "unknown-issuer",
]


@pytest.mark.parametrize("wrong", CERTIFICATES)
def test_certificates_that_do_not_hold(client: Client, wrong: Certificate) -> None:
    with Site(tls=True) as good, Site(tls=wrong) as site:
        error = failure_of(client, site.url("/a"), ca_file=good.ca_file)
        assert type(error) is TlsError
        assert error.advice
        assert site.requests == ()
        page = fetch(client, good.at("/a", Page("safe")), ca_file=good.ca_file)
        assert page == b"safe"


def test_handshakes_that_come_to_nothing(client: Client) -> None:
    doors: list[tuple[Door, type[SourceError]]] = [
        (faults.SilentAtAccept(), TimeLimitError),
        (faults.Banner(b"HTTP/1.1 200 OK\r\n\r\n"), TlsError),
    ]
    for door, named in doors:
        with Site(tls=True) as site:
            assert type(failure_of(client, site.at("/a", door))) is named


@pytest.mark.parametrize("url", [u for u in redirects.PRIVATE if urls.resolve(u)])
def test_no_spelling_of_an_address_leads_to_this_machine_or_its_network(url: str) -> None:
    client = Client(
        transport=Transport(resolve=Names({"localhost": ["127.0.0.1"], "localhost.": ["::1"]}))
    )
    with Site() as victim:
        aimed = urls.resolve(url.replace("127.0.0.1/", f"127.0.0.1:{victim.port}/")) or ""
        # With a dot behind it, an address is a name to resolvers, and one that there is not.
        with pytest.raises(HostNameError if "127.0.0.1./" in url else ForbiddenAddressError):
            fetch(client, aimed, allow_networks=(ip_network("127.0.0.2/32"),))
        assert victim.connections == 0
    client.close()


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_for_once() -> None:
    rebinding = Rebinding("news.example", ["127.0.0.2"], ["127.0.0.1"])
    client = Client(transport=Transport(resolve=rebinding))
    with Site() as victim, Site(address="127.0.0.2") as site:
        url = site.at("/a", faults.Closed("body"), host="news.example")
        for named in (ProtocolError, ForbiddenAddressError):
            error = failure_of(client, url, allow_networks=(ip_network("127.0.0.2/32"),))
            assert type(error) is named
        assert rebinding.asked == ["news.example"] * 2
        assert len(site.requests) == 1
        assert victim.connections == 0
    client.close()


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    client = Client(transport=Transport(resolve=Names({"news.example": [PUBLIC, "10.0.0.1"]})))
    error = failure_of(client, "http://news.example:80/a", allow_networks=())
    client.close()
    assert type(error) is ForbiddenAddressError
    assert "10.0.0.1" in error.message


def test_names_that_nobody_knows_and_resolvers_that_do_not_answer() -> None:
    silence = Silence()
    for resolve in (Names(), silence):
        client = Client(transport=Transport(resolve=resolve))
        assert type(failure_of(client, "http://news.example:80/a")) is HostNameError
        client.close()
    silence.end()
