"""What is known of servers, for all sources of a process; the store remembers it between two."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from feeder.models import Host

_MOST = 32_000_000
"""Characters in memory. A robots.txt may have 500,000, and there may be many such; most have 1,000,
which makes this 20,000 hosts."""
_OVERHEAD = 500
"""Bytes that a host takes besides."""


@dataclass(slots=True)
class Known:
    """A host, and what of it is worth no line in the store.

    `sitemaps` are those that its robots.txt names, as far as this process has asked for it.
    `asking` is held by whoever asks for its robots.txt. Where that was in vain, `robots_status` is
    what the server answered, and nobody asks again before `robots_again`.
    """

    host: Host
    sitemaps: tuple[str, ...] = ()
    asking: threading.Lock = field(default_factory=threading.Lock)
    robots_again: datetime | None = None
    robots_status: int = 0

    @property
    def size(self) -> int:
        """About so much memory it takes."""
        return _OVERHEAD + len(self.host.robots or "") + sum(map(len, self.sitemaps))


class Hosts:
    """Hosts by their origins. Each is recalled when it is first met. For all threads.

    Args:
        recall: what an earlier run has kept of an origin.
        keep: called with what is to be remembered, whenever that changes.
    """

    def __init__(
        self, recall: Callable[[str], Host | None], keep: Callable[[Host], None], most: int = _MOST
    ) -> None:
        self._recall = recall
        self._keep = keep
        self._most = most
        self._size = 0
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._lock = threading.Lock()
        self._keeping = threading.Lock()

    def get(self, origin: str) -> Known:
        """What is known of a host."""
        with self._lock:
            if known := self._known.get(origin):
                self._known.move_to_end(origin)
                return known
        # Two threads may both recall it: that is cheaper than one waiting for another's host.
        recalled = self._recall(origin) or Host(origin)
        with self._lock:
            if origin not in self._known:
                self._known[origin] = Known(recalled)
                self._grow(self._known[origin].size)
            return self._known[origin]

    def learn(self, origin: str, **changes: Any) -> None:
        """Change fields of a host, and have it kept."""
        with self._keeping:  # what is kept last is what was learnt last
            known = self.get(origin)
            # Another process may have learnt something of it, too.
            newest = self._recall(origin) or known.host
            with self._lock:
                before = known.size
                known.host = replace(newest, **changes)
                if self._known.get(origin) is known:
                    self._grow(known.size - before)
            self._keep(known.host)

    def _grow(self, size: int) -> None:
        """Make room: those who were not met for longest are forgotten here, and recalled then."""
        self._size += size
        while self._size > self._most and len(self._known) > 1:
            _, gone = self._known.popitem(last=False)
            self._size -= gone.size


def origin_of(url: str) -> str:
    """Scheme, host and port of an address that `urls.resolve` gave (RFC 6454)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
