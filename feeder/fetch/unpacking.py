"""gzip unpacked in steps, within a bound: a bomb is let go at the first byte too many."""

from __future__ import annotations

import zlib

_GZIP = 16 + zlib.MAX_WBITS
_MOST_MEMBERS = 1_000
"""Each costs a 32 kB window. Programs that write many (bgzip) end one at 64 kB: 8 MB have 125."""


class CorruptError(Exception):
    """It is no gzip, or damaged, or ends too early."""


class OverflowedError(Exception):
    """It would be larger than it may. `rest` is what of this piece would still have fitted."""

    def __init__(self, rest: bytes) -> None:
        super().__init__()
        self.rest = rest


class Gunzip:
    """Unpacks one or several gzip members (RFC 1952), with zeros behind them if there are any."""

    def __init__(self, max_bytes: int) -> None:
        self._left = max_bytes
        self._member: zlib._Decompress | None = None
        self._members = 0

    def feed(self, data: bytes) -> bytes:
        """What comes of the next piece.

        Raises:
            CorruptError: it is no gzip.
            OverflowedError: all together would be larger than `max_bytes`.
        """
        pieces: list[bytes] = []
        while data:
            if self._member is None:
                data = self._begin(data)
            else:
                piece, data = self._step(self._member, data)
                pieces.append(piece)
                if self._left < 0:
                    raise OverflowedError(b"".join(pieces)[: self._left])
        return b"".join(pieces)

    def finish(self) -> None:
        """Nothing follows.

        Raises:
            CorruptError: something should.
        """
        if self._member is not None or not self._members:
            raise CorruptError("it ends too early")

    def _begin(self, data: bytes) -> bytes:
        if self._members:  # zeros pad it to whole blocks
            data = data.lstrip(b"\0")
        if data:
            self._members += 1
            if self._members > _MOST_MEMBERS:
                raise CorruptError(f"it has more than {_MOST_MEMBERS} members")
            self._member = zlib.decompressobj(_GZIP)
        return data

    def _step(self, member: zlib._Decompress, data: bytes) -> tuple[bytes, bytes]:
        try:
            # One more than may be: then it shows that there is more.
            piece = member.decompress(data, self._left + 1)
        except zlib.error as error:
            raise CorruptError(str(error)) from None
        self._left -= len(piece)
        if member.eof:
            self._member = None
            return piece, member.unused_data
        return piece, member.unconsumed_tail
