"""One connection, as the behaviours of the test site hold it: requests in, any bytes out."""

from __future__ import annotations

import select
import socket
import ssl
import struct
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

Headers = Mapping[str, str] | Iterable[tuple[str, str]]

_LONGEST_HEAD = 100_000
_BODILESS = {204, 304}


class HungUpError(ConnectionError):
    """The client hung up, or the site is closing."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. Names of headers are lower case, repeated ones are joined with a comma.

    `at` is monotonic time, `connection` counts from 1 in the order in which they were made.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    scheme: str
    connection: int
    at: float

    @property
    def path(self) -> str:
        """Without the origin that a proxy is asked with, and without the query."""
        return self.local.partition("?")[0]

    @property
    def query(self) -> str:
        """What stands behind the question mark."""
        return self.local.partition("?")[2]

    @property
    def local(self) -> str:
        """Path and query."""
        if self.target.startswith("/"):
            return self.target
        parts = urlsplit(self.target)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def host(self) -> str:
        """The `Host` header: name and port as the client has them."""
        return self.headers.get("host", "")

    @property
    def origin(self) -> str:
        """Where a link to a path of this site must begin for this client."""
        return f"{self.scheme}://{self.host}"


class Wire:
    """The bytes of one connection. `keep` is whether another request may follow on it."""

    def __init__(self, connection: socket.socket, number: int) -> None:
        self._socket = connection
        self._number = number
        self._unread = b""
        self._over = False
        self.keep = True

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from here on.

        Raises:
            OSError: there was no handshake, or the client did not like the certificate.
        """
        secured = context.wrap_socket(self._socket, server_side=True, do_handshake_on_connect=False)
        self._socket = secured
        if self._over:  # told so while the socket changed hands
            raise HungUpError
        secured.do_handshake()

    def next_request(self) -> Request | None:
        """The next one, body and all, or None where the client has hung up between two."""
        head = self._head()
        if not head:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, version = [*first.split(" "), "", ""][:3]
        headers: dict[str, str] = {}
        for name, _, value in (line.partition(":") for line in lines):
            key = name.strip().lower()
            headers[key] = ", ".join(filter(None, (headers.get(key), value.strip())))
        self.keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        self._skip(int(headers.get("content-length", 0)))
        scheme = "https" if isinstance(self._socket, ssl.SSLSocket) else "http"
        return Request(method, target, headers, scheme, self._number, time.monotonic())

    def _head(self) -> bytes:
        while b"\r\n\r\n" not in self._unread:
            more = self._socket.recv(65_536)
            if not more or len(self._unread) > _LONGEST_HEAD:
                return b""
            self._unread += more
        head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        return head

    def _skip(self, length: int) -> None:
        while len(self._unread) < length:
            more = self._socket.recv(65_536)
            if not more:
                raise HungUpError
            self._unread += more
        self._unread = self._unread[length:]

    def send(self, data: bytes) -> None:
        """All of it, as soon as the client takes it.

        Raises:
            OSError: the client hung up.
        """
        self._socket.sendall(data)

    def start(self, status: int = 200, headers: Headers = ()) -> None:
        """Status line and headers."""
        self.send(head(status, headers))

    def reply(
        self, status: int = 200, headers: Headers = (), body: bytes = b"", *, method: str = "GET"
    ) -> None:
        """A whole answer with the right length, in one piece."""
        given = list(headers.items() if isinstance(headers, Mapping) else headers)
        if status not in _BODILESS and not _names(given) & {"content-length", "transfer-encoding"}:
            given.append(("Content-Length", str(len(body))))
        self.send(head(status, given) + (b"" if method == "HEAD" else body))

    def wait(self, seconds: float | None = None) -> None:
        """Do nothing for so long; without a time, until the other side has had enough.

        Raises:
            HungUpError: the client hung up, or the site is closing.
        """
        end = None if seconds is None else time.monotonic() + seconds
        while select.select([self._socket], [], [], _left(end))[0]:
            # Clients of this site do not pipeline. What one says unasked is not listened to: at a
            # door that is its request, inside of TLS the beginning of its farewell.
            if not socket.socket.recv(self._socket, 65_536):
                raise HungUpError

    def reset(self) -> None:
        """Break the connection as a machine does that lost power: RST instead of FIN."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        """Hang up, without the end that TLS has of its own."""
        self.keep = False
        self._socket.close()

    def hang_up(self) -> None:
        """Wake whatever thread waits on the connection; called from another one."""
        self._over = True
        shut_down(self._socket)


def head(status: int = 200, headers: Headers = ()) -> bytes:
    """The bytes of a status line and headers, and the empty line behind them."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Odd"
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in pairs)]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def shut_down(connection: socket.socket) -> None:
    """Wake all threads that wait on a socket, also a listening one or one inside of TLS."""
    with suppress(OSError):  # it is closed already, or never was connected
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _left(end: float | None) -> float | None:
    return None if end is None else max(0.0, end - time.monotonic())


def _names(headers: list[tuple[str, str]]) -> set[str]:
    return {name.lower() for name, _ in headers}
