"""One exchange: what is sent, what comes back, and what becomes of connections."""

from __future__ import annotations

import gc
import gzip
import pickle
import socket
import threading
import time
from pathlib import Path

import pytest

from feeder.errors import ConnectError, FeederError, ProtocolError
from feeder.fetch.transport import Answer, Transport
from tests.fetch.exchanges import LOOPBACK, OK, Said, ask, get, head_of, server, within
from tests.site import codings, endless, faults, framing
from tests.site.server import Site


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
        "large when unpacked": b"HTTP/1.1 503 X\r\nContent-Encoding: gzip\r\n\r\n"
        + gzip.compress(bytes(10**6)),
    }
    lengths = {}
    for name, answer in bodies.items():
        with server(Said(answer, requests=1)) as port:
            got = get(transport, f"http://site.example:{port}/")
            assert got.status == 503
            lengths[name] = len(got.body)
    assert lengths == {"br": 0, "short": 3, "large": 65_536, "large when unpacked": 65_536}


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


def test_where_all_connections_in_the_pool_were_closed_a_new_one_is_made(
    transport: Transport,
) -> None:
    together = threading.Barrier(3)
    talk = Twice(OK)

    def slow(connection: socket.socket) -> None:
        if talk.connections < 3:
            talk.connections += 1
            head_of(connection)
            together.wait()
            connection.sendall(OK)
            connection.recv(1)
        else:
            talk(connection)

    with server(slow) as port:
        url = f"http://site.example:{port}/"
        threads = [threading.Thread(target=get, args=(transport, url)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert get(transport, url).body == b"ok"
    assert talk.connections == 4


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


def test_nobody_is_asked_after_closing(site: Site) -> None:
    transport = Transport()
    transport.close()
    with pytest.raises(ConnectError):
        get(transport, site.url("/"))
    assert site.connections == 0


def test_bounds_and_answers_can_be_pickled() -> None:
    for thing in (LOOPBACK, ask("http://a.example/"), Answer(200, {}, b"", 0)):
        assert pickle.loads(pickle.dumps(thing)) == thing


def test_credentials_are_in_no_representation() -> None:
    asked = ask("http://a.example/", headers={"Authorization": "secret"})
    assert "secret" not in repr(asked)
