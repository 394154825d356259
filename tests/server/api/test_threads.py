"""What waits for a database waits beside the event loop, and keeps no process from ending."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time

import pytest

from feeder.server.api.threads import Threads

HANGS = """
import asyncio, time
from feeder.server.api.threads import Threads

async def main():
    try:
        await Threads(1).run(lambda: time.sleep(60), 0.1)
    except TimeoutError:
        print("gave up")

asyncio.run(main())
"""


def test_what_work_gives_and_raises_comes_through() -> None:
    async def main() -> None:
        threads = Threads(1)
        assert await threads.run(lambda: 7, 5) == 7
        with pytest.raises(ZeroDivisionError):
            await threads.run(lambda: 1 // 0, 5)

    asyncio.run(main())


def test_those_that_hang_are_counted_and_their_places_come_free_when_they_end() -> None:
    async def main() -> None:
        threads, answers, begun = Threads(2), threading.Event(), list[int]()

        def hang() -> None:
            begun.append(1)
            answers.wait(20)

        for _ in range(5):
            with pytest.raises(TimeoutError):
                await threads.run(hang, 0.05)
        assert len(begun) == 2
        answers.set()
        assert await threads.run(lambda: "free", 5) == "free"

    asyncio.run(main())


def test_a_process_ends_while_a_thread_hangs() -> None:
    before = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, timeout=50)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"gave up\n", b"")
    assert time.monotonic() - before < 30
