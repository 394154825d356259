"""What a worker takes away from itself before it reads the first stranger's byte.

What a system does not have is done without: deadlines hold everywhere, since whoever asks minds
them; a limit of memory needs Linux.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

FILES = 64
"""Open files of a worker: it needs one at a time, to import modules and to read data from."""
UNKNOWN_START = 1 << 29
"""Address space that a worker starts with where /proc does not tell: with all that we preload it
is 0.2 GB."""
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


def confine(memory: int, nursery: int) -> None:
    """Die with `nursery`, gain no rights, write no file, and take `memory` bytes more at most."""
    _die_with(nursery)
    with suppress(OSError):  # if the machine is out of memory, workers go first
        Path("/proc/self/oom_score_adj").write_text("900")
    _limit(resource.RLIMIT_AS, _size() + memory)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, FILES)
    sys.dont_write_bytecode = True
    _limit(resource.RLIMIT_FSIZE, 0)


def _die_with(nursery: int) -> None:
    prctl = _prctl()
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != nursery:  # it died before we asked to die with it
        os._exit(1)


def _prctl() -> Callable[..., int] | None:
    """Linux has it. Elsewhere workers end when they next look at the line."""
    try:
        prctl: Callable[..., int] = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None
    return prctl


def _size() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return UNKNOWN_START
    return pages * resource.getpagesize()


def _limit(which: int, value: int) -> None:
    """Set a limit for good, unless a lower one holds or the system knows no such limit."""
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(which)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))
