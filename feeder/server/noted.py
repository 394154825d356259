"""What this process has seen of its own work, for health and metrics. It dies with the process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from feeder.models import Outcome

Ending = Literal["new", "unchanged", "failed"]
"""How a refresh ended: it brought something new or changed, nothing, or failed as a whole."""
BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds of refreshes, as a histogram has them. One page takes half a second, a site that wants a
second between its hundred articles two minutes, and none longer than nine."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How a look at our own feed ended.

    Args:
        at: when it was.
        url: what was asked for.
        message: what is wrong; None: nothing is.
        advice: what the person who runs feeder can do.
        seconds: how long it took.
        clock: what time it was there by its own account, if it told.
    """

    at: datetime
    url: str
    message: str | None = None
    advice: str = ""
    seconds: float = 0.0
    clock: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refreshes:
    """Refreshes that ended alike: `counts` has those of each of `BOUNDS`, the longer ones last."""

    counts: tuple[int, ...]
    seconds: float


class Noted:
    """Counts what happens in this process. For all its threads.

    `checked` is the last look at our own feed; None before there was one. `tick_seconds` is how
    long the scheduler's last tick took.
    """

    def __init__(self) -> None:
        self.checked: Checked | None = None
        self.tick_seconds = 0.0
        self._lock = threading.Lock()
        self._counts = {ending: [0] * (len(BOUNDS) + 1) for ending in get_args(Ending)}
        self._seconds = dict.fromkeys(get_args(Ending), 0.0)
        self._articles = {"new": 0, "changed": 0}

    def refreshed(self, outcome: Outcome) -> None:
        """A refresh ended."""
        # Never below 0: the clock may have been put back meanwhile.
        seconds = max((outcome.ended - outcome.started).total_seconds(), 0.0)
        ending = ending_of(outcome)
        place = next((n for n, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        with self._lock:
            self._counts[ending][place] += 1
            self._seconds[ending] += seconds
            self._articles["new"] += outcome.new
            self._articles["changed"] += outcome.changed

    def refreshes(self) -> Mapping[Ending, Refreshes]:
        """All refreshes so far, by how they ended."""
        with self._lock:
            return {
                ending: Refreshes(tuple(counts), self._seconds[ending])
                for ending, counts in self._counts.items()
            }

    def articles(self) -> Mapping[str, int]:
        """How many entries were new, and how many changed."""
        with self._lock:
            return dict(self._articles)


def ending_of(outcome: Outcome) -> Ending:
    """How a refresh ended, in a word."""
    if outcome.failure is not None:
        return "failed"
    return "new" if outcome.new or outcome.changed else "unchanged"
