"""What most tests of the transport begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from feeder.fetch.transport import Transport
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
