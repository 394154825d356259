"""The server at work: uvicorn, in the main thread."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from feeder.logs import logger
from feeder.server.connections import Connections
from feeder.server.protocol import KEPT_SECONDS, AtOnce, Protocol

GRACE_SECONDS = 2
"""What connections under way get to end by themselves."""
_TICKS_A_SECOND = 10


class Server:
    """Serves an application at sockets that listen already, until it is told to stop."""

    def __init__(self, application: ASGIApp, sockets: Sequence[socket.socket]) -> None:
        self._sockets = list(sockets)
        self._application = _Remembering(application)
        self._server = _Uvicorn(
            uvicorn.Config(
                self._application,
                http=Protocol,
                ws="none",
                lifespan="on",
                # What it says of clients would fill a disk, and of our faults is said by us.
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                # Whoever stands in front of us has no say in where a client is.
                proxy_headers=False,
                timeout_keep_alive=KEPT_SECONDS,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )

    def run(self) -> None:
        """Serve until `stop`. What the application's lifespan raises, comes out of it."""
        logger().info("serving", address=" ".join(map(_place, self._sockets)))
        try:
            self._server.run(self._sockets)
        except SystemExit:  # uvicorn's answer to a lifespan that could not begin
            if self._application.raised is None:
                raise
        finally:
            self._close()
        if self._application.raised is not None:
            raise self._application.raised

    def stop(self) -> None:
        """Have `run` return. For signal handlers and other threads."""
        self._server.should_exit = True

    def _close(self) -> None:
        for one in self._sockets:
            one.close()


def _place(listening: socket.socket) -> str:
    """Where somebody would connect to."""
    found = listening.getsockname()
    if not isinstance(found, tuple):
        return os.fsdecode(found)
    host, port = found[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class _Remembering:
    """An application of which it is known what its lifespan raised: uvicorn only logs that."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self.raised: BaseException | None = None
        self.at_once: AtOnce | None = getattr(application, "at_once", None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._application(scope, receive, send)
            return
        try:
            await self._application(scope, receive, send)
        except BaseException as error:
            self.raised = error
            raise


class _Uvicorn(uvicorn.Server):
    server_state: Connections

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.server_state = Connections()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are for the whole process, of which the server is a part."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it; then whoever has taken nothing meanwhile is left."""
        await super().shutdown(sockets)
        self.server_state.abort()
        await asyncio.sleep(0)  # they are closed in the loop's next turn

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; once in it, those are cut off that keep us waiting."""
        if counter % _TICKS_A_SECOND == 0:
            self.server_state.look()
        return await super().on_tick(counter)
