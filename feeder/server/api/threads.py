"""What waits for the database or a disk, beside the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class Threads:
    """So many threads at most, those that hang counted. For one event loop.

    They are daemons, which those of anyio and `concurrent.futures` are not: one that waits for a
    locked database must not keep a process from ending.
    """

    def __init__(self, most: int) -> None:
        self._places = asyncio.Semaphore(most)

    async def run(self, work: Callable[[], T], seconds: float) -> T:
        """What the work gives. It goes on where nobody waits for it any more.

        Args:
            seconds: for as long it is waited for, a free thread too.

        Raises:
            TimeoutError: it took longer.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(seconds):
            await self._places.acquire()
            done: asyncio.Future[T] = loop.create_future()
            try:
                threading.Thread(
                    target=self._do, args=(work, loop, done), name="api", daemon=True
                ).start()
            except BaseException:  # no more threads
                self._places.release()
                raise
            return await done

    def _do(
        self, work: Callable[[], T], loop: asyncio.AbstractEventLoop, done: asyncio.Future[T]
    ) -> None:
        told: tuple[Callable[[Any], None], Any]
        try:
            told = done.set_result, work()
        except BaseException as error:  # raised again where it is waited for
            told = done.set_exception, error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(self._end, done, *told)

    def _end(self, done: asyncio.Future[T], tell: Callable[[Any], None], what: Any) -> None:
        self._places.release()
        if not done.done():  # nobody waits any more
            tell(what)
