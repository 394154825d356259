"""Ends connections whose time is up, from outside and whatever they are doing.

A socket's time-out starts anew with each byte, and nothing inside of a TLS handshake or of the
reading of headers looks at a clock. So one thread waits for the earliest deadline and shuts that
socket down: whoever reads from it or writes to it is woken by an end of file or an error.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import socket
import struct
import threading
import time

_NO_LINGER = struct.pack("ii", 1, 0)
_TIDY_AT = 256
"""Ended watches that may lie in the heap before it is looked through for them."""


class Watch:
    """The time of one exchange. `fired` is whether it was up before the exchange was over."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.fired = False
        self.ended = False
        self._lock = threading.Lock()
        self._twin: socket.socket | None = None

    def hold(self, connection: socket.socket) -> None:
        """From now on it is `connection` that is shut down, instead of what it was before.

        What is kept is a duplicate of the descriptor: the number of the original may belong to
        somebody else by the time the deadline comes.
        """
        twin = socket.socket(fileno=os.dup(connection.fileno()))
        with self._lock:
            old, self._twin = self._twin, twin
            if self.fired:
                _shut_down(twin)
        if old is not None:
            old.close()

    def fire(self) -> None:
        """Shut it down, unless the exchange is over."""
        with self._lock:
            if self.ended:
                return
            self.fired = True
            if self._twin is not None:
                _shut_down(self._twin)

    def end(self) -> None:
        """The exchange is over; its connection may live on."""
        with self._lock:
            self.ended = True
            twin, self._twin = self._twin, None
        if twin is not None:
            twin.close()


class Watchdog:
    """Fires watches at their deadlines. Its thread starts with the first."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._heap: list[tuple[float, int, Watch]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._tidy_at = _TIDY_AT

    def watch(self, deadline: float) -> Watch:
        """Fires when `time.monotonic()` reaches `deadline`, unless whoever takes it ends it."""
        watch = Watch(deadline)
        with self._news:
            self._tidy()
            heapq.heappush(self._heap, (deadline, next(self._numbers), watch))
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                self._thread.start()
            elif self._heap[0][2] is watch:
                self._news.notify()
        return watch

    def close(self) -> None:
        """Fire all that are still watched, and end the thread."""
        with self._news:
            self._closed = True
            left, self._heap = self._heap, []
            thread = self._thread
            self._news.notify()
        for _, _, watch in left:
            watch.fire()
        if thread is not None:
            thread.join()

    def _tidy(self) -> None:
        """Most exchanges end long before their deadlines: what they leave behind is bounded."""
        if len(self._heap) < self._tidy_at:
            return
        self._heap = [entry for entry in self._heap if not entry[2].ended]
        heapq.heapify(self._heap)
        self._tidy_at = max(_TIDY_AT, 2 * len(self._heap))

    def _run(self) -> None:
        while True:
            with self._news:
                if self._closed:
                    return
                due = self._due()
            for watch in due:
                watch.fire()

    def _due(self) -> list[Watch]:
        """Those whose time is up; where there are none, after a wait for one."""
        wait = self._heap[0][0] - time.monotonic() if self._heap else None
        if wait is None or wait > 0:
            # A day: no deadline is so far away, and a lock waits for no more than some years.
            self._news.wait(None if wait is None else min(wait, 86_400))
            return []
        due = []
        while self._heap and self._heap[0][0] <= time.monotonic():
            due.append(heapq.heappop(self._heap)[2])
        return due


def _shut_down(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # not connected yet, or not any more
        # When it is closed, a reset tells the server at once; else it might go on sending.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        connection.shutdown(socket.SHUT_RDWR)
