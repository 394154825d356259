"""Bodies in codings: packed well, cut, damaged, nested, unasked for, and bombs in each of them."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from tests.site.wire import Request, Wire

Coding = Literal["gzip", "deflate", "br", "zstd"]
PAGE = b"<!doctype html><title>Packed</title>" + b"<p>There is enough here to pack.</p>" * 200
BOMB_BYTES = 64 * 1024 * 1024
"""What a bomb unpacks to: eight times what a page may have, and sent in under 70 kB."""

# 64 MiB of zeros by brotli 1.2, quality 11: no compressor for it is among our dependencies.
_BROTLI_BOMB = base64.b64decode(
    "z///f/gnAOKxQCD3/p/////wTwDEYQGA7v0/////4Z8AiMMiAN37f/7//8M/ARCHBQC69/8D"
)


@dataclass(frozen=True)
class Coded:
    """A body with a Content-Encoding that may or may not be true."""

    body: bytes
    coding: str = "gzip"
    media_type: str = "text/html"

    def answer(self, asked: Request, wire: Wire) -> None:
        """Whatever was asked for."""
        headers = {"Content-Type": self.media_type, "Content-Encoding": self.coding}
        wire.reply(200, headers, self.body, method=asked.method)


def gzipped(body: bytes = PAGE) -> bytes:
    """One member."""
    return gzip.compress(body, mtime=0)


GOOD_GZIP: dict[str, Coded] = {
    "one member": Coded(gzipped()),
    "x-gzip": Coded(gzipped(), "x-gzip"),
    "in capitals": Coded(gzipped(), "GZip"),
    "two members": Coded(gzipped(PAGE[:100]) + gzipped(PAGE[100:])),
    "zeros behind it": Coded(gzipped() + b"\0" * 512),
}
"""All of them are `PAGE` (RFC 1952, 2.2)."""

BAD_GZIP: dict[str, Coded] = {
    "cut": Coded(gzipped()[:-40]),
    "cut before its checksum": Coded(gzipped()[:-8]),
    "cut in its head": Coded(gzipped()[:5]),
    "empty": Coded(b""),
    "wrong checksum": Coded(gzipped()[:-8] + b"\1\2\3\4" + gzipped()[-4:]),
    "wrong length": Coded(gzipped()[:-4] + b"\1\2\3\4"),
    "damaged": Coded(gzipped()[:20] + b"\xff" * 20 + gzipped()[40:]),
    "garbage behind it": Coded(gzipped() + b"<script>garbage</script>"),
    "not packed": Coded(PAGE),
    "nested": Coded(gzipped(gzipped()), "gzip, gzip"),
    "second member cut": Coded(gzipped() + gzipped()[:-10]),
}

UNASKED: dict[str, Coded] = {
    "deflate": Coded(zlib.compress(PAGE), "deflate"),
    "raw deflate": Coded(zlib.compress(PAGE)[2:-4], "deflate"),
    "br": Coded(_BROTLI_BOMB, "br"),
    "zstd": Coded(b"\x28\xb5\x2f\xfd\x00\x38\x21\x00\x00<p>x", "zstd"),
    "compress": Coded(b"\x1f\x9d\x90<p>x", "compress"),
    "unheard of": Coded(PAGE, "x-secret"),
    "gzip in br": Coded(gzipped(), "gzip, br"),
    "a hundred": Coded(gzipped(), ", ".join(["gzip"] * 100)),
}
"""Codings that a client did not say it takes."""


@cache
def bomb(coding: Coding, size: int = BOMB_BYTES) -> bytes:
    """`size` zeros, packed. Brotli's has one size."""
    match coding:
        case "gzip":
            return b"".join(_deflated(_zeros(size), 31))
        case "deflate":
            return b"".join(_deflated(_zeros(size), 15))
        case "zstd":
            return _zstd_bomb(size)
        case "br":
            assert size == BOMB_BYTES
            return _BROTLI_BOMB


@cache
def nested_bomb(size: int = BOMB_BYTES) -> bytes:
    """A gzip bomb in gzip: under 1 kB."""
    return gzipped(bomb("gzip", size))


def bombs() -> dict[str, Coded]:
    """Every bomb by its coding. The last is no coding of HTTP's, but a packed sitemap."""
    return {
        "gzip": Coded(bomb("gzip")),
        "deflate": Coded(bomb("deflate"), "deflate"),
        "br": Coded(bomb("br"), "br"),
        "zstd": Coded(bomb("zstd"), "zstd"),
        "nested": Coded(nested_bomb(), "gzip, gzip"),
        "gzip of .xml.gz": Coded(nested_bomb(), "gzip", "application/gzip"),
    }


def _zeros(size: int) -> Iterable[bytes]:
    step = bytes(1 << 20)
    return (step[: size - start] for start in range(0, size, len(step)))


def _deflated(pieces: Iterable[bytes], window: int) -> Iterable[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    yield from map(packer.compress, pieces)
    yield packer.flush()


def _zstd_bomb(size: int) -> bytes:
    """Blocks of one repeated byte (RFC 8878, 3.1.1.2): four bytes say 128 KiB."""
    block = 1 << 17
    last = max(1, size // block)
    blocks = ((number == last) | 1 << 1 | block << 3 for number in range(1, last + 1))
    return b"\x28\xb5\x2f\xfd\x00\x38" + b"".join(b.to_bytes(3, "little") + b"\0" for b in blocks)
