"""A newsroom whose configuration has folders of rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.refresh.room import MAIN, Room
from tests.site.blog import FIRST_DAY
from tests.site.server import Site

RULES = '[rules]\nfolders = ["public", "house"]\n'


@pytest.fixture
def room(tmp_path: Path) -> Room:
    for name in ("public", "house"):
        (tmp_path / name).mkdir()
    return Room(tmp_path, clock=FIRST_DAY.replace(day=9), main=MAIN + RULES)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site
