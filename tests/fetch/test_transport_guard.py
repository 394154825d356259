"""Whom the transport asks: no address that is forbidden, however it is spelt or led to."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network

import pytest

from feeder.errors import ForbiddenAddressError, HostNameError
from feeder.fetch.exchange import Exchange
from feeder.fetch.guard import check_peer
from feeder.fetch.resolver import Resolver
from feeder.fetch.transport import Transport, Trust
from feeder.fetch.watchdog import Watchdog
from tests.fetch.exchanges import LOOPBACK, OK, Said, ask, get, said, server
from tests.site import faults
from tests.site.names import PUBLIC, Names, Rebinding
from tests.site.server import Site


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


def test_all_that_would_have_to_be_allowed_is_named() -> None:
    transport = Transport(resolve=Names({"site.example": ["::1", "127.0.0.1", "127.0.0.1"]}))
    with pytest.raises(ForbiddenAddressError) as error:
        get(transport, "http://site.example/", Trust())
    assert error.value.networks == ("::1/128", "127.0.0.1/32")
    assert 'allow_networks = ["::1/128", "127.0.0.1/32"]' in said(error)
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


def test_an_address_that_is_silent_leaves_time_for_the_next(site: Site) -> None:
    allowed = Trust((ip_network("127.0.0.0/8"),))
    transport = Transport(resolve=Names({"site.example": ["127.0.0.1", "127.0.0.2"]}))
    port = int(site.at("", faults.Unanswered()).rpartition(":")[2])
    with server(Said(OK), ("127.0.0.2", port)):
        url = f"http://site.example:{port}/"
        assert get(transport, url, allowed, connect_timeout=0.4).body == b"ok"
    transport.close()


def test_the_peer_is_judged_once_more_when_connected() -> None:
    """Whatever lies between an address and a connection, such as a rule of the firewall."""
    dog = Watchdog()
    watch = dog.watch(time.monotonic() + 5)
    asked = ask("http://site.example/")
    with server(Said(OK)) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        exchange = Exchange(asked, Trust(), Resolver(), watch, time.monotonic())
        with pytest.raises(ForbiddenAddressError, match="loopback"):
            check_peer(exchange, "site.example", connection)
        check_peer(replace(exchange, trust=LOOPBACK), "site.example", connection)
    watch.end()
    dog.close()


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
