"""A source whose pages a real Chromium draws, and a server that must never hear of any of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from feeder.config.settings import BrowserSettings, FetchSettings
from feeder.fetch.browser.fetcher import Always, Drawer, WhenNeeded
from feeder.fetch.browser.processes import below
from feeder.fetch.credentials import Credentials
from feeder.fetch.transport import Transport
from feeder.fetch.web import Client
from tests.site.names import Names
from tests.site.server import Site

Draw = Callable[..., Any]


@pytest.fixture
def chromium() -> Path:
    path = os.environ.get("FEEDER_BROWSER")
    if not path:
        reason = "FEEDER_BROWSER is not set to the path of a Chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Path(path)


@pytest.fixture
def victim() -> Iterator[Site]:
    """A server in a network that may not be asked."""
    with Site(address="127.0.0.2") as site:
        yield site
        assert site.connections == 0, site.paths


@pytest.fixture
def profiles(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where profiles are made; nothing is left there."""
    # Chromium's socket lies in it, and the path of one has 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="b-") as name:
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)
        assert not list(Path(name).iterdir())


@pytest.fixture
def drawing(chromium: Path, site: Site, profiles: Path) -> Iterator[Draw]:
    """Makes a fetcher for the site; `names` is its resolver. No process of a browser is left."""
    before = below(os.getpid())  # servers of other tests, which may start workers meanwhile
    clients: list[Client] = []

    def begin(
        names: Names | None = None,
        *,
        credentials: Credentials | None = None,
        fetch: dict[str, Any] | None = None,
        kind: type[Always] | type[WhenNeeded] = Always,
        **browser: Any,
    ) -> Any:
        client = Client(transport=Transport(resolve=names or Names()))
        clients.append(client)
        told = {"allow_networks": ["127.0.0.1/32"], "delay": "0s", **(fetch or {})}
        web = client.begin(
            FetchSettings.model_validate(told),
            start=site.url("/"),
            seconds=100,
            credentials=credentials,
        )
        settings = BrowserSettings(use="always", path=chromium, **browser)
        return kind(Drawer(web, settings))

    yield begin
    for client in clients:
        client.close()
    others = {pid for server in before for pid in (server, *below(server))}
    assert not [command_of(pid) for pid in below(os.getpid()) if pid not in others]


def command_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return f"{pid}, which has ended"
