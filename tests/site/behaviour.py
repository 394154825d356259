"""What a behaviour of the test site is: how it answers at an address, or at a port of its own."""

from __future__ import annotations

import socket
from typing import Protocol, runtime_checkable

from tests.site.wire import Request, Wire


class Behaviour(Protocol):
    """What happens at an address."""

    def answer(self, asked: Request, wire: Wire) -> None:
        """Answer, or do whatever else. What raises OSError ends the connection."""
        ...


@runtime_checkable
class Folder(Behaviour, Protocol):
    """A behaviour for all addresses that begin with the one that it was put at."""

    def put_at(self, path: str) -> None:
        """Told where it is, once."""
        ...


class Door:
    """What happens before anything is asked: it takes a port of its own."""

    accepts = True

    def listen(self, address: str) -> tuple[socket.socket, ...]:
        """The sockets to be kept open; the first has the port, and is accepted from."""
        return (socket.create_server((address, 0)),)

    def meet(self, wire: Wire) -> None:
        """Called with each connection, before TLS and before a byte is read."""
        raise NotImplementedError
