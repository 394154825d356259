"""The processes below one of ours: how much memory they hold, and their end."""

from __future__ import annotations

import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_MOST_ROUNDS = 40
"""Looks for processes that are left. One that forks without end is caught by its parent's end."""


def below(pid: int) -> list[int]:
    """All processes that descend from one, nearest first; none where there is no /proc."""
    children = defaultdict(list)
    for name in _names():
        with suppress(OSError, ValueError, IndexError):  # it has ended
            told = (_PROC / name / "stat").read_bytes()
            # The name of a program, in brackets, may hold anything.
            children[int(told.rpartition(b")")[2].split()[1])].append(int(name))
    found, left = [], [pid]
    while left:
        own = children.pop(left.pop(0), [])
        found += own
        left += own
    return found


def memory_of(pids: Iterable[int]) -> int:
    """Bytes that processes hold for themselves and as shared memory; files they map do not count.

    Shared pages count for each who has them, so it is rather too much than too little.
    """
    total = 0
    for pid in pids:
        with suppress(OSError, ValueError, IndexError):
            for line in (_PROC / str(pid) / "status").read_bytes().splitlines():
                if line.startswith((b"RssAnon:", b"RssShmem:")):
                    total += int(line.split()[1]) * 1024
    return total


def end_below(pid: int) -> None:
    """Kill all that descend from a process, and not itself: whoever is orphaned comes to it."""
    for _ in range(_MOST_ROUNDS):
        alive = [one for one in below(pid) if not _is_dead(one)]
        if not alive:
            return
        for one in alive:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)
        time.sleep(0.02)


def _is_dead(pid: int) -> bool:
    try:
        return (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()[0] in (
            b"Z",
            b"X",
        )
    except (OSError, IndexError):
        return True


def _names() -> list[str]:
    try:
        return [name for name in os.listdir(_PROC) if name.isdigit()]  # noqa: PTH208 - 3 times as fast
    except OSError:
        return []
