"""What runs in the process that has a browser: one page is drawn, told, and all of it ends.

    python -m feeder.fetch.browser.inside DESCRIPTOR

It lives as long as whoever started it is at the other end of the line: when that is killed, it ends
the browser and removes its folder.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from feeder.fetch.browser.cut_off import closed_port, humbled, without_network
from feeder.fetch.browser.guardian import Guardian
from feeder.fetch.browser.messages import Reply, packed, unpacked
from feeder.workers.line import Line

_MOST_MESSAGE = 1 << 31


class Errands:
    """Hands requests of the page to whoever started us, and brings the answers."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._lock = threading.Lock()
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._number = 0

    async def ask(self, head: Mapping[str, Any], body: bytes) -> Reply:
        """The answer to one request, whenever it comes."""
        self._number += 1
        number = self._number
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self.send({"ask": number, **head}, body)
        return await future

    def send(self, head: Mapping[str, Any], body: bytes = b"") -> None:
        """Tell something."""
        with self._lock:
            self._line.send(packed(head, body))

    def tell_fault(self, fault: str, told: str) -> None:
        """Tell why there is no page."""
        with suppress(OSError):  # nobody is there any more
            self.send({"fault": fault, "told": told})

    def listen(self, loop: asyncio.AbstractEventLoop, guardian: Guardian) -> None:
        """Take in answers until nobody is at the other end: then all is over."""
        try:
            while True:
                head, body = unpacked(self._line.receive(_MOST_MESSAGE))
                reply = Reply(head["status"], head["headers"], body)
                loop.call_soon_threadsafe(self._deliver, head["reply"], reply)
        finally:
            guardian.end()

    def _deliver(self, number: int, reply: Reply) -> None:
        future = self._waiting.pop(number, None)
        if future is not None and not future.done():
            future.set_result(reply)


async def _run(plan: Mapping[str, Any], errands: Errands, guardian: Guardian, port: int) -> None:
    loop = asyncio.get_running_loop()
    threading.Thread(target=errands.listen, args=(loop, guardian), daemon=True).start()
    # Only here: it takes .2 s, and whoever cannot import it is told so.
    try:
        from feeder.fetch.browser.drawing import FailedError, draw
    except ImportError as error:
        errands.tell_fault("playwright", str(error))
        return
    try:
        url, html = await draw(plan, errands.ask, port)
    except FailedError as error:
        errands.tell_fault(error.fault, error.told)
    else:
        errands.send({"page": url}, html)


def main(descriptor: int) -> None:
    """Draw the page that is asked for."""
    line = Line(socket.socket(fileno=descriptor))
    plan, _ = unpacked(line.receive(_MOST_MESSAGE))
    folder = Path(plan["folder"])
    errands = Errands(line)
    # In a namespace without a network, 127.0.0.1 is no address any more that a port could be of.
    closed = closed_port()
    humbled(may_gain_rights=plan["sandbox"])
    without_network()
    guardian = Guardian(folder, plan["memory"], errands.tell_fault)
    guardian.start()
    try:
        asyncio.run(_run(plan, errands, guardian, closed.getsockname()[1]))
    except Exception as error:
        errands.tell_fault("bug", f"{type(error).__name__}: {error}"[:500])
    guardian.end()


if __name__ == "__main__":
    main(int(sys.argv[1]))
    os._exit(1)
