"""One HTTP exchange, guarded: who may be asked, for how long, and how much may come.

    transport = Transport()
    answer = transport.ask(Ask(url, headers, 10, 20, time.monotonic() + 60, 8_000_000), Trust())

Redirects, credentials, robots.txt and pace are not known here. Whatever a server does ends in an
`Answer` or in one of the errors that `ask` names.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feeder.errors import ConnectError, ForbiddenAddressError
from feeder.fetch.addresses import Address, address_of, judge
from feeder.fetch.exchange import CURRENT, Exchange, StaleError
from feeder.fetch.guard import refused
from feeder.fetch.resolver import Resolve, Resolver
from feeder.fetch.shown import shown
from feeder.fetch.traffic import Traffic
from feeder.fetch.watchdog import Watchdog

if TYPE_CHECKING:
    from feeder.fetch.adapter import GuardedAdapter


@dataclass(frozen=True, slots=True)
class Trust:
    """What decides which connections may be shared."""

    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    verify: bool = True
    ca_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    """May hold a user name and a password."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, and its bounds.

    `url` is one that `urls.resolve` gave. `connect_timeout` seconds are for DNS, TCP and TLS
    together, `read_timeout` between two pieces; at `deadline`, of `time.monotonic()`, all is over.
    `max_bytes` is for the body on the wire and for the body unpacked, each.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    connect_timeout: float
    read_timeout: float
    deadline: float
    max_bytes: int
    method: str = "GET"
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: any status; `body` is unpacked, and of 300 and above only its beginning.

    Names of headers are in lower case, and repeated ones joined with ", ". `peer` is the address
    that it came from: of a proxy, if there is one.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    wire_bytes: int
    peer: str | None = None


class Transport:
    """Asks servers. One a process, for all its threads."""

    def __init__(self, *, resolve: Resolve = socket.getaddrinfo) -> None:
        self._resolver = Resolver(resolve)
        self._watchdog = Watchdog()
        self._adapters: dict[Trust, GuardedAdapter] = {}
        self._closed = False
        self._lock = threading.Lock()
        self.traffic = Traffic()

    def ask(
        self, ask: Ask, trust: Trust, *, count: Callable[[int], None] = lambda _: None
    ) -> Answer:
        """Send the request and read the answer, within its bounds.

        Args:
            count: told how many bytes came over the wire, also where it ends in an error.

        Raises:
            ForbiddenAddressError: its host is, or leads to, an address that may not be asked.
            HostNameError, ConnectError, TlsError: it cannot be reached.
            TimeLimitError: it took too long.
            TooLargeError: it is too large, on the wire or unpacked.
            ProtocolError: it is not what HTTP allows, or cut short.
        """
        _check_target(ask, trust)
        # urllib3 puts a place for a new connection where the stale one was: the second time, no
        # other old one comes up.
        for _ in range(2):
            with suppress(StaleError):
                return self._attempt(ask, trust, count)
        raise ConnectError(
            f"{shown(ask.url)}: connections were closed before they could be used",
            advice="the next refresh asks again",
        )

    def close(self) -> None:
        """Close all connections, those in use too."""
        with self._lock:
            self._closed = True
            adapters, self._adapters = self._adapters, {}
        self._watchdog.close()
        for adapter in adapters.values():
            adapter.close()

    def _attempt(self, ask: Ask, trust: Trust, count: Callable[[int], None]) -> Answer:
        adapter = self._adapter(trust)
        watch = self._watchdog.watch(ask.deadline)
        exchange = Exchange(ask, trust, self._resolver, watch, time.monotonic())
        token = CURRENT.set(exchange)
        status = None
        try:
            answer = _exchanged(adapter, exchange)
            status = answer.status
            return answer
        finally:
            CURRENT.reset(token)
            watch.end()
            count(exchange.received)
            self.traffic.add(status, exchange.received)

    def _adapter(self, trust: Trust) -> GuardedAdapter:
        from feeder.fetch.adapter import GuardedAdapter  # requests takes 80 ms to import

        with self._lock:
            if self._closed:
                raise ConnectError("nobody is asked any more: feeder is about to end")
            adapter = self._adapters.get(trust)
            if adapter is None:
                adapter = self._adapters[trust] = GuardedAdapter(trust)
            return adapter


def _exchanged(adapter: GuardedAdapter, exchange: Exchange) -> Answer:
    from feeder.fetch.reading import body_of, head_of, opened

    with opened(adapter, exchange) as raw:
        head = head_of(raw)
        body = body_of(raw, head, exchange)
        return Answer(raw.status, head, body, exchange.received, exchange.address)


def _check_target(ask: Ask, trust: Trust) -> None:
    """What can be judged of an address before anybody is asked."""
    parts = urlsplit(ask.url)
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        raise ForbiddenAddressError(
            f"{shown(ask.url)} is not an address of http or https",
            advice="no other addresses are asked, nor any with a user name in them",
        )
    # A proxy is handed the address as it is spelt; a name it resolves itself.
    address = _literal(host) if trust.proxy else None
    refusal = judge(address, trust.allow_networks) if address else None
    if refusal:
        raise refused(host, address, refusal)


def _literal(host: str) -> Address | None:
    """The address that `host` is a spelling of: "127.1", "0x7f000001" and "2130706433" are, too."""
    host = host.rstrip(".")
    try:
        return address_of(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
