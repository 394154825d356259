"""The suite of the store runs on both engines, with a database of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.nouns import Place

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Where a store may be opened, on either engine."""
    if request.param == "sqlite":
        yield Place(tmp_path / "state")
        return
    yield Place(tmp_path / "state", request.getfixturevalue("postgres_database"))


@pytest.fixture
def files(tmp_path: Path) -> Place:
    """Where a SQLite store may be opened."""
    return Place(tmp_path / "state")
