"""Names to socket addresses, within a time: `getaddrinfo` has no time-out and cannot be stopped."""

from __future__ import annotations

import queue
import socket
import threading
from typing import Any, NamedTuple, Protocol

_MOST_LOOKUPS = 32
"""Look-ups under way at a time. One that hangs keeps its thread until the system gives it up (with
glibc's defaults after some 20 s); many more than there are fetching threads helps nobody."""


class SocketAddress(NamedTuple):
    """What a socket is made of and connected to."""

    family: int
    address: tuple[Any, ...]


class Resolve(Protocol):
    """What `socket.getaddrinfo` does."""

    def __call__(
        self, host: str, port: int, family: int = 0, type: int = 0, /
    ) -> list[tuple[Any, ...]]:
        """Rows of family, type, protocol, canonical name and socket address.

        Raises:
            OSError: there are none.
        """
        ...


class Resolver:
    """Asks `resolve` in threads of its own, so that whoever waits can stop waiting."""

    def __init__(self, resolve: Resolve = socket.getaddrinfo) -> None:
        self._resolve = resolve
        self._places = threading.BoundedSemaphore(_MOST_LOOKUPS)

    def addresses(self, host: str, port: int, seconds: float) -> tuple[SocketAddress, ...]:
        """All IPv4 and IPv6 addresses of `host`, in the order in which they came, once each.

        Raises:
            TimeoutError: there was no answer in time, or too many others are still waited for.
            OSError, ValueError: there is no such name, or it cannot be one.
        """
        if not self._places.acquire(timeout=max(seconds, 0)):
            raise TimeoutError(f"{_MOST_LOOKUPS} look-ups are under way")
        answers: queue.SimpleQueue[list[tuple[Any, ...]] | Exception] = queue.SimpleQueue()
        try:
            # A daemon: one that hangs must not keep the process from ending.
            threading.Thread(
                target=self._look_up, args=(host, port, answers), name="dns", daemon=True
            ).start()
        except RuntimeError as error:  # no more threads
            self._places.release()
            raise OSError(str(error)) from None
        return _addresses(_answer(answers, seconds))

    def _look_up(
        self, host: str, port: int, answers: queue.SimpleQueue[list[tuple[Any, ...]] | Exception]
    ) -> None:
        try:
            answers.put(self._resolve(host, port, 0, socket.SOCK_STREAM))
        except Exception as error:  # raised again where it is waited for
            answers.put(error)
        finally:
            self._places.release()


def _answer(
    answers: queue.SimpleQueue[list[tuple[Any, ...]] | Exception], seconds: float
) -> list[tuple[Any, ...]]:
    try:
        answer = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _addresses(rows: list[tuple[Any, ...]]) -> tuple[SocketAddress, ...]:
    internet = (socket.AF_INET, socket.AF_INET6)
    found = (SocketAddress(row[0], row[4]) for row in rows if row[0] in internet)
    return tuple(dict.fromkeys(found))
