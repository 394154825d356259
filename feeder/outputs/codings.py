"""Packed copies of a document, as servers send them (RFC 9110, 8.4.1): gzip, and where their
libraries are installed, Brotli (RFC 7932) and Zstandard (RFC 8878).

The same bytes are packed alike by the same library. No copy holds a date or a name.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

# Measured on 588 kB of articles' markup in a feed, as milliseconds of CPU and kB:
#   gzip    4: 4.6, 95   6: 7.0, 89   9: 11.6, 88      1.5 % less are not worth 4.6 ms
#   Brotli  4: 2.2, 39   5: 3.2, 35   9: 21.0, 33
#   Zstd    6: 2.1, 37   9: 3.2, 36   15: 20.4, 36     from 15 on it looks for much longer
_GZIP_LEVEL = 6
_BROTLI_QUALITY = 5
_ZSTD_LEVEL = 9

NAMES = {"zstd": ".zst", "br": ".br", "gzip": ".gz"}
"""What HTTP calls them (RFC 9110, 8.4.1), and how the names of their copies end; the quickest to
unpack first."""
SUFFIXES = (".gz", ".br", ".zst")
"""All that a packed copy's name may end with, whatever is installed here and now."""


@dataclass(frozen=True, slots=True)
class Coding:
    """One way to pack. `holds` tells whether the first, unpacked, is the second and no more.

    Unpacking is cheaper than packing anew to compare, and bears another version of the library.
    """

    suffix: str
    pack: Callable[[bytes], bytes]
    holds: Callable[[bytes, bytes], bool]


@cache
def codings() -> tuple[Coding, ...]:
    """Those whose libraries are installed."""
    found = [_gzip()]
    for make in (_brotli, _zstd):
        with suppress(ImportError):
            found.append(make())
    return tuple(found)


def _gzip() -> Coding:
    def holds(packed: bytes, body: bytes) -> bool:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            unpacked = unpacker.decompress(packed, len(body) + 1)
        except zlib.error:
            return False
        return unpacked == body and unpacker.eof and not unpacker.unused_data

    return Coding(".gz", lambda body: gzip.compress(body, _GZIP_LEVEL, mtime=0), holds)


def _brotli() -> Coding:
    import brotli

    def pack(body: bytes) -> bytes:
        packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY)
        return packed

    def holds(packed: bytes, body: bytes) -> bool:
        unpacker = brotli.Decompressor()
        try:
            unpacked = unpacker.process(packed, output_buffer_limit=len(body) + 1)
        except brotli.error:  # of what follows its end, too
            return False
        return unpacked == body and bool(unpacker.is_finished())

    return Coding(".br", pack, holds)


def _zstd() -> Coding:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    def holds(packed: bytes, body: bytes) -> bool:
        unpacker = zstd.ZstdDecompressor()
        try:
            unpacked = unpacker.decompress(packed, max_length=len(body) + 1)
        except zstd.ZstdError:
            return False
        return unpacked == body and unpacker.eof and not unpacker.unused_data

    return Coding(".zst", lambda body: zstd.compress(body, _ZSTD_LEVEL), holds)
