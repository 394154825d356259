"""What one refresh of one source may use: requests, bytes and time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from feeder.errors import BudgetError
from feeder.fetch.shown import shown

_MOST_ANSWERS = 20
_LEAST_BYTES = 160_000_000


def most_bytes(max_bytes: int) -> int:
    """Bytes of one refresh, where `max_bytes` is the most of one answer.

    20 answers of the largest size, 160 MB unless it is set otherwise: a hundred articles of a
    megabyte are within it. Who lets one answer be smaller than usual wants no large pages, and not
    fewer: there, the number of requests is bound enough.
    """
    return max(max_bytes * _MOST_ANSWERS, _LEAST_BYTES)


@dataclass(slots=True)
class Budget:
    """What a refresh has, and what it has used by now. `ends` is a moment of `monotonic`.

    For several threads: a page that a browser draws asks for many things at once.

    Requests for robots.txt and redirects count like any other.
    """

    ends: float
    most_requests: int
    most_bytes: int
    monotonic: Callable[[], float] = field(repr=False)
    stopping: Callable[[], bool] = field(repr=False)
    requests: int = 0
    wire_bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def left(self) -> float:
        """Seconds that are left; 0 where there are none."""
        return max(self.ends - self.monotonic(), 0.0)

    def count(self, wire_bytes: int) -> None:
        """So much came over the wire."""
        with self._lock:
            self.wire_bytes += wire_bytes

    def take(self, url: str) -> None:
        """Use one request.

        Raises:
            BudgetError: there is none left; another thread may have had the last.
        """
        with self._lock:
            self.check(url)
            self.requests += 1

    def check(self, url: str) -> None:
        """Look whether there is enough for one more request.

        Raises:
            BudgetError: there is not.
        """
        if self.stopping():
            raise self.ending(url)
        if self.requests >= self.most_requests:
            raise _over(url, f"all {self.most_requests} requests of this refresh", "max_requests")
        if self.wire_bytes >= self.most_bytes:
            raise _over(url, f"all {self.most_bytes:,} bytes of this refresh", "max_bytes")
        if not self.left():
            raise self.no_time(url)

    def ending(self, url: str) -> BudgetError:
        """The error of a request that the end of feeder cuts off."""
        return BudgetError(f"{shown(url)}: not read, since feeder is about to end")

    def no_time(self, url: str) -> BudgetError:
        """The error of a request that would end after the refresh must."""
        return BudgetError(
            f"{shown(url)}: not read, since the time of this refresh was up",
            advice="the next refresh goes on; fewer articles at a time (max_articles) or a shorter "
            "delay would help",
        )


def _over(url: str, what: str, key: str) -> BudgetError:
    return BudgetError(
        f"{shown(url)}: not asked, since {what} were used up",
        advice=f"the next refresh goes on; {key} in [fetch] sets how many there are",
    )
