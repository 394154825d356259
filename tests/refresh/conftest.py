"""A newsroom and a site for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.refresh.room import Room
from tests.site.server import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        yield opened


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)
