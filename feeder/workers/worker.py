"""One worker process as seen from here: what it is given to do, and what becomes of it."""

from __future__ import annotations

import pickle
import resource
import signal
import time
from pathlib import Path
from typing import Any

from feeder.errors import TooHungryError, TooSlowError, WorkError
from feeder.workers.inside import RESULT_LIMIT
from feeder.workers.nursery import Ending, Nursery

TASKS = 1_000
"""Tasks that a worker lives for, against whatever leaks; nothing does that we know of.

1,189 real pages of 155 kB, cleaned three times by one worker without GROWTH: 86 MB (PSS) after 200
tasks, 103 MB after 600, 119 MB after 2,600 and 108 MB after 3,567.
"""
GROWTH = 24_000_000
"""Bytes that a worker may have grown by when it is done with a task; else it is replaced.

Names that were seen are kept, and a heap stays as large as its largest page. A refresh of 100 sites
with ten articles each takes 234 MB (PSS, all processes) and 23.2 s of CPU with 16 MB, 248
and 22.8 with 24, 268 and 21.0 with 32 (`benchmarks/web.py --phases cold`).
"""
_PATIENCE = "if it happens at each refresh, please report the page"


class RemoteError(Exception):
    """Where in a worker an error was raised, as text."""


class Worker:
    """One worker process, which does one task at a time.

    Raises:
        WorkError: it cannot be started.
    """

    def __init__(self, nursery: Nursery, memory: int) -> None:
        self._nursery = nursery
        self._memory = memory
        self._pid, self._line = nursery.bear()
        self._start = _size(self._pid)
        self._tasks = 0
        self._spent = False

    def is_good(self) -> bool:
        """Whether it is alive, idle, and not to be replaced."""
        if self._spent or self._tasks >= TASKS or not self._line.is_quiet():
            return False
        return _size(self._pid) <= self._start + GROWTH

    def do(self, call: bytes, name: str, seconds: float) -> Any:
        """What the pickled call gives.

        Raises:
            WorkError: the worker was ended or ended itself, or what came of it cannot be had.
            Exception: what the call raised.
        """
        self._tasks += 1
        self._line.deadline = time.monotonic() + seconds
        try:
            self._line.send(call)
            answer = self._line.receive(RESULT_LIMIT)
        except (EOFError, OSError, OverflowError) as error:
            raise self._obituary(error, name, seconds) from None
        return self._open(answer, name)

    def end(self) -> Ending | None:
        """End it. None where it is not known how it ended."""
        self._spent = True
        self._line.close()
        pid, self._pid = self._pid, 0
        return self._nursery.end(pid) if pid else None

    def forget(self) -> None:
        """Let go of it in a process that was forked off its owner."""
        self._line.close()

    def _open(self, answer: bytearray, name: str) -> Any:
        try:
            kind, *told = pickle.loads(answer)  # noqa: S301 - from our own code
            if kind == "raised":
                error_raised, text = pickle.loads(told[0]), told[1]  # noqa: S301
        except Exception as error:
            raise WorkError(f"what {name} gave cannot be read: {error!r}") from error
        if kind == "result":
            return told[0]
        if kind == "raised":
            raise error_raised from (RemoteError(text) if text else None)
        if kind == "hungry":
            self.end()  # what it took shall not lie about until the next task
            raise self._too_hungry(name)
        raise WorkError(f"{name}: {told[0]}")

    def _obituary(self, error: Exception, name: str, seconds: float) -> WorkError:
        ending = self.end()
        if isinstance(error, TimeoutError):
            told = f"reading it took longer than {seconds:g} s ({name}) and was ended"
            return TooSlowError(told, advice=_PATIENCE)
        if isinstance(error, OverflowError):
            return WorkError(f"what {name} gave has {error} bytes, more than {RESULT_LIMIT}")
        if ending and ending.code < 0 and ending.size > self._memory * 0.9:
            return self._too_hungry(name)  # some parsers abort for want of memory
        how = _told(ending)
        return WorkError(f"the worker process that did {name} {how}", advice=_PATIENCE)

    def _too_hungry(self, name: str) -> TooHungryError:
        told = f"reading it took more than {self._memory >> 20} MB of memory ({name})"
        return TooHungryError(told, advice=_PATIENCE)


def _size(pid: int) -> int:
    """Bytes that a process has in memory; nought where the system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_bytes().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * resource.getpagesize()


def _told(ending: Ending | None) -> str:
    if ending is None:
        return "was ended"
    if ending.code >= 0:
        return f"ended with {ending.code}"
    try:
        return f"was ended by {signal.Signals(-ending.code).name}"
    except ValueError:  # a real-time signal has no name
        return f"was ended by signal {-ending.code}"
