"""Clients that do what they should not are refused within bounds, and the others are served on."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from feeder.server import connections, protocol
from feeder.server.site import _bounded
from tests.server.house import TOKEN, House, Served, hear, serving

GET = b"GET /river.atom HTTP/1.1\r\nHost: localhost\r\n"
LAST = GET + b"Connection: close\r\n\r\n"


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), 400),
        (b"\x00" * 5_000, 400),
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET http:// HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: evil/..//\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: user@evil\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n Folded: yes\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nA b: c\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nA: b\x00c\r\n\r\n", 400),
        (GET + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (GET + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (GET + b"Content-Length: -1\r\n\r\n", 400),
        (GET + b"Content-Length: +1\r\n\r\na", 400),
        (GET + b"Content-Length: 99999999999999999999999\r\n\r\n", 400),
        (GET + b"Content-Length: 1000001\r\n\r\n", 413),
        (GET + b"Transfer-Encoding: chunked, identity\r\n\r\n", 400),
        (GET + b"Transfer-Encoding: xchunked\r\n\r\n", 501),
        (GET + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
        (GET + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 400),
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET /" + b"a" * 1_000_000, 414),
        (GET + b"X: y\r\n" * 101 + b"\r\n", 431),
        (GET + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n", 431),
        (GET + b"".join(b"X%d: %s\r\n" % (n, b"y" * 9_000) for n in range(100)) + b"\r\n", 431),
    ],
)
def test_what_is_no_proper_request_is_refused_by_name(
    served: Served, sent: bytes, expected: int
) -> None:
    answer = served.say(sent)
    assert status(answer) == expected, answer[:200]
    assert b"connection: close" in answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert len(answer) < 400
    assert status(served.say(LAST)) == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"GET http://evil.example/river.atom HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET http://evil.example/river.atom?a HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /river.atom HTTP/1.1\r\nHost: evil.example:80\r\n\r\n",
        b"GET /river.atom HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET /river.atom HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        b"GET /river.atom HTTP/1.0\r\n\r\n",
        b"\r\n\r\nGET /river.atom?%00%0d%0a HTTP/1.1\r\nHost: localhost\r\n\r\n",
        GET + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        GET + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
        GET + b"Content-Length: 5\r\n\r\nabcde",
        GET + b"Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nabcde\r\n0\r\nX-Late: y\r\n\r\n",
    ],
)
def test_what_is_odd_and_allowed_is_answered_and_leads_nobody_elsewhere(
    served: Served, sent: bytes
) -> None:
    answer = served.say(sent)
    assert status(answer) == 200
    assert b"evil" not in answer


def test_who_has_said_all_may_still_wait_for_the_answer(served: Served) -> None:
    with served.connect() as client:
        client.sendall(GET + b"\r\n")
        client.shutdown(socket.SHUT_WR)
        assert hear(client).endswith(b"</feed>\n")


def test_a_head_in_single_bytes_is_read(served: Served) -> None:
    with served.connect() as client:
        for byte in LAST:
            client.sendall(bytes([byte]))
        assert status(hear(client)) == 200


def test_requests_in_a_row_are_answered_in_their_order_and_not_all_of_too_many(
    served: Served,
) -> None:
    three = b"".join(
        b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % p
        for p in (b"feed.css", b"no", b"feed.css")
    )
    answer = served.say(three)
    found = [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert found == [200, 404, 200]
    many = served.say((GET + b"\r\n") * 5_000)
    count = many.count(b"HTTP/1.1 200")
    assert 1 <= count < 50
    assert many.count(b"</feed>") == count
    assert many.endswith(b"</feed>\n")


def test_of_thousands_of_requests_in_a_row_nothing_is_kept(served: Served) -> None:
    tracemalloc.start()
    try:
        with connected(served.port, 20) as clients:
            for client in clients:
                client.setblocking(False)
                with suppress(OSError):
                    client.send((GET + b"\r\n") * 5_000)
            assert served.ask("/river.atom").status == 200
            held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 20 * 300_000


def test_what_follows_on_a_refused_request_is_no_request(served: Served) -> None:
    smuggled = b"GET /feed.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
    first = GET + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled
    for sent in (first, GET + b"Host: b\r\n\r\n" + smuggled, LAST + smuggled):
        answer = served.say(sent)
        assert answer.count(b"HTTP/1.1 ") == 1
        assert b"type: text/css" not in answer


def test_what_follows_on_a_body_is_no_header() -> None:
    async def heads(request: Request) -> PlainTextResponse:
        await request.body()
        return PlainTextResponse(", ".join(name for name in request.headers))

    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"3\r\nabc\r\n0\r\n"
    with serving(Starlette(routes=[Route("/", heads, methods=["POST"])])) as port:
        for late, expected in ((b"Authorization: Bearer x\r\n", 200), (b"X: y\r\n" * 50_000, 431)):
            with connected(port) as (client,):
                with suppress(OSError):
                    client.sendall(head + body)
                    for start in range(0, len(late), 10_000):
                        client.sendall(late[start : start + 10_000])
                    client.sendall(b"\r\n")
                    client.shutdown(socket.SHUT_WR)
                answer = hear(client)
            assert status(answer) == expected
            assert b"authorization" not in answer
        with connected(port) as (client,):
            client.sendall(head + b"3\r\nabc\r\nno number\r\n")
            assert status(hear(client)) == 400


def test_a_fault_behind_a_good_request_takes_no_answer_away(served: Served) -> None:
    answer = served.say(GET + b"\r\n" + b"\x00garbage\r\n\r\n")
    whole, _, rest = answer.partition(b"</feed>\n")
    assert status(whole) == 200
    assert rest == b"" or status(rest) == 400


PIECES = [
    *(
        b"GET /river.atom HTTP/1.1",
        b"POST /status/ HTTP/1.1",
        b"HEAD / HTTP/1.0",
        b"GET  /x HTTP/1.1",
    ),
    *(b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b" ", b":", b"\x00", b"\xff"),
    *(b"Host: localhost\r\n", b"Host: a/b\r\n", b"Content-Length: 3\r\n", b"Content-Length: 0\r\n"),
    *(b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n", b"abc", b"fffffffff\r\n"),
    *(
        b"Connection: close\r\n",
        b"Connection: Upgrade\r\nUpgrade: h2c\r\n",
        b"Expect: 100-continue\r\n",
    ),
    *(b"If-None-Match: *\r\n", b"Cookie: feeder_session=1.2.3\r\n", b"Authorization: Bearer x\r\n"),
]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=12), max_size=4))
def test_whatever_is_sent_in_whatever_pieces_the_server_goes_on(
    served: Served,
    events: list[dict[str, object]],
    caplog: pytest.LogCaptureFixture,
    sent: list[list[bytes]],
) -> None:
    answer = served.say(*map(b"".join, sent))
    assert answer == b"" or status(answer) or answer.startswith(b"HTTP/1.1 100")
    assert b"Internal Server Error" not in answer
    assert not [event for event in events if event["event"] == "unforeseen"]
    assert not caplog.records
    assert status(served.say(LAST)) == 200


# Slow ones


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for in seconds is waited for in tenths."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(protocol, "KEPT_SECONDS", 0.3)
    monkeypatch.setattr(protocol, "STUCK_SECONDS", 0.3)
    monkeypatch.setattr(protocol, "LINGER_SECONDS", 0.3)
    monkeypatch.setattr("feeder.server.running._TICKS_A_SECOND", 1)


async def large(scope: Scope, receive: Receive, send: Send) -> None:
    """20 MB, more than any buffer of the system's takes."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body: Message = {"type": "http.response.body", "body": bytes(20_000_000)}
    length = (b"content-length", b"20000000")
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send(body)


@contextmanager
def connected(port: int, count: int = 1) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            for _ in range(count)
        ]


@pytest.mark.usefixtures("hasty")
def test_who_does_not_end_a_head_is_told_so_and_who_says_nothing_is_left() -> None:
    with serving(large) as port, connected(port, 3) as (silent, slow, dripping):
        slow.sendall(b"GET / HTTP/1.1\r\nHost:")
        ends = time.monotonic() + 10
        try:
            while time.monotonic() < ends:
                dripping.sendall(b"\r\n")  # may come before a request, and never ends
                time.sleep(0.02)
        except OSError:
            pass
        assert time.monotonic() < ends
        assert hear(silent) == b""
        assert status(hear(slow)) == 408


@pytest.mark.usefixtures("hasty")
def test_a_connection_that_is_kept_and_not_used_is_ended(house: House) -> None:
    house.publish("")
    with house.served() as served, served.connect() as client:
        client.sendall(GET + b"Content-Length: 9000\r\n\r\n" + b"a")  # its body never ends either
        begun = time.monotonic()
        assert hear(client).endswith(b"</feed>\n")
        assert time.monotonic() - begun < 4


@pytest.mark.usefixtures("hasty")
def test_who_does_not_take_what_was_asked_for_is_cut_off_and_who_takes_it_slowly_is_not() -> None:
    with serving(large) as port, connected(port, 2) as (stuck, slow):
        for client in (stuck, slow):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        taken = 0
        begun = time.monotonic()
        while time.monotonic() - begun < 1.2:
            taken += len(slow.recv(1_000_000))
            time.sleep(0.01)
        rest = hear(slow)
        assert taken + len(rest) > 20_000_000
        assert len(hear(stuck, 1)) < 20_000_000


def test_when_there_are_too_many_the_idlest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 8)
    with serving(large) as port, connected(port, 1) as (first,), connected(port, 30) as others:
        assert first.recv(1) == b""
        others[-1].sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert len(hear(others[-1])) > 20_000_000


def test_when_all_are_busy_one_more_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 8)
    with serving(large) as port, connected(port, 8) as busy:
        for client in busy:
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(10).startswith(b"HTTP/1.1")
        with connected(port) as (late,):
            assert status(hear(late)) == 503


def test_a_body_is_bounded_in_bytes_and_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeder.server.site.BODY_SECONDS", 0.5)
    (house.root / "token").write_text(TOKEN)
    house.configure('[server]\ntoken_file = "token"\n')
    post = b"POST /status/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    form = b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    chunk = b"fffff\r\n" + b"a" * 0xFFFFF + b"\r\n"
    with house.served() as served:
        many = served.say(post + form + chunk * 2 + b"0\r\n\r\n")
        with served.connect() as client:
            client.sendall(post + form + b"5\r\nabcde\r\n")
            slow = hear(client)
    assert (status(many), status(slow)) == (413, 408)


def test_no_route_is_given_a_larger_body_whatever_it_does_with_it() -> None:
    sent: Message = {"type": "http.request", "body": bytes(100_000), "more_body": True}

    async def receive() -> Message:
        return sent

    async def take() -> int:
        bounded, taken = _bounded(receive), 0
        while True:
            try:
                taken += len((await bounded())["body"])
            except HTTPException as error:
                assert error.status_code == 413
                return taken

    assert asyncio.run(take()) == 1_000_000


def test_no_address_is_made_of_what_a_client_calls_us(served: Served) -> None:
    for path in (b"/healthz/", b"/status", b"/api", b"//", b"/status/sources/river/"):
        answer = served.say(b"GET %s HTTP/1.1\r\nHost: evil.example\r\n\r\n" % path)
        assert status(answer) in (308, 403, 404)
        assert b"evil" not in answer


@pytest.mark.slow
def test_fifty_slow_clients_keep_nobody_waiting(served: Served) -> None:
    ends = time.monotonic() + 20
    times = list[float]()

    def drip(number: int) -> None:
        while time.monotonic() < ends:
            with served.connect() as client:
                try:
                    for byte in (GET if number % 2 else b"POST /status/ HTTP/1.1\r\n") * 9:
                        client.sendall(bytes([byte]))
                        time.sleep(0.3)
                        if time.monotonic() > ends:
                            break
                except OSError:
                    pass

    dripping = [threading.Thread(target=drip, args=(number,)) for number in range(50)]
    for thread in dripping:
        thread.start()
    while time.monotonic() < ends:
        begun = time.monotonic()
        assert served.ask("/river.atom").status == 200
        times.append(time.monotonic() - begun)
        time.sleep(0.05)
    for thread in dripping:
        thread.join()
    assert sorted(times)[len(times) * 99 // 100] < 1.0
    assert len(times) > 100
