"""Time that tests make pass, and what most tests of the web fetcher begin with."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from feeder.config.settings import FetchSettings
from feeder.errors import SourceError
from feeder.fetch.pace import Pace
from feeder.fetch.web import Client, Web
from feeder.models import Host, Page, Validators

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Clock:
    """Both clocks, at one speed. Whoever waits makes time pass; `waits` are theirs."""

    def __init__(self) -> None:
        self._seconds = 1_000.0
        self._lock = threading.Lock()
        self.waited = 0.0

    def monotonic(self) -> float:
        return self._seconds

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self._seconds - 1_000)

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        self.waited += seconds
        self.go_on(seconds)

    def go_on(self, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds

    def pace(self, jitter: float = 0.0) -> Pace:
        return Pace(monotonic=self.monotonic, jitter=lambda: jitter, wait=self.wait)


def settings(**given: Any) -> FetchSettings:
    usual = {"delay": "0s", "robots": False, "allow_networks": ["127.0.0.0/8"]}
    return FetchSettings.model_validate(usual | given)


def a_client(clock: Clock | None = None, memory: dict[str, Host] | None = None) -> Client:
    """A client by a clock of ours, which remembers in `memory` what it learns."""
    clock = clock or Clock()
    kept = memory if memory is not None else {}

    def keep(host: Host) -> None:
        kept[host.origin] = host

    return Client(recall=kept.get, keep=keep, clock=clock.now, pace=clock.pace())


def begin(client: Client, start: str, *, seconds: float = 3_600, **given: Any) -> Web:
    """A refresh of the source at `start`."""
    credentials, stopping = given.pop("credentials", None), given.pop("stopping", lambda: False)
    return client.begin(
        settings(**given), start=start, seconds=seconds, credentials=credentials, stopping=stopping
    )


def page(client: Client, url: str, validators: Validators | None = None, **given: Any) -> Page:
    """The page that a refresh of its own gives."""
    fetched = begin(client, url, **given).fetch(url, validators)
    assert fetched is not None
    return fetched


def failure(client: Client, url: str, *, address: str | None = None, **given: Any) -> SourceError:
    """The error that a refresh of its own ends in, of the source at `url` or of another address."""
    try:
        fetched = begin(client, url, **given).fetch(url if address is None else address)
    except SourceError as error:
        return error
    raise AssertionError(f"no error, but {fetched!r}")
