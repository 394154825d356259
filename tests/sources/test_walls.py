"""Walls are named and articles are let through, whatever banners and forms they have."""

from __future__ import annotations

import pytest

from feeder.models import Page
from feeder.sources.walls import wall_of
from tests.site.walls import WALLS

URL = "https://example.org/2024/05/bridge"
NAMES = {"soft 404": "not found", "server error": "maintenance"}
NO_WALLS = {"empty page", "empty listing"}


@pytest.mark.parametrize("kind", WALLS)
def test_walls_of_the_test_site_are_named(kind: str) -> None:
    body = WALLS[kind].body
    body = body.encode() if isinstance(body, str) else body
    wall = wall_of(Page(URL, URL, body), URL)
    assert (wall and wall.wall) == (None if kind in NO_WALLS else NAMES.get(kind, kind))
