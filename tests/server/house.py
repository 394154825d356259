"""A project that is published and served for real: by uvicorn, on a port of its own."""

from __future__ import annotations

import http.client
import os
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from feeder.app import App, load, open_app, reloaded
from feeder.rounds.once import refresh_once
from feeder.server.desk import Desk
from feeder.server.running import Server
from feeder.server.site import site
from feeder.workers.here import Here
from tests.e2e.project import LONG_AGO

ARTICLE = "<html><body><article><h1>{0}</h1>" + "<p>{0} was seen by many people.</p>" * 9
TOKEN = "a-token-that-is-long-enough"


@dataclass(frozen=True)
class Reply:
    """An answer; names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __getitem__(self, header: str) -> str:
        return self.headers[header]


@dataclass
class Served:
    """A server at work. `app` is what it serves; another one may be put in its place."""

    port: int
    app: App

    def ask(
        self,
        target: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **more: str,
    ) -> Reply:
        """Ask as readers do. `if_none_match="x"` is a header."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as asking:
            told = {
                name.replace("_", "-"): value for name, value in {**(headers or {}), **more}.items()
            }
            asking.request(method, target, body, told)
            answer = asking.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def say(self, *sent: bytes) -> bytes:
        """All that comes back for it, when no more follows on it."""
        with self.connect() as client:
            with suppress(OSError):
                for piece in sent:
                    client.sendall(piece)
                client.shutdown(socket.SHUT_WR)
            return hear(client)


def hear(client: socket.socket, patience: float = 20.0) -> bytes:
    """What comes until the end, or until nothing has come for so long."""
    client.settimeout(patience)
    heard = b""
    with suppress(TimeoutError, ConnectionResetError):
        while piece := client.recv(65_536):
            heard += piece
    return heard


class House:
    """A project of one folder of articles, with feeds as a test says."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "config/sources").mkdir(parents=True)
        (root / "river").mkdir()
        self.source()
        self.article("flood", "A flood at the river")

    @property
    def public(self) -> Path:
        return self.root / "var/public"

    def source(self, more: str = "") -> None:
        text = f'kind = "files"\nroot = "river"\ntitle = "The river"\n{more}'
        (self.root / "config/sources/river.toml").write_text(text)

    def article(self, name: str, title: str) -> None:
        """One that was written long ago: what was just written to is looked at twice."""
        path = self.root / f"river/{name}.html"
        path.write_text(ARTICLE.format(title))
        os.utime(path, (LONG_AGO, LONG_AGO))

    def configure(self, main: str = "") -> None:
        all_ = '\n[publish]\nformats = ["atom", "rss", "json", "html"]\n'
        (self.root / "config/feeder.toml").write_text(main + all_)

    def publish(self, main: str | None = None) -> None:
        """What another process does."""
        if main is not None:
            self.configure(main)
        with self.opened() as app:
            refresh_once(app)

    @contextmanager
    def opened(self) -> Iterator[App]:
        with open_app(load(self.root / "config")) as app:
            yield replace(app, work=Here())

    @contextmanager
    def served(self, *, can_act: bool = True) -> Iterator[Served]:
        with self.opened() as app, serving_site(app, can_act=can_act) as served:
            yield served

    def reload(self, served: Served, main: str) -> None:
        """Have the server use another configuration."""
        self.configure(main)
        served.app = reloaded(served.app, load(self.root / "config"))


@contextmanager
def serving_site(app: App, *, can_act: bool = True) -> Iterator[Served]:
    """The whole site of a project."""
    told = Served(0, app)
    desk = Desk(lambda: told.app, (lambda: datetime.now(UTC)) if can_act else None)

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        yield

    with serving(site(desk, lifespan)) as port:
        told.port = port
        yield told


@contextmanager
def serving(application: ASGIApp, sockets: Sequence[socket.socket] | None = None) -> Iterator[int]:
    """An application at a free port, or at these sockets, until the end."""
    listening = sockets or [socket.create_server(("127.0.0.1", 0))]
    told = listening[0].getsockname()
    port = told[1] if isinstance(told, tuple) else 0
    server = Server(application, listening)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield port
    finally:
        server.stop()
        thread.join(timeout=10)
        assert not thread.is_alive()
