"""Answers that never end, at full speed: each stops only when the client hangs up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, repeat

from tests.site.wire import Request, Wire, head

_MUCH = 65_536


@dataclass(frozen=True)
class Interim:
    """1xx after 1xx (RFC 9110, 15.2), the answer never: http.client reads them for ever."""

    status: int = 100
    every: float = 0.0

    def answer(self, asked: Request, wire: Wire) -> None:
        """Any minute now."""
        lines = head(self.status) * (1 if self.every else 100)
        while True:
            wire.send(lines)
            if self.every:
                wire.wait(self.every)


class _Endless:
    """What goes on until the client hangs up."""

    def pieces(self) -> Iterator[bytes]:
        """What is sent, without an end."""
        raise NotImplementedError

    def answer(self, asked: Request, wire: Wire) -> None:
        """All of it."""
        for piece in self.pieces():
            wire.send(piece)


class InfiniteBody(_Endless):
    """A body without a length."""

    def pieces(self) -> Iterator[bytes]:
        """Headers, then text."""
        yield head(200, {"Content-Type": "text/html", "Connection": "close"})
        yield from repeat(b"<p>and so on, " * (_MUCH // 14))


@dataclass(frozen=True)
class HugeBody(_Endless):
    """A body that says how long it is, which is longer than anybody wants."""

    length: int = 10**12

    def pieces(self) -> Iterator[bytes]:
        """Headers, then text."""
        yield head(200, {"Content-Type": "text/html", "Content-Length": str(self.length)})
        yield from repeat(b"<p>and so on, " * (_MUCH // 14))


@dataclass(frozen=True)
class InfiniteChunks(_Endless):
    """Chunks without a last one; `size` 1 makes the most work of each byte."""

    size: int = _MUCH

    def pieces(self) -> Iterator[bytes]:
        """Headers, then chunks."""
        yield head(200, {"Content-Type": "text/html", "Transfer-Encoding": "chunked"})
        chunk = b"%x\r\n%b\r\n" % (self.size, b"x" * self.size)
        yield from repeat(chunk * max(1, _MUCH // len(chunk)))


class InfiniteChunkSize(_Endless):
    """One chunk whose size line, with its extension, has no end (RFC 9112, 7.1.1)."""

    def pieces(self) -> Iterator[bytes]:
        """Headers, then the size line."""
        yield head(200, {"Content-Type": "text/html", "Transfer-Encoding": "chunked"})
        yield b"1;extension="
        yield from repeat(b"x" * _MUCH)


class InfiniteTrailers(_Endless):
    """A body that is whole, and trailers that are not."""

    def pieces(self) -> Iterator[bytes]:
        """Headers, a chunk, the last one, trailers."""
        yield head(200, {"Content-Type": "text/html", "Transfer-Encoding": "chunked"})
        yield b"1\r\nx\r\n0\r\n"
        yield from (b"X-%d: y\r\n" % number * 50 for number in count())


class InfiniteHeaders(_Endless):
    """Header after header."""

    def pieces(self) -> Iterator[bytes]:
        """A status line and the headers."""
        yield b"HTTP/1.1 200 OK\r\n"
        yield from (b"X-%d: y\r\n" % number * 50 for number in count())


class InfiniteHeader(_Endless):
    """One header without an end."""

    def pieces(self) -> Iterator[bytes]:
        """A status line and a name, then the value."""
        yield b"HTTP/1.1 200 OK\r\nX-Long: "
        yield from repeat(b"x" * _MUCH)


class InfiniteStatusLine(_Endless):
    """A status line without an end."""

    def pieces(self) -> Iterator[bytes]:
        """The beginning of it, then the phrase."""
        yield b"HTTP/1.1 200 "
        yield from repeat(b"x" * _MUCH)
