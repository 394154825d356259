"""All connections of the server: how many there may be, and who makes room."""

from __future__ import annotations

import asyncio
import resource
import time
from typing import Protocol, cast

from uvicorn.server import ServerState

MOST = 1_000
"""Connections. When there are more, those go first that ask for nothing."""
_ROOM = 4
"""One in so many descriptors that the process may have; the rest is for sources and files."""


class Client(Protocol):
    """One connection. `since` is when what we wait for began, on the monotonic clock."""

    since: float
    transport: asyncio.Transport

    @property
    def is_idle(self) -> bool:
        """Whether the client has all that it asked for."""
        ...

    def look(self, now: float) -> None:
        """End it if it keeps us waiting for too long."""
        ...

    def hang_up(self) -> None:
        """End it now."""
        ...

    def refuse(self, status: int) -> None:
        """Say why nothing more is wanted."""
        ...


class Connections(ServerState):
    """All connections, and how many there may be."""

    def __init__(self) -> None:
        super().__init__()
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.most = MOST if soft == resource.RLIM_INFINITY else max(8, min(MOST, soft // _ROOM))

    def look(self) -> None:
        """End those that keep us waiting for too long."""
        now = time.monotonic()
        for one in self._ours():
            one.look(now)

    def make_room(self, newest: Client) -> None:
        """End the connection that has asked for nothing for the longest time, if need be."""
        if len(self.connections) <= self.most:
            return
        idle = [one for one in self._ours() if one.is_idle and one is not newest]
        if idle:
            min(idle, key=lambda one: one.since).hang_up()
        else:
            newest.refuse(503)

    def abort(self) -> None:
        """End all of them, whatever they are still to be given."""
        for one in self._ours():
            one.transport.abort()

    def _ours(self) -> list[Client]:
        # uvicorn knows them as what it can make itself.
        return cast("list[Client]", list(self.connections))
