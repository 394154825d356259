"""Minds a browser's memory, disk and life, from beside it and whatever it is doing."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from feeder.fetch.browser.processes import below, end_below, memory_of
from feeder.fetch.browser.profile import remove, size_of

_LOOK = 0.25
"""Seconds between two looks: at full speed a page takes some 500 MB in that time."""
_MOST_ON_DISK = 300_000_000
"""Bytes of the profile. A fresh one has 5 MB; the rest is what a page stores."""


class Guardian(threading.Thread):
    """Watches all processes below this one; the first breach is told, and is the end of them."""

    def __init__(self, folder: Path, most_memory: int, tell: Callable[[str, str], None]) -> None:
        super().__init__(name="guardian", daemon=True)
        self._folder = folder
        self._most_memory = most_memory
        self._tell = tell

    def run(self) -> None:
        """Watch until the end."""
        while True:
            time.sleep(_LOOK)
            if memory_of(below(os.getpid())) > self._most_memory:
                self._tell("memory", "")
            elif size_of(self._folder) > _MOST_ON_DISK:
                self._tell("disk", f"{_MOST_ON_DISK:,}")
            else:
                continue
            self.end()

    def end(self) -> None:
        """End all of it, this process too, and leave no file."""
        end_below(os.getpid())
        remove(self._folder)
        os._exit(0)
