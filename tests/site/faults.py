"""Connections that fail: refused, reset, closed, silent or slow, at every point of an exchange."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from tests.site.behaviour import Door
from tests.site.wire import Request, Wire, head

Part = Literal["request", "status", "headers", "body", "chunks"]
"""How far an answer gets: nothing, half a status line, half the headers, half a body."""
_HALVES: dict[Part, bytes] = {
    "request": b"",
    "status": b"HTTP/1.",
    "headers": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Half",
    "body": head(200, {"Content-Type": "text/html", "Content-Length": "1000"}) + b"<p>half",
    "chunks": head(200, {"Content-Type": "text/html", "Transfer-Encoding": "chunked"})
    + b"7\r\n<p>half\r\n",
}


@dataclass(frozen=True)
class Refused(Door):
    """A port that nobody listens at."""

    accepts = False

    def listen(self, address: str) -> tuple[socket.socket, ...]:
        """Bound, so that nobody else gets it, and not listening."""
        held = socket.socket()
        held.bind((address, 0))
        return (held,)


@dataclass(frozen=True)
class Unanswered(Door):
    """A machine that drops what comes: the connection is never made."""

    accepts = False

    def listen(self, address: str) -> tuple[socket.socket, ...]:
        """A listener whose queue is full, so that Linux drops every further SYN."""
        listener = socket.create_server((address, 0), backlog=0)
        waiting = []
        for _ in range(3):
            client = socket.socket()
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.connect(listener.getsockname())
            waiting.append(client)
        return (listener, *waiting)


@dataclass(frozen=True)
class ResetAtAccept(Door):
    """RST as soon as the connection stands."""

    def meet(self, wire: Wire) -> None:
        """Gone."""
        wire.reset()


@dataclass(frozen=True)
class ClosedAtAccept(Door):
    """FIN as soon as the connection stands."""

    def meet(self, wire: Wire) -> None:
        """Nothing."""


@dataclass(frozen=True)
class SilentAtAccept(Door):
    """The connection stands, and not a byte comes; no handshake where TLS is expected."""

    def meet(self, wire: Wire) -> None:
        """Until the client has had enough."""
        wire.wait()


@dataclass(frozen=True)
class Banner(Door):
    """Another protocol's server, which talks first, or plain HTTP on the port for https."""

    said: bytes = b"220 mail.example ESMTP\r\n"

    def meet(self, wire: Wire) -> None:
        """Its words, then nothing."""
        wire.send(self.said)
        wire.wait()


@dataclass(frozen=True)
class Reset:
    """The connection breaks (RST) that far into the answer."""

    part: Part = "request"

    def answer(self, asked: Request, wire: Wire) -> None:
        """Half, then RST."""
        wire.send(_HALVES[self.part])
        wire.wait(0.02)  # what was sent has arrived by then
        wire.reset()


@dataclass(frozen=True)
class Closed:
    """The server hangs up (FIN) that far into the answer."""

    part: Part = "request"

    def answer(self, asked: Request, wire: Wire) -> None:
        """Half, then FIN."""
        wire.send(_HALVES[self.part])
        wire.keep = False


@dataclass(frozen=True)
class Silent:
    """The answer stops there, and the connection stays open."""

    part: Part = "request"

    def answer(self, asked: Request, wire: Wire) -> None:
        """Half, then nothing."""
        wire.send(_HALVES[self.part])
        wire.wait()


@dataclass(frozen=True)
class Drip:
    """A piece now and then, for ever: no read time-out ever strikes."""

    piece: bytes = b"x"
    every: float = 0.1
    part: Part = "body"

    def answer(self, asked: Request, wire: Wire) -> None:
        """Piece by piece."""
        wire.send(_DRIPS[self.part])
        piece = b"%x\r\n%b\r\n" % (len(self.piece), self.piece)
        while True:
            wire.send(piece if self.part == "chunks" else self.piece)
            wire.wait(self.every)


_DRIPS: dict[Part, bytes] = {
    **_HALVES,
    "status": b"HTTP/1.1 200 ",
    "headers": b"HTTP/1.1 200 OK\r\nX-Long: ",
    "body": head(200, {"Content-Type": "text/html", "Content-Length": "1000000"}),
    "chunks": head(200, {"Content-Type": "text/html", "Transfer-Encoding": "chunked"}),
}


@dataclass(frozen=True)
class Late:
    """A whole answer that comes too late, or just in time."""

    after: float = 0.5
    body: bytes = b"<p>late"

    def answer(self, asked: Request, wire: Wire) -> None:
        """After a while."""
        wire.wait(self.after)
        wire.reply(200, {"Content-Type": "text/html"}, self.body, method=asked.method)
