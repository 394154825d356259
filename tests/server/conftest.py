"""A project for each test, and one that is published and served for those that only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.server.house import House, Served


@pytest.fixture
def house(tmp_path: Path) -> House:
    """It is not published yet."""
    return House(tmp_path)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> House:
    """It is published, and not to be changed."""
    made = House(tmp_path_factory.mktemp("town"))
    made.publish("")
    return made


@pytest.fixture(scope="module")
def served(town: House) -> Iterator[Served]:
    """That one, served."""
    with town.served() as serving:
        yield serving


@pytest.fixture
def events() -> list[dict[str, object]]:
    """What is logged."""
    seen: list[dict[str, object]] = []

    def note(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        seen.append(dict(event))
        raise structlog.DropEvent

    structlog.configure(processors=[note])
    return seen
