"""One guarded exchange: whom it asks, how long it waits, what it takes, what it calls faults."""

from __future__ import annotations

import gc
import gzip
import os
import pickle
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from feeder.errors import (
    ConnectError,
    FeederError,
    ForbiddenAddressError,
    HostNameError,
    ProtocolError,
    TimeLimitError,
    TlsError,
    TooLargeError,
)
from feeder.fetch.resolver import Resolver
from feeder.fetch.transport import Answer, Ask, Transport, Trust
from tests.site import codings, endless, faults, framing
from tests.site.certificates import Certificate
from tests.site.names import PUBLIC, Names, Rebinding, Silence
from tests.site.server import Site
from tests.site.wire import Request

LOOPBACK = Trust(allow_networks=(ip_network("127.0.0.1/32"),))
MAX_BYTES = 200_000
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def transport() -> Iterator[Transport]:
    transport = Transport(resolve=Names({"site.example": ["127.0.0.1"]}))
    yield transport
    transport.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def ask(url: str, **bounds: Any) -> Ask:
    total = bounds.pop("total", 5.0)
    usual: dict[str, Any] = {
        "headers": {"User-Agent": "test"},
        "connect_timeout": 2.0,
        "read_timeout": 2.0,
        "deadline": time.monotonic() + total,
        "max_bytes": MAX_BYTES,
    }
    return Ask(url, **usual | bounds)


def get(transport: Transport, url: str, trust: Trust = LOOPBACK, **bounds: Any) -> Answer:
    return transport.ask(ask(url, **bounds), trust)


def said(error: pytest.ExceptionInfo[FeederError]) -> str:
    return f"{error.value.message} / {error.value.advice}"


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where each connection is talked to in a thread, until the test is over."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []
    connections: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            thread = threading.Thread(target=quietly, args=(connection,))
            threads.append(thread)
            thread.start()

    def quietly(connection: socket.socket) -> None:
        try:
            talk(connection)
        except OSError:
            pass
        finally:
            connection.close()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        acceptor.join()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
        listener.close()


def head_of(connection: socket.socket) -> bytes:
    """The next request; empty where the client hung up."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece:
            return b""
        head += piece
    return head


class Said:
    """Says the same bytes to each request, and remembers those."""

    def __init__(self, answer: bytes, *, requests: int = 10**6) -> None:
        self.answer = answer
        self.requests = requests
        self.heads: list[bytes] = []
        self.connections = 0

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        for _ in range(self.requests):
            head = head_of(connection)
            if not head:
                return
            self.heads.append(head)
            connection.sendall(self.answer)


# What comes back


def test_an_answer_is_told_as_it_came(transport: Transport) -> None:
    answer = b"HTTP/1.1 404 No\r\nContent-Length: 4\r\nX-A: 1\r\nx-a: 2\r\nL: \xc3\xa4\r\n\r\ngone"
    with server(Said(answer)) as port:
        got = get(transport, f"http://site.example:{port}/x")
    assert (got.status, got.body, got.wire_bytes) == (404, b"gone", len(answer))
    assert got.headers == {"content-length": "4", "x-a": "1, 2", "l": "ä"}


def test_the_request_is_what_was_asked_and_takes_gzip_only(transport: Transport) -> None:
    talk = Said(OK)
    with server(talk) as port:
        url = f"http://site.example:{port}/a%20b/%7E?q=1&%41=/../"
        get(transport, url, headers={"User-Agent": "me", "accept-encoding": "br", "Cookie": "a=b"})
    line, *headers = talk.heads[0].decode().split("\r\n")
    assert line == "GET /a%20b/%7E?q=1&%41=/../ HTTP/1.1"
    assert {header for header in headers if header} == {
        f"Host: site.example:{port}",
        "User-Agent: me",
        "Cookie: a=b",
        "Accept-Encoding: gzip",
    }


def test_redirects_are_answers(transport: Transport) -> None:
    talk = Said(b"HTTP/1.1 302 F\r\nLocation: http://127.0.0.2/\r\nContent-Length: 0\r\n\r\n")
    with server(talk) as port:
        got = get(transport, f"http://site.example:{port}/")
    assert (got.status, got.headers["location"], len(talk.heads)) == (302, "http://127.0.0.2/", 1)


def test_cookies_of_servers_are_not_kept(transport: Transport) -> None:
    talk = Said(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
    with server(talk) as port:
        get(transport, f"http://site.example:{port}/")
        get(transport, f"http://site.example:{port}/")
    assert len(talk.heads) == 2 and not any(b"Cookie" in head for head in talk.heads)


def test_proxies_and_netrc_of_the_environment_are_not_used(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    talk = Said(OK)
    with server(talk) as port:
        assert get(transport, f"http://site.example:{port}/").body == b"ok"
    assert b"Authorization" not in talk.heads[0]


def test_a_body_that_ends_with_its_connection_is_whole(transport: Transport) -> None:
    with server(Said(b"HTTP/1.0 200 OK\r\n\r\n<p>all of it", requests=1)) as port:
        assert get(transport, f"http://site.example:{port}/").body == b"<p>all of it"


@pytest.mark.parametrize("interim", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_interim_answers_are_passed_over(transport: Transport, interim: str) -> None:
    with server(Said(f"HTTP/1.1 {interim}\r\nLink: </x>\r\n\r\n".encode() + OK)) as port:
        got = get(transport, f"http://site.example:{port}/")
    assert (got.status, got.body) == (200, b"ok")


@pytest.mark.parametrize("status", [204, 304])
def test_what_has_no_body_has_none_whatever_its_headers_say(
    transport: Transport, status: int
) -> None:
    head = f"HTTP/1.1 {status} X\r\nContent-Encoding: br\r\nTransfer-Encoding: chunked\r\n\r\n"
    talk = Said(head.encode())
    with server(talk) as port:
        for _ in range(2):
            got = get(transport, f"http://site.example:{port}/")
            assert (got.status, got.body) == (status, b"")
    assert talk.connections == 1


@pytest.mark.parametrize("body", codings.GOOD_GZIP.values(), ids=codings.GOOD_GZIP)
def test_gzip_is_unpacked(transport: Transport, site: Site, body: codings.Coded) -> None:
    got = get(transport, site.at("/", body))
    assert got.body == codings.PAGE and got.wire_bytes < len(codings.PAGE)


def test_an_answer_that_is_no_success_needs_no_sound_body(transport: Transport, site: Site) -> None:
    """Its status says enough; what there is of its body is told."""
    bodies = {
        "br": b"HTTP/1.1 503 X\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
        "short": b"HTTP/1.1 503 X\r\nContent-Length: 30\r\n\r\nabc",
        "large": b"HTTP/1.1 503 X\r\n\r\n" + b"x" * 300_000,
    }
    lengths = {}
    for name, answer in bodies.items():
        with server(Said(answer, requests=1)) as port:
            got = get(transport, f"http://site.example:{port}/")
            assert got.status == 503
            lengths[name] = len(got.body)
    assert lengths == {"br": 0, "short": 3, "large": 65_536}


# Whom it asks


@pytest.mark.parametrize(
    "host",
    """127.0.0.1 127.1 2130706433 0177.0.0.1 0x7f000001 0x7f.1 [::1] [::ffff:127.0.0.1]
    [::ffff:7f00:1] localhost 127.0.0.1. 0 [::] 0.0.0.0 [64:ff9b::127.0.0.1]""".split(),
)
def test_no_spelling_of_a_forbidden_address_is_asked(host: str) -> None:
    talk = Said(OK)
    with server(talk) as port:
        transport = Transport()  # with the system's own resolver
        with pytest.raises((ForbiddenAddressError, HostNameError)):
            get(transport, f"http://{host}:{port}/", Trust())
        transport.close()
    assert talk.connections == 0


def test_a_refusal_says_what_leads_where_and_what_would_allow_it(transport: Transport) -> None:
    with pytest.raises(ForbiddenAddressError) as error:
        get(transport, "http://site.example/path?key=secret", Trust())
    assert "site.example leads to 127.0.0.1, which may not be asked: loopback" in said(error)
    assert 'allow_networks = ["127.0.0.1/32"]' in said(error)


def test_one_forbidden_address_refuses_the_name() -> None:
    transport = Transport(resolve=Names({"site.example": [PUBLIC, "10.0.0.1"]}))
    with pytest.raises(ForbiddenAddressError, match=r"10\.0\.0\.1"):
        get(transport, "http://site.example/", Trust())
    transport.close()


def test_with_networks_allowed_only_what_may_be_asked_is() -> None:
    """127.0.0.2 listens too: were it asked, it would answer."""
    talk, other = Said(OK), Said(OK)
    transport = Transport(resolve=Names({"site.example": ["127.0.0.2", "127.0.0.1"]}))
    with server(talk) as port, listening("127.0.0.2", port, other):
        get(transport, f"http://site.example:{port}/")
        with pytest.raises(ForbiddenAddressError, match=r"127\.0\.0\.2"):
            get(transport, f"http://site.example:{port}/", Trust((ip_network("127.0.0.3"),)))
    transport.close()
    assert (talk.connections, other.connections) == (1, 0)


@contextmanager
def listening(address: str, port: int, talk: Said) -> Iterator[None]:
    listener = socket.create_server((address, port))
    listener.settimeout(0.05)
    yield
    try:
        listener.accept()[0].close()
        talk.connections += 1
    except TimeoutError:
        pass
    listener.close()


def test_a_name_is_looked_up_once_and_what_was_judged_is_what_is_asked() -> None:
    names = Rebinding("site.example", ["127.0.0.1"], ["127.0.0.2"])
    transport = Transport(resolve=names)
    with server(Said(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", requests=1)) as port:
        assert get(transport, f"http://site.example:{port}/").body == b"ok"
        assert names.asked == ["site.example"]
        with pytest.raises(ForbiddenAddressError):  # looked up anew for a new connection
            get(transport, f"http://site.example:{port}/")
    transport.close()


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    allowed = Trust((ip_network("127.0.0.0/8"),))
    transport = Transport(resolve=Names({"site.example": ["127.0.0.9", "127.0.0.1"]}))
    with server(Said(OK)) as port:
        assert get(transport, f"http://site.example:{port}/", allowed).body == b"ok"
    transport.close()


def test_what_one_trust_may_ask_another_may_not(transport: Transport) -> None:
    """A connection in the pool was judged by the rules of one source."""
    with server(Said(OK)) as port:
        get(transport, f"http://site.example:{port}/")
        with pytest.raises(ForbiddenAddressError):
            get(transport, f"http://site.example:{port}/", Trust())


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://site.example/", "//x/", "http://"])
def test_other_schemes_are_refused(transport: Transport, url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        get(transport, url)


@pytest.mark.parametrize("host", ["no.such.example", "a..example", "x" * 64 + ".example"])
def test_names_that_lead_nowhere_are_named(host: str) -> None:
    transport = Transport(resolve=Names())
    with pytest.raises(HostNameError) as error:
        get(transport, f"http://{host}/p?key=secret")
    transport.close()
    assert host in said(error) and "secret" not in said(error)


# How long it waits


def within(seconds: float, work: Callable[[], object]) -> None:
    began = time.monotonic()
    work()
    assert time.monotonic() - began < seconds


def test_a_resolver_that_is_silent_ends_with_the_time_for_the_connection() -> None:
    silence = Silence()
    transport = Transport(resolve=silence)
    with pytest.raises(HostNameError, match=r"no answer within 0\.1 s"):
        within(2, lambda: get(transport, "http://site.example/", connect_timeout=0.1))
    with pytest.raises(TimeLimitError, match="total_timeout"):
        within(2, lambda: get(transport, "http://site.example/", total=0.1))
    silence.end()
    transport.close()


def test_look_ups_that_hang_are_bounded() -> None:
    silence = Silence()
    resolver = Resolver(silence)
    before = threading.active_count()
    for _ in range(40):
        with pytest.raises(TimeoutError):
            resolver.addresses("site.example", 80, 0.001)
    assert threading.active_count() - before <= 32
    silence.end()


def test_a_server_that_takes_no_connection_is_given_its_time(
    transport: Transport, site: Site
) -> None:
    url = site.at("/x", faults.Unanswered())
    with pytest.raises(TimeLimitError, match="connect_timeout"):
        within(2, lambda: get(transport, url, connect_timeout=0.1))
    with pytest.raises(TimeLimitError, match="total_timeout"):
        within(2, lambda: get(transport, url, total=0.1))


def test_silence_ends_with_the_time_between_two_pieces(transport: Transport, site: Site) -> None:
    parts: tuple[faults.Part, ...] = ("request", "status", "headers", "body", "chunks")
    for part in parts:
        url = site.at(f"/{part}?key=secret", faults.Silent(part))
        with pytest.raises(TimeLimitError, match="read_timeout") as error:
            within(2, partial(get, transport, url, read_timeout=0.1))
        assert "secret" not in said(error) and "had come" in said(error)


@pytest.mark.parametrize("part", ["status", "headers", "body", "chunks"])
def test_drops_end_with_the_deadline(transport: Transport, site: Site, part: faults.Part) -> None:
    url = site.at("/", faults.Drip(every=0.02, part=part))
    with pytest.raises(TimeLimitError, match=r"total_timeout.*bytes had come"):
        within(2, lambda: get(transport, url, total=0.3, max_bytes=2_000_000))


def test_drops_without_a_length_are_no_whole_body(transport: Transport) -> None:
    """Shutting the connection down looks like its end, which ends such a body."""

    def talk(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    with server(talk) as port, pytest.raises(TimeLimitError, match="total_timeout"):
        within(2, lambda: get(transport, f"http://site.example:{port}/", total=0.3))


@pytest.mark.parametrize("status", [100, 103])
def test_interim_answers_for_ever_end_with_the_deadline(
    transport: Transport, site: Site, status: int
) -> None:
    url = site.at("/", endless.Interim(status, every=0.02))
    with pytest.raises(TimeLimitError, match="total_timeout"):
        within(2, lambda: get(transport, url, total=0.3))


def test_a_handshake_in_drops_ends_with_the_deadline(transport: Transport) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")  # a hello of 16 kB
        while True:
            connection.sendall(b"\x03")
            time.sleep(0.02)

    with server(talk) as port:
        url = f"https://site.example:{port}/"
        with pytest.raises(TimeLimitError, match="total_timeout"):
            within(2, lambda: get(transport, url, total=0.3))
        with pytest.raises(TimeLimitError, match="connect_timeout"):
            within(2, lambda: get(transport, url, connect_timeout=0.3))


def test_the_deadline_holds_on_a_connection_from_the_pool(transport: Transport) -> None:
    connections = []

    def talk(connection: socket.socket) -> None:
        connections.append(connection)
        head_of(connection)
        connection.sendall(OK)
        head_of(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    with server(talk) as port:
        url = f"http://site.example:{port}/"
        assert get(transport, url, total=0.3).body == b"ok"
        time.sleep(0.35)  # the first deadline must not end the connection that was given back
        with pytest.raises(TimeLimitError, match="total_timeout"):
            within(2, lambda: get(transport, url, total=0.3))
    assert len(connections) == 1


def test_a_deadline_that_is_over_asks_nobody(transport: Transport) -> None:
    talk = Said(OK)
    with server(talk) as port, pytest.raises(TimeLimitError):
        get(transport, f"http://site.example:{port}/", total=-1)
    assert talk.connections == 0


# How much it takes

BOMBS = codings.bombs()


@pytest.mark.parametrize(
    "flood",
    [
        endless.InfiniteBody(),
        endless.HugeBody(),
        endless.InfiniteChunks(),
        endless.InfiniteChunks(1),
        endless.InfiniteTrailers(),
        BOMBS["gzip"],
    ],
    ids=lambda flood: type(flood).__name__,
)
def test_what_is_too_large_is_let_go(transport: Transport, site: Site, flood: Any) -> None:
    with pytest.raises(TooLargeError) as error:
        within(4, lambda: get(transport, site.at("/?key=secret", flood)))
    assert "max_bytes" in said(error) and "secret" not in said(error)


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_may_be_as_large_as_is_allowed(
    transport: Transport, site: Site, packed: bool
) -> None:
    for size, fits in ((MAX_BYTES, True), (MAX_BYTES + 1, False)):
        body = os.urandom(size // 2) + bytes(size - size // 2)
        coded = codings.Coded(gzip.compress(body) if packed else body, "gzip" if packed else "")
        url = site.at(f"/{size}", coded)
        if fits:
            assert get(transport, url).body == body
        else:
            with pytest.raises(TooLargeError):
                get(transport, url)


def test_gzip_of_many_small_members_ends_soon(transport: Transport, site: Site) -> None:
    url = site.at("/", codings.Coded(gzip.compress(b"") * 9_000))
    with pytest.raises(ProtocolError, match="members"):
        within(2, lambda: get(transport, url))


# What it calls faults

BROKEN: dict[str, Any] = framing.FRAMING | codings.BAD_GZIP | codings.UNASKED
BROKEN |= {f"bomb in {name}": BOMBS[name] for name in ("deflate", "br", "zstd", "nested")}
BROKEN |= {
    kind.__name__: kind()
    for kind in (
        endless.Interim,
        endless.InfiniteHeaders,
        endless.InfiniteHeader,
        endless.InfiniteStatusLine,
        endless.InfiniteChunkSize,
    )
}


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN)
def test_what_is_not_http_is_no_page(transport: Transport, site: Site, behaviour: Any) -> None:
    with pytest.raises(ProtocolError) as error:
        within(4, lambda: get(transport, site.at("/x?key=secret", behaviour)))
    assert f"http://127.0.0.1:{site.port}/x: " in said(error) and error.value.advice
    assert "secret" not in said(error).replace("x-secret", "") and said(error).isprintable()


@pytest.mark.parametrize("behaviour", framing.ODD_HEADERS.values(), ids=framing.ODD_HEADERS)
def test_odd_headers_end_in_a_page_or_a_named_fault(
    transport: Transport, site: Site, behaviour: Any
) -> None:
    with suppress(ProtocolError):
        assert get(transport, site.at("/", behaviour)).body == b"<p>x"


@pytest.mark.parametrize(
    "behaviour",
    [
        faults.Refused(),
        faults.ResetAtAccept(),
        faults.ClosedAtAccept(),
        *(faults.Reset(part) for part in ("request", "status", "headers", "body", "chunks")),
        faults.Closed(),
    ],
    ids=repr,
)
def test_connections_that_break_are_named(transport: Transport, site: Site, behaviour: Any) -> None:
    with pytest.raises(ConnectError) as error:
        get(transport, site.at("/x?key=secret", behaviour))
    assert "127.0.0.1" in said(error) and "secret" not in said(error)


@pytest.mark.parametrize("part", ["status", "headers", "body", "chunks"])
def test_answers_that_break_off_are_no_pages(
    transport: Transport, site: Site, part: faults.Part
) -> None:
    with pytest.raises(ProtocolError):
        get(transport, site.at("/", faults.Closed(part)))


def test_a_header_that_cannot_be_sent_is_not_told(transport: Transport) -> None:
    for value in ("secret\r\nX: y", "secret\u20ac"):
        with server(Said(OK)) as port, pytest.raises(ProtocolError) as error:
            get(transport, f"http://site.example:{port}/", headers={"Authorization": value})
        assert "secret" not in said(error) and "[headers]" in said(error)


# TLS


def secure(transport: Transport, kind: Certificate, **trust: Any) -> Answer:
    with Site(tls=kind) as site:
        url = site.at("/", codings.GOOD_GZIP["one member"])
        known = replace(LOOPBACK, ca_file=site.ca_file)
        return get(transport, url, replace(known, **trust))


def test_certificates_are_checked_against_the_given_authority(transport: Transport) -> None:
    assert secure(transport, "good").body == codings.PAGE
    with pytest.raises(TlsError, match="certificate"):
        secure(transport, "good", ca_file=None)


@pytest.mark.parametrize(
    "kind", ["wrong-name", "expired", "not-yet-valid", "self-signed", "unknown-issuer"]
)
def test_certificates_that_do_not_hold_are_refused_unless_told_otherwise(
    transport: Transport, kind: Certificate
) -> None:
    with pytest.raises(TlsError) as error:
        secure(transport, kind)
    assert "127.0.0.1" in said(error) and "verify = false" in said(error)
    assert secure(transport, kind, verify=False, ca_file=None).body == codings.PAGE


def test_a_server_without_tls_is_named(transport: Transport, site: Site) -> None:
    url = site.at("/", faults.Banner(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with pytest.raises(TlsError, match="no TLS"):
        get(transport, url.replace("http:", "https:"))


def test_a_ca_file_that_is_none_is_named(transport: Transport, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name in ("missing", "empty"):
        with pytest.raises(TlsError) as error:
            get(transport, "https://site.example/", replace(LOOPBACK, ca_file=tmp_path / name))
        assert name in said(error) and "ca_file" in said(error)


# Connections


def test_connections_are_used_again(transport: Transport) -> None:
    talk = Said(OK)
    with server(talk) as port:
        for _ in range(5):
            get(transport, f"http://site.example:{port}/")
    assert (talk.connections, len(talk.heads)) == (1, 5)


class Twice(Said):
    """Answers once on each connection, and closes it when the next request comes."""

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        self.heads.append(head_of(connection))
        connection.sendall(self.answer)
        connection.recv(1)


def test_a_connection_that_was_closed_while_idle_is_replaced(transport: Transport) -> None:
    talk = Twice(OK)
    with server(talk) as port:
        for _ in range(3):
            assert get(transport, f"http://site.example:{port}/").body == b"ok"
    assert talk.connections == 3


def test_a_server_that_closes_each_connection_is_asked_again_only_once(
    transport: Transport,
) -> None:
    answers = iter([OK, b"", b"", b"", b""])
    connections = []

    def talk(connection: socket.socket) -> None:
        connections.append(connection)
        while head_of(connection):
            answer = next(answers)
            if not answer:
                return
            connection.sendall(answer)

    with server(talk) as port:
        get(transport, f"http://site.example:{port}/")
        with pytest.raises(ConnectError):
            get(transport, f"http://site.example:{port}/")
    assert len(connections) == 2


def test_what_broke_off_after_its_beginning_is_not_asked_for_again(transport: Transport) -> None:
    answers = iter([OK, b"HTTP/1.1 200 OK\r\nContent-Le"])
    heads = []

    def talk(connection: socket.socket) -> None:
        for answer in answers:
            heads.append(head_of(connection))
            connection.sendall(answer)

    with server(talk) as port:
        get(transport, f"http://site.example:{port}/")
        with pytest.raises(ProtocolError):
            get(transport, f"http://site.example:{port}/")
    assert len(heads) == 2


def test_what_a_server_says_unasked_answers_no_request(transport: Transport, site: Site) -> None:
    long = site.at("/long", framing.LongBody())
    assert get(transport, long).body == b"<p>S"
    assert get(transport, site.at("/", codings.GOOD_GZIP["one member"])).body == codings.PAGE


def test_nothing_is_left_open(site: Site) -> None:
    gc.collect()
    before = len(list(Path("/proc/self/fd").iterdir()))
    transport = Transport()
    good = site.at("/good", codings.GOOD_GZIP["one member"])
    bad = [site.at("/bad", faults.Closed("body")), site.at("/big", endless.InfiniteBody())]
    threads = [threading.Thread(target=get, args=(transport, good)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for url in bad:
        with pytest.raises(FeederError):
            get(transport, url)
    transport.close()
    assert site.wait_until_idle()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
    assert not [thread for thread in threading.enumerate() if thread.name == "watchdog"]


def test_closing_ends_what_is_under_way(site: Site) -> None:
    transport = Transport()
    url = site.at("/", faults.Silent("body"))
    failures: list[BaseException] = []

    def work() -> None:
        try:
            get(transport, url, read_timeout=30, total=30)
        except FeederError as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    while not site.requests:
        time.sleep(0.005)
    within(2, transport.close)
    thread.join(2)
    assert not thread.is_alive() and len(failures) == 1


# Proxies


class Proxy:
    """Answers all requests itself; tunnels end at a server with TLS of its own."""

    def __init__(self, tunnel_to: int = 0, *, status: str = "200 OK") -> None:
        self.tunnel_to = tunnel_to
        self.status = status
        self.heads: list[str] = []

    def __call__(self, connection: socket.socket) -> None:
        while head := head_of(connection):
            self.heads.append(head.decode())
            if not head.startswith(b"CONNECT"):
                connection.sendall(OK)
                continue
            connection.sendall(f"HTTP/1.1 {self.status}\r\n\r\n".encode())
            if self.tunnel_to:
                self._tunnel(connection)
            return

    def _tunnel(self, connection: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", self.tunnel_to)) as target:
            back = threading.Thread(target=pump, args=(target, connection))
            back.start()
            pump(connection, target)
            back.join()


def pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while piece := source.recv(65_536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def test_a_proxy_is_asked_for_names_as_they_are(transport: Transport) -> None:
    """Its own address is not guarded, and names are its business."""
    proxy = Proxy()
    with server(proxy) as port:
        trust = Trust(proxy=f"http://me:pass@127.0.0.1:{port}")
        assert get(transport, "http://unknown.example/x?y", trust).body == b"ok"
    assert proxy.heads[0].startswith("GET http://unknown.example/x?y HTTP/1.1\r\n")
    assert "Host: unknown.example\r\n" in proxy.heads[0]
    assert "Proxy-Authorization: Basic bWU6cGFzcw==\r\n" in proxy.heads[0]


@pytest.mark.parametrize("host", "127.0.0.1 127.1 2130706433 0177.1 0x7f.1 [::1] 10.0.0.1.".split())
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_not_asked_for_forbidden_addresses(
    transport: Transport, scheme: str, host: str
) -> None:
    proxy = Proxy()
    with server(proxy) as port, pytest.raises(ForbiddenAddressError):
        get(transport, f"{scheme}://{host}/", Trust(proxy=f"http://127.0.0.1:{port}"))
    assert not proxy.heads


def test_a_tunnel_gives_the_proxy_its_credentials_and_the_site_none(transport: Transport) -> None:
    with Site(tls="good") as site:
        proxy = Proxy(site.port)
        url = site.at("/", codings.GOOD_GZIP["one member"], host="a.news.example")
        with server(proxy) as port:
            trust = Trust(ca_file=site.ca_file, proxy=f"http://me:pass@127.0.0.1:{port}")
            headers = {"Authorization": "Basic own"}
            assert get(transport, url, trust, headers=headers).body == codings.PAGE
            transport.close()
        (head,) = proxy.heads
        assert head.startswith(f"CONNECT a.news.example:{site.port} HTTP/1.")
        assert "Proxy-Authorization: Basic bWU6cGFzcw==" in head and "Basic own" not in head
        names = {name.lower() for name, _ in headers_of(site.requests[0])}
        assert "authorization" in names and "proxy-authorization" not in names


def headers_of(request: Request) -> list[tuple[str, str]]:
    return list(dict(request.headers).items())


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_fails_is_named_without_its_password(
    transport: Transport, scheme: str
) -> None:
    with server(Proxy(status="407 Who are you?")) as port:
        trust = Trust(proxy=f"http://me:pass@127.0.0.1:{port}")
        with pytest.raises(ConnectError) as error:
            get(transport, "https://a.example/?key=secret", trust)
    assert f"a.example through the proxy 127.0.0.1:{port}" in said(error) and "407" in said(error)
    with pytest.raises(ConnectError) as error:  # nobody listens there any more
        get(transport, f"{scheme}://a.example/?key=secret", trust)
    assert "pass" not in said(error) and "secret" not in said(error)
    assert "pass" not in repr(trust)


@pytest.mark.parametrize(
    "proxy", ["socks5://me:pass@127.0.0.1:1", "nonsense", "http://", "http://[x"]
)
def test_a_proxy_that_is_none_is_named(transport: Transport, proxy: str) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(ConnectError) as error:
            get(transport, f"{scheme}://a.example/", Trust(proxy=proxy))
        assert "proxy" in said(error) and "pass" not in said(error)


def test_tls_to_the_proxy_and_through_it(transport: Transport) -> None:
    with Site(tls="good") as site, Site(tls="good") as other:
        body = codings.GOOD_GZIP["one member"]
        url = site.at("/", body, host="a.news.example")
        trust = Trust(ca_file=other.ca_file)
        tunnel = Proxy(site.port)

        def talk(connection: socket.socket) -> None:
            from tests.site.certificates import context

            with context("good").wrap_socket(connection, server_side=True) as secure:
                tunnel(secure)

        with server(talk) as port:
            through = replace(trust, proxy=f"https://127.0.0.1:{port}")
            assert get(transport, url, through).body == codings.PAGE
            assert get(transport, "http://b.example/", through).body == b"ok"
            transport.close()


# What workers and logs see


def test_bounds_and_answers_can_be_pickled() -> None:
    for thing in (LOOPBACK, ask("http://a.example/"), Answer(200, {}, b"", 0)):
        assert pickle.loads(pickle.dumps(thing)) == thing


def test_credentials_are_in_no_representation() -> None:
    asked = ask("http://a.example/", headers={"Authorization": "secret"})
    assert "secret" not in repr(asked)
