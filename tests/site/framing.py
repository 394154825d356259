"""Answers that break the rules of HTTP: lengths, chunks, headers, status lines gone wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.site.wire import Headers, Request, Wire, head

_TEXT = {"Content-Type": "text/html"}


@dataclass(frozen=True)
class Raw:
    """Exactly these bytes, and the end of the connection."""

    said: bytes

    def answer(self, asked: Request, wire: Wire) -> None:
        """As given."""
        wire.send(self.said)
        wire.keep = False


def framed(headers: Headers, body: bytes) -> Raw:
    """A body under headers that may lie about it."""
    given = headers.items() if hasattr(headers, "items") else headers
    return Raw(head(200, [*_TEXT.items(), *given]) + body)


@dataclass(frozen=True)
class WrongLength:
    """A body and a Content-Length that differs: longer ones are cut off, shorter ones go on."""

    says: str
    body: bytes = b"<p>Sixteen bytes"

    def answer(self, asked: Request, wire: Wire) -> None:
        """The connection stays open where the length is short, with what is left over in it."""
        wire.send(head(200, {**_TEXT, "Content-Length": self.says}) + self.body)
        if not self.says.isdigit() or int(self.says) > len(self.body):
            wire.keep = False


class ShortBody(WrongLength):
    """The connection ends before the body does."""

    def __init__(self) -> None:
        super().__init__("1000")


class LongBody(WrongLength):
    """More comes than the length says; the rest is no answer to anything."""

    def __init__(self) -> None:
        super().__init__("4")


WRONG_LENGTHS = ("-1", "abc", "+16", "0x10", "16, 17", "16 17", "9" * 30, "1e3", "16;", "\u0661")
"""Values of Content-Length that are no length (RFC 9110, 8.6)."""

CONFLICTING_LENGTHS: dict[str, Raw] = {
    "two lengths": framed([("Content-Length", "16"), ("Content-Length", "8")], b"<p>Sixteen bytes"),
    "length and chunks": framed(
        [("Content-Length", "3"), ("Transfer-Encoding", "chunked")], b"5\r\n<p>ab\r\n0\r\n\r\n"
    ),
    "unknown coding": framed({"Transfer-Encoding": "gzip, identity"}, b"<p>Sixteen bytes"),
    "chunked not last": framed({"Transfer-Encoding": "chunked, gzip"}, b"3\r\n<p>\r\n0\r\n\r\n"),
}
"""Headers that disagree about where the body ends: what request smuggling is made of."""

BAD_CHUNKS: dict[str, Raw] = {
    name: framed({"Transfer-Encoding": "chunked"}, body)
    for name, body in {
        "size that is no number": b"zz\r\n<p>ab\r\n0\r\n\r\n",
        "negative size": b"-5\r\n<p>ab\r\n0\r\n\r\n",
        "empty size": b"\r\n<p>ab\r\n0\r\n\r\n",
        "size beyond all memory": b"fffffffffffffffffff\r\n<p>ab\r\n",
        "cut inside of a chunk": b"ff\r\n<p>ab",
        "no last chunk": b"5\r\n<p>ab\r\n",
        "cut inside of a size": b"5\r\n<p>ab\r\n5",
        "more than its size": b"2\r\n<p>ab\r\n0\r\n\r\n",
        "not chunked at all": b"<p>There are no chunks here.",
    }.items()
}

JUNK: dict[str, Raw] = {
    "HTTP/0.9": Raw(b"<html><body><p>There was no status line in those days.</body></html>"),
    "binary": Raw(random.Random("junk").randbytes(4_000)),
    "zeros": Raw(b"\0" * 4_000),
    "nothing but line ends": Raw(b"\r\n" * 200),
    "another protocol": Raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "HTTP/2": Raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"),
    "unknown version": Raw(b"HTTP/9.9 200 OK\r\nContent-Length: 1\r\n\r\nx"),
    "status that is no number": Raw(b"HTTP/1.1 OK 200\r\nContent-Length: 1\r\n\r\nx"),
    "status of five digits": Raw(b"HTTP/1.1 20000 OK\r\nContent-Length: 1\r\n\r\nx"),
    "negative status": Raw(b"HTTP/1.1 -20 OK\r\nContent-Length: 1\r\n\r\nx"),
    "status line and no more": Raw(b"HTTP/1.1 200 OK\r\n"),
    "switching protocols": Raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\0\1\2"),
}
"""Bytes that are no answer."""

ODD_HEADERS: dict[str, Raw] = {
    name: Raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + lines + b"\r\n<p>x")
    for name, lines in {
        "without a colon": b"Nonsense\r\nContent-Length: 4\r\n",
        "with zeros": b"X-Zero: a\0b\r\nContent-Length: 4\r\n",
        "in any bytes": b"X-Any: \xff\xfe\x80\r\nContent-Length: 4\r\n",
        "folded": b"X-Folded: a\r\n b\r\nContent-Length: 4\r\n",
        "with a space before the colon": b"Content-Length : 4\r\n",
        "without a name": b": 4\r\nContent-Length: 4\r\n",
        "with bare line feeds": b"X-A: b\nContent-Length: 4\n",
        "with a bare carriage return": b"X-A: b\rX-Evil: c\r\nContent-Length: 4\r\n",
    }.items()
}
"""Headers against the rules: what is done with them may differ, a named error or a page."""

FRAMING: dict[str, Raw | WrongLength] = {
    **CONFLICTING_LENGTHS,
    **BAD_CHUNKS,
    **JUNK,
    **{f"length {says[:12]!r}": WrongLength(says) for says in WRONG_LENGTHS},
    "short body": ShortBody(),
}
"""All of them that no client may take for a page."""
