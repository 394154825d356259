"""Names for the loopback: resolvers to be used in place of `socket.getaddrinfo`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Any

Answer = tuple[Any, Any, int, str, Any]
PUBLIC = "93.184.215.14"
"""An address that a guard lets through. Nothing in these tests may connect to it."""


class Names:
    """Knows these names and literal addresses, and no others. `asked` are the names in order."""

    def __init__(self, names: Mapping[str, Sequence[str]] = {}) -> None:
        self._names = dict(names)
        self._lock = threading.Lock()
        self.asked: list[str] = []

    def __call__(
        self, host: str, port: int | str | None, *arguments: object, **options: object
    ) -> list[Answer]:
        """As getaddrinfo does.

        Raises:
            socket.gaierror: there is no such name.
        """
        with self._lock:
            self.asked.append(host)
            addresses = self.addresses(host)
        if addresses is None:
            # Literals, in whatever spelling the system knows: nothing is looked up for them.
            return socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        return [_answer(address, int(port or 0)) for address in addresses]

    def addresses(self, host: str) -> Sequence[str] | None:
        """Of a name, this time; None where it is not known."""
        return self._names.get(host)


class Rebinding(Names):
    """A name whose address changes with each time that it is asked for; the last one stays.

    A guard that looks once and connects with a second look is fooled by it.
    """

    def __init__(self, name: str, *answers: Sequence[str]) -> None:
        super().__init__()
        self._name, self._answers = name, list(answers)

    def addresses(self, host: str) -> Sequence[str] | None:
        """The answer whose turn it is."""
        if host != self._name:
            return None
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class Silence(Names):
    """A resolver that does not answer until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self._end = threading.Event()

    def __call__(
        self, host: str, port: int | str | None, *arguments: object, **options: object
    ) -> list[Answer]:
        """Nothing, then no such name."""
        self._end.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    def end(self) -> None:
        """Let everybody go who waits."""
        self._end.set()


def _answer(address: str, port: int) -> Answer:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
