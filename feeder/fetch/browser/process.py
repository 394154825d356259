"""A browser's process from here: started for one page, answered, minded, and ended.

    drawn = draw(plan, errands)      # the page's address in the end, and its markup

Whatever a page does ends in that or in one of the errors of `faults`, within a time, and leaves no
process and no file.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feeder.fetch.browser.errands import Errands
from feeder.fetch.browser.faults import broken_off, error_of
from feeder.fetch.browser.messages import Asked, Reply, asked, packed, unpacked
from feeder.fetch.browser.processes import end_below
from feeder.fetch.browser.profile import fresh_profile
from feeder.fetch.budget import Budget
from feeder.workers.line import Line, pair

AT_ONCE = 2
"""Browsers of a process at a time. Each takes 200 to 400 MB and a core."""
_REQUESTS_AT_ONCE = 4
"""Of one page, to all hosts together. Browsers make six to each."""
_MOST_WAITING = 16_000_000
"""Bytes of requests of a page that are not yet asked, since they wait in our memory; further ones
fail. A request without a body has some 1,500."""
_STARTING = 40.0
"""Seconds for Python, Playwright and Chromium to start, on a machine that is busy."""
_GRACE = 15.0
"""Seconds beyond a page's own time: reading it, and telling it."""
_LOOK = 0.25
_ROOM = threading.BoundedSemaphore(AT_ONCE)
# Nothing of our environment, where secrets may be, but what programs need to be found and to run.
_PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "FONTCONFIG_FILE")


@dataclass(frozen=True, slots=True)
class Plan:
    """How one page is drawn. `url` may have a fragment; `kinds` of requests are made at all."""

    path: Path
    url: str
    seconds: float
    memory: int
    sandbox: bool
    kinds: tuple[str, ...]
    wait_for: str | None = None
    scroll: int = 0
    language: str | None = None
    timezone: str | None = None


@dataclass(slots=True)
class _Drawing:
    """A browser at work, seen from here."""

    plan: Plan
    errands: Errands
    budget: Budget
    line: Line
    ears: socket.socket
    process: subprocess.Popen[bytes]
    ends: float
    _saying: threading.Lock = field(default_factory=threading.Lock)
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _waiting: int = 0

    def page(self) -> tuple[str, bytes]:
        """The page, as soon as it is drawn; until then what it asks for is asked."""
        pool = ThreadPoolExecutor(_REQUESTS_AT_ONCE, thread_name_prefix="drawing")
        try:
            while True:
                message = self._next()
                head, body = unpacked(message)
                if "ask" in head:
                    self._take(pool, head, body, len(message))
                elif "fault" in head:
                    raise error_of(self.plan, self.errands, head)
                elif isinstance(url := head.get("page"), str):
                    return url, body
                else:
                    raise ValueError("a message of no kind")
        except (EOFError, OSError, ValueError, OverflowError) as error:
            raise broken_off(self.plan, self.errands, error) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _next(self) -> bytearray:
        """The next message, awaited no longer than the page may take.

        Raises:
            BudgetError: feeder is about to end, or the page may ask for no more.
            EOFError, OSError, ValueError, OverflowError: there is none.
        """
        poll = select.poll()
        poll.register(self.ears, select.POLLIN)
        self._check()  # before each: a page that never stops asking lets no look pass in silence
        while not poll.poll(_LOOK * 1000):
            self._check()
        return self.line.receive(2 * self.errands.max_bytes + 1_000_000)

    def _check(self) -> None:
        if self.budget.stopping():
            raise self.budget.ending(self.plan.url)
        if self.errands.over is not None:
            raise self.errands.over
        if time.monotonic() > self.ends:
            raise TimeoutError

    def _take(self, pool: Executor, head: dict[str, Any], body: bytes, size: int) -> None:
        """Have a request answered, or refuse it where too many wait for that."""
        with self._counting:
            if has_room := self._waiting + size <= _MOST_WAITING:
                self._waiting += size
        if has_room:
            pool.submit(self._answer, head, body, size)
        else:
            self._reply(head, body, lambda _: Reply())

    def _answer(self, head: dict[str, Any], body: bytes, size: int) -> None:
        try:
            self._reply(head, body, self.errands.answer)
        finally:
            with self._counting:
                self._waiting -= size

    def _reply(self, head: dict[str, Any], body: bytes, answer: Callable[[Asked], Reply]) -> None:
        with suppress(OSError, ValueError):  # it has ended, or is not itself any more
            request = asked(head, body)
            reply = answer(request)
            told = {"reply": request.number, "status": reply.status, "headers": dict(reply.headers)}
            with self._saying:
                self.line.send(packed(told, reply.body))


def draw(plan: Plan, errands: Errands, budget: Budget) -> tuple[str, bytes]:
    """The address that the page has in the end, and its markup.

    Raises:
        BrowserError: there is none.
        BudgetError: the refresh has nothing left for it, or feeder is about to end.
        TooLargeError: it is larger than a page may be.
    """
    with _room(plan, budget), fresh_profile() as folder, _started(plan, folder) as (process, end):
        line = Line(end)
        ends = time.monotonic() + _STARTING + plan.seconds + _GRACE
        line.deadline = ends + 1
        drawing = _Drawing(plan, errands, budget, line, end, process, ends)
        try:
            line.send(packed(_told(plan, errands, folder)))
            found = drawing.page()
        except OSError as error:
            raise broken_off(plan, errands, error) from error
        finally:
            errands.rest()
        if errands.over is not None:  # what is not whole is no page
            raise errands.over
        return found


@contextmanager
def _room(plan: Plan, budget: Budget) -> Iterator[None]:
    while not _ROOM.acquire(timeout=_LOOK):
        budget.check(plan.url)
    try:
        yield
    finally:
        _ROOM.release()


@contextmanager
def _started(plan: Plan, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    ours, theirs = pair()
    with ours:
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-m", "feeder.fetch.browser.inside", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=_environment(folder),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            yield process, ours
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the browser with all that belongs to it, its guardian last: orphans come to that."""
    if process.poll() is None:
        end_below(process.pid)
        with suppress(ProcessLookupError):
            process.kill()
    process.wait()


def _environment(folder: Path) -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    own = dict.fromkeys(
        ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"),
        str(folder),
    )
    return passed | own | {"PYTHONDONTWRITEBYTECODE": "1"}


def _told(plan: Plan, errands: Errands, folder: Path) -> dict[str, Any]:
    return {
        "folder": str(folder),
        "path": str(plan.path),
        "url": plan.url,
        "seconds": plan.seconds,
        "memory": plan.memory,
        "sandbox": plan.sandbox,
        "kinds": plan.kinds,
        "wait_for": plan.wait_for,
        "scroll": plan.scroll,
        "language": plan.language,
        "timezone": plan.timezone,
        "user_agent": errands.user_agent,
        "max_bytes": errands.max_bytes,
    }
