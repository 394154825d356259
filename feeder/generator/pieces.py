"""Entries as they were written last: of sixty in a feed, one is new."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

MOST_BYTES = 8_000_000
"""Of each format, with what they were made of: some seven feeds that fill half of their cap. It is
what publishing lets a service grow by."""


class Pieces:
    """Bytes by what they were made of; what was not asked for the longest goes first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The bytes made of `key`, made now if they are not kept."""
        with self._lock:
            piece = self._kept.get(key)
            if piece is not None:
                self._kept.move_to_end(key)
                return piece
        piece = make()
        with self._lock:
            self._size += _weight(piece) - _weight(self._kept.pop(key, b""))
            self._kept[key] = piece
            while self._size > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._size -= _weight(oldest)
        return piece


def _weight(piece: bytes) -> int:
    """What a piece takes with its key, which holds the same article."""
    return 2 * len(piece)
