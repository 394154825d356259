"""What most tests of the transport and of the client begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from feeder.fetch.transport import Transport
from feeder.fetch.web import Client
from tests.fetch.clocks import Clock, a_client
from tests.site.names import Names
from tests.site.server import Site


@pytest.fixture
def transport() -> Iterator[Transport]:
    transport = Transport(resolve=Names({"site.example": ["127.0.0.1"]}))
    yield transport
    transport.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    client = a_client(clock)
    yield client
    client.close()
