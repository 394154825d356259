"""The nursery as seen from here: where workers are born, and where they end.

It is a process of one thread, which has imported what workers need, has read no stranger's byte,
and forks them. `multiprocessing` has such a server too; its children import our `__main__`, the
command line and all, and inherit our environment, which may hold secrets.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from feeder.errors import WorkError
from feeder.workers.inside import ANSWER, NOT_OURS, QUESTION
from feeder.workers.line import Line, is_quiet, pair

START_SECONDS = 60.0
"""For the nursery to import what it is told to, on a machine that has much else to do."""
KEPT = frozenset({"HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ"})
"""Variables that workers see, beside all of LC_* and PYTHON*. Others may hold secrets, which the
configuration takes from the environment, and no worker needs one."""
_BOOT = """\
import sys
from feeder.workers.inside import serve
serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
"""
_ROOM = "see whether the machine, or this user, is short of memory, processes or open files"


class Ending(NamedTuple):
    """How a worker ended: its exit code, and its largest size in bytes."""

    code: int
    size: int


class Nursery:
    """A process that forks workers, and tells how they ended.

    Raises:
        WorkError: it cannot be started.
    """

    def __init__(self, memory: int, preload: tuple[str, ...]) -> None:
        self._lock = threading.Lock()  # one question at a time
        self._lost = False
        try:
            self._line, theirs = pair()
        except OSError as error:
            raise _not_started(str(error)) from error
        self._line.settimeout(START_SECONDS)
        with theirs:
            words = [str(theirs.fileno()), str(memory), *preload]
            self._process = _start(words, theirs.fileno(), self._line)
        self.pid = self._process.pid

    def bear(self) -> tuple[int, Line]:
        """A new worker: its number, and our end of the line to it.

        Raises:
            WorkError: none can be started.
        """
        try:
            ours, theirs = pair()
        except OSError as error:
            raise _not_started(str(error)) from error
        with theirs:
            answer = self._ask(0, theirs.fileno())
        if answer is None or answer[0] <= 0:
            ours.close()
            raise _not_started(os.strerror(-answer[0]) if answer else "theirs was ended")
        return answer[0], Line(ours)

    def end(self, pid: int) -> Ending | None:
        """End the worker; None where it is not known how it ended."""
        answer = self._ask(pid)
        return None if answer is None or answer[0] == NOT_OURS else Ending(*answer)

    def is_gone(self) -> bool:
        """Whether it has died. Then so have all its workers."""
        return self._lost or not (self._lock.locked() or is_quiet(self._line))

    def close(self) -> None:
        """End it and all its workers."""
        self._lost = True
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(0.4)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with self._lock:
            self._line.close()

    def forget(self) -> None:
        """Let go of it in a process that was forked off its owner."""
        self._line.close()
        self._process.returncode = 0  # it is no child of ours; nobody is to wait for it

    def _ask(self, question: int, *fds: int) -> tuple[int, int] | None:
        """Its answer; None where it is gone."""
        with self._lock:
            if not self._lost:
                with suppress(OSError):
                    socket.send_fds(self._line, [QUESTION.pack(question)], fds)
                    answer = self._line.recv(ANSWER.size)
                    if len(answer) == ANSWER.size:
                        return ANSWER.unpack(answer)
                self._lost = True
        return None


def _start(words: list[str], fd: int, line: socket.socket) -> subprocess.Popen[bytes]:
    """Start the process: apart from our terminal, its signals and output, and our secrets."""
    kept = {k: v for k, v in os.environ.items() if k in KEPT or k.startswith(("LC_", "PYTHON"))}
    kept["PYTHONPATH"] = os.pathsep.join(str(Path(p).absolute()) for p in sys.path)
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-P", "-c", _BOOT, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(fd,),
            env=kept,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        line.close()
        raise _not_started(str(error)) from error


def _not_started(why: str) -> WorkError:
    return WorkError(f"no worker process could be started: {why}", advice=_ROOM)
