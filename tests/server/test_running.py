"""The server ends when it is told to, and gives out what went wrong as itself."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from feeder.config.settings import ServerSettings
from feeder.errors import StateError
from feeder.server.listening import listen
from feeder.server.running import Server
from tests.server.house import hear, serving

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def failing(*, before: bool) -> Callable[[Any], Any]:
    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        if before:
            raise StateError("the database is locked", advice="wait")
        yield
        raise StateError("the database went away")

    return lifespan


@pytest.mark.parametrize(
    ("before", "words"), [(True, "the database is locked"), (False, "the database went away")]
)
def test_what_the_lifespan_raises_comes_out_as_itself(before: bool, words: str) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(Starlette(lifespan=failing(before=before)), [listening])
    if not before:
        threading.Timer(0.3, server.stop).start()
    with pytest.raises(StateError, match=words):
        server.run()
    assert listening.fileno() == -1


async def endless(request: Request) -> StreamingResponse:
    async def events() -> AsyncIterator[bytes]:
        while True:
            yield b": still here\n\n"
            await anyio.sleep(0.05)

    return StreamingResponse(events(), media_type="text/event-stream")


async def late(request: Request) -> PlainTextResponse:
    await anyio.sleep(0.5)
    return PlainTextResponse("better late")


def test_what_has_no_end_ends_at_once_and_what_is_under_way_is_finished() -> None:
    application = Starlette(routes=[Route("/", endless), Route("/late", late)])
    with serving(application) as port:
        streaming, waiting, idle = (
            socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(3)
        )
        streaming.sendall(GET)
        assert streaming.recv(100)
        waiting.sendall(GET.replace(b"/", b"/late", 1))
        time.sleep(0.1)
        begun = time.monotonic()
    assert time.monotonic() - begun < 2
    assert hear(waiting).endswith(b"better late")
    assert hear(streaming).endswith(b"still here\n\n\r\n")
    for client in (streaming, waiting, idle):
        assert hear(client) == b""
        client.close()


def test_who_takes_nothing_does_not_keep_it_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeder.server.running.GRACE_SECONDS", 0.3)

    async def huge(request: Request) -> PlainTextResponse:
        return PlainTextResponse("x" * 50_000_000)

    with serving(Starlette(routes=[Route("/", huge)])) as port:
        stuck = socket.create_connection(("127.0.0.1", port), timeout=10)
        stuck.sendall(GET)
        assert stuck.recv(10)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    with stuck:
        assert len(hear(stuck)) < 50_000_000


def test_a_unix_socket_is_served_at_and_known_for_one(tmp_path: Path) -> None:
    async def where(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{request.scope['server']} {request.scope['client']}")

    path = tmp_path / "s"
    sockets = listen(ServerSettings(socket=path))
    application = Starlette(routes=[Route("/", where)])
    with serving(application, sockets), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answer = hear(client)
    assert answer.endswith(f"('{path}', None) None".encode())
