"""What the server knows of the process that it is in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from feeder.app import App
from feeder.server.noted import Noted


@dataclass(frozen=True, slots=True)
class Desk:
    """What pages and answers are made from.

    Args:
        current: the parts, as the configuration that was read last has them.
        last_tick: when the scheduler of this process last looked for due sources; None: there is
            no scheduler in it, and nothing can be changed through it.
        noted: what this process has seen of its own work.
        stopping: whether it was told to stop: what would go on for long ends then.
    """

    current: Callable[[], App]
    last_tick: Callable[[], datetime] | None = None
    noted: Noted = field(default_factory=Noted)
    stopping: Callable[[], bool] = lambda: False
