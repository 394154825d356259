"""Pace: how many requests a host gets at a time, and how long it has peace between two."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from feeder.errors import BudgetError

JITTER = 0.2
"""Share of the delay that is added at random, so that sources do not come in step."""
_LOOK_UP = 0.25
"""Seconds after which one that waits looks whether feeder is about to end."""
_MOST_LINES = 10_000


@dataclass(slots=True)
class _Line:
    """Those who wait for one host. `ready` is when it has had its peace (monotonic seconds)."""

    in_flight: int = 0
    waiting: int = 0
    ready: float = 0.0


@dataclass(slots=True)
class Turn:
    """The right to ask a host. `delay` is how long it has peace afterwards, in seconds."""

    delay: float = 1.0


@dataclass(slots=True)
class Pace:
    """What all sources of a process together ask of each host. For all its threads."""

    monotonic: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random
    wait: Callable[[threading.Condition, float], object] = threading.Condition.wait
    _lines: dict[str, _Line] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def turn(
        self, host: str, *, per_host: int, until: float, stopping: Callable[[], bool]
    ) -> Iterator[Turn]:
        """Wait for a turn to ask `host`, and give it peace afterwards.

        Raises:
            BudgetError: there is none before `until` (of the monotonic clock), or feeder is about
                to end.
        """
        line = self._wait(host, per_host, until, stopping)
        turn = Turn()
        try:
            yield turn
        finally:
            with self._changed:
                line.in_flight -= 1
                peace = turn.delay * (1 + JITTER * self.jitter())
                line.ready = max(line.ready, self.monotonic() + peace)
                self._changed.notify_all()

    def rest(self, host: str, delay: float) -> None:
        """Give `host` peace from now on, after requests that took no turn."""
        with self._changed:
            self._tidy()
            line = self._lines.setdefault(host, _Line())
            peace = delay * (1 + JITTER * self.jitter())
            line.ready = max(line.ready, self.monotonic() + peace)

    def _wait(self, host: str, per_host: int, until: float, stopping: Callable[[], bool]) -> _Line:
        with self._changed:
            self._tidy()
            line = self._lines.setdefault(host, _Line())
            line.waiting += 1
            try:
                while (seconds := self._seconds(line, per_host)) > 0:
                    left = until - self.monotonic()
                    if stopping():
                        raise BudgetError(f"{host}: feeder is about to end")
                    if left <= 0 or (seconds > left and line.in_flight < per_host):
                        raise _no_turn(host)
                    self.wait(self._changed, min(seconds, left, _LOOK_UP))
                line.in_flight += 1
            finally:
                line.waiting -= 1
            return line

    def _seconds(self, line: _Line, per_host: int) -> float:
        """How long to wait before the next look; 0 where it is our turn."""
        if line.in_flight >= per_host:
            return _LOOK_UP
        return max(line.ready - self.monotonic(), 0.0)

    def _tidy(self) -> None:
        """Forget hosts that have had their peace, where there are many."""
        if len(self._lines) >= _MOST_LINES:
            now = self.monotonic()
            for host, line in list(self._lines.items()):
                if not line.in_flight and not line.waiting and line.ready <= now:
                    del self._lines[host]


def _no_turn(host: str) -> BudgetError:
    return BudgetError(
        f"{host}: its turn would come after this refresh must be over",
        advice="the next refresh goes on; fewer articles at a time (max_articles) or a shorter "
        "delay would help",
    )
