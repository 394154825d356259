"""A real server over a real project, whose record has one of everything."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from starlette.types import ASGIApp

from feeder.app import App, load, open_app
from feeder.changes.identity import Reading
from feeder.models import Dropped, Enclosure, Evidence, Transition
from feeder.refresh.held import to_bytes
from feeder.rounds.publishing import publish_feeds
from feeder.server import access
from feeder.server.api.endpoints import Endpoint
from feeder.server.desk import Desk
from feeder.server.running import Server
from feeder.server.site import site
from feeder.server.tokens import Tries
from feeder.store.quarantine import Guarded, Quarantined, Reason
from tests.store.nouns import change, claim_one, entry, path, put, stories

TOKEN = "a-token-that-is-long-enough"
HOSTILE = "\ud800<script>\x00alert(1)</script>\x1b[2J\u202e ملح \U0001f9c2"
"""A lone surrogate, a NUL, an escape sequence and a direction override, as strangers send them."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body.decode("utf-8", "strict"))


@dataclass(frozen=True)
class Served:
    """A project that is served: `ask` asks as a program with the token does."""

    app: App
    desk: Desk
    port: int

    def ask(
        self,
        target: str,
        method: str = "GET",
        *,
        token: str | None = TOKEN,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        told = {"authorization": f"Bearer {token}"} if token else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            connection.request(method, target, body, {**told, **(headers or {})})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()


def check(described: Any, endpoint: Endpoint, reply: Reply) -> None:
    """Whether an answer is one that is described, and nothing is in it that is not."""
    operation = described["paths"][endpoint.path][endpoint.method.lower()]
    told = operation["responses"][str(reply.status)]["content"][reply.headers["content-type"]]
    schema = {**told["schema"], "components": described["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(reply.json)
    name = told["schema"]["$ref"].rpartition("/")[2]
    assert set(reply.json) == set(described["components"]["schemas"][name]["properties"])


@contextmanager
def serving(app: App, desk: Desk, whole: ASGIApp | None = None) -> Iterator[Served]:
    """Serve all that there is, or another application."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(whole or site(desk), [listening])
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield Served(app, desk, listening.getsockname()[1])
    finally:
        server.stop()
        thread.join()
        listening.close()


def project(folder: Path, feeder_toml: str = "", sources: tuple[str, ...] = ("news",)) -> Path:
    """A project of files, with a token."""
    (folder / "config/sources").mkdir(parents=True)
    token = folder / "token"
    token.write_text(TOKEN)
    told = f'[server]\ntoken_file = "{token}"\n{feeder_toml}'
    (folder / "config/feeder.toml").write_text(told)
    for name in sources:
        (folder / name).mkdir()
        written = f'kind = "files"\nroot = "{folder / name}"\n'
        (folder / f"config/sources/{name}.toml").write_text(written)
    return folder / "config"


@contextmanager
def opened(config: Path) -> Iterator[tuple[App, Desk]]:
    with open_app(load(config)) as app:
        ticks = datetime.now(UTC)
        yield app, Desk(lambda: app, lambda: max(ticks, datetime.now(UTC)))


@pytest.fixture(autouse=True)
def _no_tries_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong tokens of one test keep no other one waiting."""
    monkeypatch.setattr(access, "_tries", Tries())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two sources and their feeds: one is well and has a strange entry, the other fails."""
    config = project(tmp_path_factory.mktemp("project"), sources=("news", "town"))
    with opened(config) as (app, desk):
        fill(app)
        with serving(app, desk) as found:
            yield found


def fill(app: App) -> None:
    """One of everything on record."""
    now = datetime.now(UTC)
    put(app.store, stories(1, 2, 3), now=now - timedelta(minutes=2))
    strange = entry(
        4,
        title=HOSTILE,
        text=HOSTILE,
        html="<p>Strange.</p>",
        summary="s" * 5_000,
        authors=(HOSTILE,),
        enclosures=(Enclosure("https://news.example/a.mp3", "audio/mpeg", 7),),
    )
    made = replace(
        change(strange, path(4)),
        dropped=(Dropped("around", "share", HOSTILE),),
        evidence=(Evidence("title", "h1", HOSTILE),),
    )
    put(app.store, [made], now=now - timedelta(minutes=1))
    corrected = replace(strange, title="Put right", revision=2, updated=now)
    put(app.store, [change(corrected, path(4), kind="changed")], now=now - timedelta(seconds=50))
    put(app.store, source="town", failed=True, now=now - timedelta(seconds=40))
    hold(app, now)
    fall_ill(app, now)
    publish_feeds(app, [feed for feed in app.settings.feeds if feed.name == "news"])


def hold(app: App, now: datetime, kept: Sequence[Reading] = ()) -> None:
    """A batch of `news` that is held back, and its articles as far as they are kept."""
    lease = claim_one(app.store, "news", now)
    reasons = (Reason("alike", HOSTILE, "tail"),)
    batch = Quarantined(0, "news", now, now, 1, "held", reasons, 7, frozenset({"a", "b"}))
    if kept:
        batch = replace(batch, **app.store.files.put(to_bytes(kept))._asdict())
    app.store.record_part(lease, (), (), now + timedelta(minutes=1), Guarded(batches=(batch,)))
    app.store.abandon(lease, now)


def fall_ill(app: App, now: datetime) -> None:
    """A change in the condition of `town`."""
    from feeder.store import conditions
    from feeder.store.sources import number_of

    told = Transition("town", now, "ok", "broken", HOSTILE, "look at it")
    with app.store._database.writing() as connection:
        conditions.put(connection, number_of(connection, "town"), told)
