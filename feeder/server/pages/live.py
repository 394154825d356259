"""Server-sent events (HTML, 9.2): a page is told when there is something new to be seen.

However many listen, the record is looked at once a second, and only while anybody does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from feeder.errors import FeederError
from feeder.logs import logger
from feeder.server.access import Refused, may_see
from feeder.server.pages.answering import HEADERS, Endpoint, Rooms

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LISTENERS = 50
"""Of people who look at the same feeds at the same time. More pages still work, not live."""
LOOK_SECONDS = 1.0
STOP_SECONDS = 0.2
"""Between two looks at whether the server stops."""
HEARTBEAT_SECONDS = 15.0
"""Servers in front of ours end what is silent for 30 or 60 s."""
LONGEST_SECONDS = 600.0
"""After which a browser asks anew, and whether it may see this is asked anew too."""


class Pulse:
    """One look a second at what `mark` says, for all who listen."""

    def __init__(self, mark: Callable[[], str], stopping: Callable[[], bool]) -> None:
        self._mark = mark
        self._stopping = stopping
        self._listeners = 0
        self._beat = 0
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        """Whether no one else can listen."""
        return self._listeners >= MOST_LISTENERS

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Be one of those for whom it looks."""
        self._listeners += 1
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look())
        try:
            yield
        finally:
            self._listeners -= 1

    async def events(self) -> AsyncIterator[bytes]:
        """What a listener is sent, until the server stops or it has been long enough."""
        with self.listening():
            ends = time.monotonic() + LONGEST_SECONDS
            seen = self._beat
            yield b"retry: 3000\n\n"
            while not self._stopping() and time.monotonic() < ends:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), HEARTBEAT_SECONDS)
                if self._stopping():
                    break
                told = seen != self._beat
                seen = self._beat
                yield b"event: news\ndata: \n\n" if told else b": still here\n\n"

    async def _look(self) -> None:
        last: str | None = None
        try:
            while self._listeners and not self._stopping():
                now = await self._marked(last)
                if last is not None and now != last:
                    self._beat += 1
                    self._wake()
                last = now
                await self._rest()
        except Exception:  # pages are not live without it, and a task would swallow why
            logger().exception("unforeseen", what="live pages")
        finally:
            self._wake()

    async def _marked(self, last: str | None) -> str | None:
        try:
            return await to_thread.run_sync(self._mark)
        except FeederError:  # the database is locked: that is no news
            return last

    async def _rest(self) -> None:
        until = time.monotonic() + LOOK_SECONDS
        while not self._stopping() and time.monotonic() < until:
            await asyncio.sleep(STOP_SECONDS)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def events(rooms: Rooms) -> Endpoint:
    """The endpoint that pages listen at."""
    pulse = Pulse(lambda: rooms.desk.current().store.mark(), rooms.desk.stopping)

    async def answer(request: Request) -> Response:
        found = await to_thread.run_sync(may_see, request, rooms.desk, limiter=rooms.threads)
        if isinstance(found, Refused):
            return Response(f"{found.message}\n", found.status, HEADERS, "text/plain")
        if pulse.is_full:
            headers = {**HEADERS, "retry-after": "60"}
            return Response("Too many listen already.\n", 503, headers, "text/plain")
        # nginx would keep what is sent until there is enough of it.
        headers = {**HEADERS, "x-accel-buffering": "no"}
        return StreamingResponse(pulse.events(), 200, headers, "text/event-stream")

    return answer
