"""What is kept as files beside the database: pages as they were fetched, and batches not believed.

STATE/pages/AB/ABCDEF….gz, named by the hash of what is in it; compressed, and for its owner alone.
The database says what each is. A file that is gone or damaged is as good as not kept.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from feeder.store.folder import named_failures

_LEVEL = 1
"""Of 120 kB of HTML: 1.3 ms and 24 kB, where level 6 takes 4 ms for 20 kB."""
_MOST = 64_000_000
"""Bytes that a file may unpack to: more than a page, or a batch of a refresh, may have."""


class KeptFile(NamedTuple):
    """A file that is kept. `size` is what it takes on disk."""

    sha256: str
    size: int


def pack(body: bytes) -> bytes:
    """What a file is that has these bytes in it."""
    return gzip.compress(body, _LEVEL, mtime=0)


def unpacked(packed: bytes) -> bytes:
    """What is in a file, up to the most that one may hold.

    Raises:
        zlib.error: it is damaged.
    """
    return zlib.decompressobj(wbits=31).decompress(packed, _MOST)


class KeptFiles:
    """The files kept in one state folder."""

    def __init__(self, state: Path) -> None:
        self._root = state / "pages"

    def put(self, body: bytes) -> KeptFile:
        """Keep these bytes; those that are kept already are not written again.

        Raises:
            StateError: the state folder cannot be written to.
        """
        digest = hashlib.sha256(body).hexdigest()
        place = self._place(digest)
        with named_failures(self._root), suppress(FileNotFoundError):
            return KeptFile(digest, place.stat().st_size)
        packed = pack(body)
        with named_failures(self._root):
            for folder in (self._root, place.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            # No fsync: what a power cut takes is as good as not kept, and its name tells.
            part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(packed)
                part.replace(place)
            finally:
                part.unlink(missing_ok=True)
        return KeptFile(digest, len(packed))

    def get(self, sha256: str) -> bytes | None:
        """The bytes with that hash, or None where they are not kept any more, or damaged."""
        try:
            body = unpacked(self._place(sha256).read_bytes())
        except (OSError, zlib.error):
            return None
        return body if hashlib.sha256(body).hexdigest() == sha256 else None

    def remove(self, digests: Iterable[str]) -> None:
        """Keep these no more. What cannot be removed is left to the next time."""
        for digest in digests:
            with suppress(OSError):
                self._place(digest).unlink()

    def _place(self, sha256: str) -> Path:
        return self._root / sha256[:2] / f"{sha256}.gz"
