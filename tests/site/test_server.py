"""The test site itself: quick to start, clean to close, and it writes down what it was asked."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time

import pytest

from tests.site.certificates import Certificate
from tests.site.pages import Conditional, InTurn, Page
from tests.site.server import Site


def test_it_starts_and_closes_quickly_and_leaves_no_thread() -> None:
    before = threading.active_count()
    Site().close()
    started = time.perf_counter()
    for _ in range(5):
        with Site() as site:
            site.at("/", Page())
            idle = socket.create_connection(("127.0.0.1", site.port))
        idle.close()
    assert (time.perf_counter() - started) / 5 < 0.05
    assert threading.active_count() == before


def test_requests_are_written_down_and_connections_counted() -> None:
    with Site() as site:
        site.at("/a", Page("one"))
        connection = http.client.HTTPConnection("127.0.0.1", site.port)
        for path in ("/a?x=1", "/b"):
            connection.request("GET", path, headers={"X-Told": "yes"})
            connection.getresponse().read()
        connection.close()
        assert site.wait_until_idle()
        first, second = site.requests
        assert (first.method, first.path, first.query) == ("GET", "/a", "x=1")
        assert (first.headers["x-told"], first.origin) == ("yes", site.url("")), first
        assert first.connection == second.connection == 1
        assert (site.connections, site.most_open, site.most_in_flight) == (1, 1, 1)
        assert len(site.pauses) == 1
        site.forget()
        assert site.requests == ()


def test_validators_are_honoured_and_answers_take_turns() -> None:
    with Site() as site:
        site.at("/a", InTurn(Conditional("one", etag='"1"'), Conditional("two", etag='"2"')))
        connection = http.client.HTTPConnection("127.0.0.1", site.port)
        statuses = []
        for shown in ('"2"', '"1"', 'W/"2"', "*"):
            connection.request("GET", "/a", headers={"If-None-Match": shown})
            answer = connection.getresponse()
            statuses.append((answer.status, answer.read()))
        connection.close()
    assert statuses == [(200, b"one"), (200, b"two"), (304, b""), (200, b"two")]


def test_https_is_believed_with_its_file_and_only_with_a_good_certificate() -> None:
    wrong: list[Certificate] = [
        "wrong-name",
        "expired",
        "not-yet-valid",
        "self-signed",
        "unknown-issuer",
    ]
    with Site(tls=True) as site:
        site.at("/a", Page("safe"))
        ca_file = site.ca_file
        trusting = ssl.create_default_context(cafile=ca_file)
        connection = http.client.HTTPSConnection("127.0.0.1", site.port, context=trusting)
        connection.request("GET", "/a")
        assert connection.getresponse().read() == b"safe"
        connection.close()
        assert site.requests[0].origin == site.url("")
        for kind in wrong:
            with Site(tls=kind) as bad:
                refused = http.client.HTTPSConnection("127.0.0.1", bad.port, context=trusting)
                with pytest.raises(ssl.SSLCertVerificationError):
                    refused.request("GET", "/")
                refused.close()
    assert not ca_file.exists()
