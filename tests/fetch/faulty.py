"""What every fetch from a misbehaving server must hold to, whatever it ends in."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from feeder.config.settings import FetchSettings
from feeder.errors import SourceError, WaitError
from feeder.fetch.credentials import Credentials
from feeder.fetch.web import Client
from feeder.models import Page as Fetched
from tests.site.behaviour import Behaviour, Door
from tests.site.pages import Page
from tests.site.server import Site

SECRET = "s3cr3t"
"""What must be read nowhere."""
LIMIT = 1_000_000
TOTAL = 2.0
SLACK = 1.0
"""Seconds over its deadline that a fetch may take here: the machine may be busy."""
Case = tuple[Behaviour | Door, type[SourceError]]


def settings(**given: Any) -> FetchSettings:
    bounds = {
        "connect_timeout": "1s",
        "read_timeout": "1s",
        "total_timeout": "2s",
        "max_bytes": LIMIT,
        "delay": "0s",
        "robots": False,
        "allow_networks": ["127.0.0.0/8"],
    }
    return FetchSettings.model_validate(bounds | given)


def page(client: Client, url: str, *, seconds: float = 30, **given: Any) -> Fetched:
    """The page at an address, asked for with secrets of its source."""
    credentials = Credentials(headers={"X-Token": SECRET}, cookies={"session": SECRET})
    web = client.begin(settings(**given), start=url, seconds=seconds, credentials=credentials)
    fetched = web.fetch(url)
    assert fetched is not None
    return fetched


def fetch(client: Client, url: str, **given: Any) -> bytes:
    """What it says."""
    return page(client, url, **given).body


def failure_of(client: Client, url: str, **given: Any) -> SourceError:
    """The error that a fetch ends in, after what holds for all of them was looked at."""
    begun = time.monotonic()
    with pytest.raises(SourceError) as caught:
        fetch(client, f"{url}?token={SECRET}", **given)
    assert time.monotonic() - begun < TOTAL + SLACK
    error = caught.value
    host = url.split("/")[2].rpartition(":")[0]
    assert host in error.message, error.message
    assert error.message.isprintable()
    assert len(error.message) < 1_000
    assert SECRET not in "".join(traceback.format_exception(error)) + error.advice
    return error


def outcome_of(client: Client, behaviour: Behaviour | Door) -> SourceError:
    """What a behaviour ends in; after it, the same server is read like any other."""
    with Site() as site:
        error = failure_of(client, site.at("/a", behaviour))
        if isinstance(error, WaitError):  # by which it wants no further request
            return error
        assert fetch(client, site.at("/good", Page("<p>good"))) == b"<p>good"
        assert site.wait_until_idle(kept=1, seconds=20)  # by the good page
        return error


def check(client: Client, cases: Mapping[str, Case], threads: int = 16) -> None:
    """All at once: what one server does is no other's matter."""
    with ThreadPoolExecutor(threads) as pool:
        running = {n: pool.submit(outcome_of, client, given) for n, (given, _) in cases.items()}
    ended = {name: each.result() for name, each in running.items()}
    wrong = {n: repr(ended[n]) for n, (_, named) in cases.items() if type(ended[n]) is not named}
    assert not wrong
