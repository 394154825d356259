"""How long the transport waits, and how much it takes."""

from __future__ import annotations

import gzip
import os
import socket
import threading
import time
from functools import partial
from typing import Any

import pytest

from feeder.errors import HostNameError, ProtocolError, TimeLimitError, TooLargeError
from feeder.fetch.resolver import Resolver
from feeder.fetch.transport import Transport
from tests.fetch.exchanges import MAX_BYTES, OK, Said, get, head_of, said, server, within
from tests.site import codings, endless, faults
from tests.site.names import Silence
from tests.site.server import Site


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
        within(2, lambda: get(transport, url, total=0.2, max_bytes=2_000_000))


def test_drops_without_a_length_are_no_whole_body(transport: Transport) -> None:
    """Shutting the connection down looks like its end, which ends such a body."""

    def talk(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    with server(talk) as port, pytest.raises(TimeLimitError, match="total_timeout"):
        within(2, lambda: get(transport, f"http://site.example:{port}/", total=0.2))


@pytest.mark.parametrize("status", [100, 103])
def test_interim_answers_for_ever_end_with_the_deadline(
    transport: Transport, site: Site, status: int
) -> None:
    url = site.at("/", endless.Interim(status, every=0.02))
    with pytest.raises(TimeLimitError, match="total_timeout"):
        within(2, lambda: get(transport, url, total=0.2))


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
            within(2, lambda: get(transport, url, total=0.2))
        with pytest.raises(TimeLimitError, match="connect_timeout"):
            within(2, lambda: get(transport, url, connect_timeout=0.2))


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
        assert get(transport, url, total=0.2).body == b"ok"
        time.sleep(0.25)  # the first deadline must not end the connection that was given back
        with pytest.raises(TimeLimitError, match="total_timeout"):
            within(2, lambda: get(transport, url, total=0.2))
    assert len(connections) == 1


def test_a_deadline_that_is_over_asks_nobody(transport: Transport) -> None:
    talk = Said(OK)
    with server(talk) as port, pytest.raises(TimeLimitError):
        get(transport, f"http://site.example:{port}/", total=-1)
    assert talk.connections == 0


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
