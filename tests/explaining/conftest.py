"""A newsroom with a site that it reads, as `tests/refresh` has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.refresh.room import Room
from tests.site.blog import FIRST_DAY
from tests.site.server import Site

MEANWHILE = FIRST_DAY + timedelta(days=4)
"""Some hours after the newest article of a `Blog` of ten."""


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, clock=MEANWHILE)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site
