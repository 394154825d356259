"""Exchanges through a proxy, which is trusted and told no more than it must know."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace

import pytest

from feeder.errors import ConnectError, ForbiddenAddressError
from feeder.fetch.transport import Transport, Trust
from tests.fetch.exchanges import OK, get, head_of, said, server
from tests.site import codings
from tests.site.server import Site
from tests.site.wire import Request


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
