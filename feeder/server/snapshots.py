"""Documents as they are served: bytes that never change, each coding with a tag of its own.

A file is opened, and what is read through that one descriptor is served until another file lies
there. So nobody is given half of one and half of another, nor two bodies by one tag.
"""

from __future__ import annotations

import os
import stat
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256

from feeder.outputs.codings import NAMES, codings
from feeder.server.negotiation import IDENTITY

LARGEST = 64_000_000
"""Bytes of a document. Feeds have some hundred kB, and this is read into memory whole."""
KEPT_BYTES = 32_000_000
"""Of all documents and their packed copies together, the least lately asked for go first."""
SETTLED_NS = 20_000_000
"""Nanoseconds after which the time stamps of a file tell of any later change, as in `outputs`."""

_by_suffix = {coding.suffix: coding.pack for coding in codings()}
PACKERS = {name: _by_suffix[suffix] for name, suffix in NAMES.items() if suffix in _by_suffix}
"""The codings whose libraries are installed."""

Stamp = tuple[int, int, int, int]
Header = tuple[bytes, bytes]
Headers = list[Header]


@dataclass(slots=True, eq=False)
class Coded:
    """The bytes of a document in one coding. `made` is what they were last sent with."""

    body: bytes
    etag: bytes
    coding: str
    made: object = None


@dataclass(slots=True, eq=False)
class Snapshot:
    """A document as it lay there once, as of `stamp`.

    It `is_settled` when a later change would change the stamp. From `dated_from` on its date tells
    it from any other: within one second there may be two, which `Last-Modified` cannot tell apart.
    """

    stamp: Stamp
    is_settled: bool
    modified: bytes
    dated_from: float
    coded: dict[str, Coded] = field(default_factory=dict)

    def is_as_it_lies(self, place: str) -> bool:
        """Whether nothing else lies there by now.

        Raises:
            OSError: nothing does.
        """
        found = os.stat(place, follow_symlinks=False)  # noqa: PTH116 - for each request
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        return self.is_settled and stamp == self.stamp

    def takes_over(self, other: Snapshot) -> bool:
        """Whether the other one is of the same bytes; then this one is of its date."""
        if self.coded[IDENTITY].etag != other.coded[IDENTITY].etag:
            return False
        self.stamp, self.is_settled = other.stamp, other.is_settled
        if self.modified != other.modified:  # else what was made of it stays
            self.modified, self.dated_from = other.modified, other.dated_from
        return True

    @property
    def size(self) -> int:
        """Bytes that it takes in memory."""
        return sum(len(one.body) for one in self.coded.values())


def read(place: str) -> Snapshot:
    """What lies there now.

    Raises:
        OSError: it cannot be read, or is no document.
    """
    now = time.time_ns()
    # Never through a link, and never stuck in a fifo.
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(f"{place} is no file")
        if found.st_size > LARGEST:
            raise OSError(f"{place} has more than {LARGEST:,} bytes")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            body = file.read(LARGEST + 1)
    finally:
        os.close(descriptor)
    if len(body) != found.st_size:
        raise OSError(f"{place} is being written to in place")
    stamp = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    newest = max(found.st_mtime_ns, found.st_ctime_ns)
    second = found.st_mtime_ns // 1_000_000_000
    return Snapshot(
        stamp,
        newest < now - SETTLED_NS,
        formatdate(second, usegmt=True).encode(),
        second + 1.0,
        {IDENTITY: _coded(body, IDENTITY)},
    )


def pack(snapshot: Snapshot, coding: str) -> Coded:
    """It in another coding."""
    return _coded(PACKERS[coding](snapshot.coded[IDENTITY].body), coding)


def _coded(body: bytes, coding: str) -> Coded:
    return Coded(body, b'"%s"' % sha256(body).hexdigest()[:32].encode(), coding)


class Kept:
    """The snapshots that were asked for lately, by where they lie."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._by_place: OrderedDict[str, Snapshot] = OrderedDict()

    def get(self, place: str) -> Snapshot | None:
        """That of a place, as it lay there when it was last read."""
        found = self._by_place.get(place)
        if found is not None:
            self._by_place.move_to_end(place)
        return found

    def put(self, place: str, snapshot: Snapshot) -> None:
        """Another one lies there."""
        self.drop(place)
        self._by_place[place] = snapshot
        self._size += snapshot.size
        self._shrink()

    def grew(self, place: str, snapshot: Snapshot, coded: Coded) -> None:
        """It was packed."""
        snapshot.coded[coded.coding] = coded
        if self._by_place.get(place) is snapshot:
            self._size += len(coded.body)
            self._shrink()

    def drop(self, place: str) -> None:
        """Nobody may have it any more."""
        gone = self._by_place.pop(place, None)
        if gone is not None:
            self._size -= gone.size

    def _shrink(self) -> None:
        while self._size > self._limit and len(self._by_place) > 1:
            _, gone = self._by_place.popitem(last=False)
            self._size -= gone.size
