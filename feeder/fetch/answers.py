"""http.client's answers made strict, and counted byte by byte."""

from __future__ import annotations

import http.client
import io
import re
import socket
from typing import Any

from feeder.fetch.exchange import CURRENT, Exchange

_BUFFER = 65_536
_DIGITS = re.compile(r"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?\n", re.DOTALL)
_WITHOUT_BODY = (204, 304)


class _Counted(io.RawIOBase):
    """The reading end of a connection, which counts what comes."""

    def __init__(self, raw: io.RawIOBase, exchange: Exchange) -> None:
        self._raw = raw
        self._exchange = exchange

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        try:
            count = self._raw.readinto(buffer)
        except OSError as error:
            raise self._exchange.failure(error) from error
        if count:
            self._exchange.came(count)
        else:
            self._exchange.ended()
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Wire:
    """What an answer is told is its socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def makefile(self, mode: str) -> io.BufferedReader:
        raw = self._connection.makefile(mode, buffering=0)  # type: ignore[call-overload]
        return io.BufferedReader(_Counted(raw, CURRENT.get()), _BUFFER)


class StrictAnswer(http.client.HTTPResponse):
    """An answer that is refused where http.client would guess how long it is.

    Whoever guesses takes a cut page for a whole one.
    """

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(_Wire(sock), debuglevel, method, url)  # type: ignore[arg-type]

    def begin(self) -> None:
        """Read the head."""
        super().begin()
        if self.headers.defects or self.headers.get_payload():
            # http.client drops what follows a line that is no header, lengths among it.
            raise CURRENT.get().malformed("a line among its headers is no header")
        if self.status == http.client.SWITCHING_PROTOCOLS:
            raise CURRENT.get().malformed("it switches to a protocol that nobody asked for")
        if self.status in _WITHOUT_BODY:  # whatever the headers say (RFC 9112, 6.3)
            self.chunked, self.length = False, 0
        else:
            self._check_length()

    def _check_length(self) -> None:
        """RFC 9112, 6.3: how the end of the body is known."""
        codings = _listed(self.headers.get_all("transfer-encoding", []))
        lengths = set(_listed(self.headers.get_all("content-length", [])))
        if codings not in ([], ["chunked"], ["identity"]):
            raise CURRENT.get().malformed("a transfer coding that is not known here")
        if codings == ["chunked"]:
            self.chunked = True
            self.chunk_left = None
            if lengths:
                raise CURRENT.get().malformed("it tells its length twice, in two ways")
        elif lengths:
            length = lengths.pop()
            if lengths or not _DIGITS.fullmatch(length):
                raise CURRENT.get().malformed("it tells a length that is none")
            self.length = int(length)

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the final answer: 102 and 103 are skipped as 100 is."""
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.client.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)

    def _read_next_chunk_size(self) -> int:
        """http.client takes "-1", "0x5" and "1_0" for sizes."""
        line = self.fp.readline(_BUFFER)
        size = _CHUNK_SIZE.fullmatch(line)
        if size is None:
            raise CURRENT.get().malformed("a chunk of it has no size, or it ends within a chunk")
        return int(size[1], 16)


def _listed(values: list[str]) -> list[str]:
    return [part.strip().lower() for value in values for part in value.split(",")]
