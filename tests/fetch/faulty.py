"""What every fetch from a misbehaving server must hold to, whatever it ends in."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from typing import Any

import pytest

from feeder.errors import SourceError
from feeder.fetch.transport import Ask, Transport, Trust
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


def fetch(transport: Transport, url: str, *, seconds: float = TOTAL, **trusted: Any) -> bytes:
    """What a page's address gives, asked for with a secret in the headers."""
    loopback = {"allow_networks": (ip_network("127.0.0.0/8"),)}
    trust = Trust(**(loopback | trusted))
    headers = {"Host": url.split("/")[2], "Accept-Encoding": "gzip", "X-Token": SECRET}
    return transport.ask(Ask(url, headers, 1, 1, time.monotonic() + seconds, LIMIT), trust).body


def failure_of(transport: Transport, url: str, **trusted: Any) -> SourceError:
    """The error that a fetch ends in, after what holds for all of them was looked at."""
    begun = time.monotonic()
    with pytest.raises(SourceError) as caught:
        fetch(transport, f"{url}?token={SECRET}", **trusted)
    assert time.monotonic() - begun < TOTAL + SLACK
    error = caught.value
    host = url.split("/")[2].rpartition(":")[0]
    assert host in error.message, error.message
    assert error.message.isprintable()
    assert len(error.message) < 1_000
    assert SECRET not in "".join(traceback.format_exception(error)) + error.advice
    return error


def outcome_of(transport: Transport, behaviour: Behaviour | Door) -> SourceError:
    """What a behaviour ends in; after it, the same server is read like any other."""
    with Site() as site:
        error = failure_of(transport, site.at("/a", behaviour))
        assert fetch(transport, site.at("/good", Page("<p>good"))) == b"<p>good"
        assert site.wait_until_idle(kept=1, seconds=20)  # by the good page
        return error


def check(transport: Transport, cases: Mapping[str, Case], threads: int = 16) -> None:
    """All at once: what one server does is no other's matter."""
    with ThreadPoolExecutor(threads) as pool:
        running = {n: pool.submit(outcome_of, transport, given) for n, (given, _) in cases.items()}
    ended = {name: each.result() for name, each in running.items()}
    wrong = {n: repr(ended[n]) for n, (_, named) in cases.items() if type(ended[n]) is not named}
    assert not wrong
