"""One town for all who only look, and a small one of its own for each who does something."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeder.app import App, load, open_app
from tests.server.pages.looking import Visitor, serving
from tests.server.pages.town import town


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with town(tmp_path_factory.mktemp("town"), datetime.now(UTC)) as app:
        yield app


@pytest.fixture(scope="session")
def visitor(everything: App) -> Iterator[Visitor]:
    """Somebody who may only look."""
    with serving(everything) as found:
        yield found


@pytest.fixture(scope="session")
def editor(everything: App) -> Iterator[Visitor]:
    """Somebody who may change things too."""
    with serving(everything, actions=True) as found:
        yield found


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small town's folder, which nobody has open."""
    folder = tmp_path_factory.mktemp("small")
    few = ("harbour-news", "museum", "old-mill", "lighthouse")
    with town(folder, datetime.now(UTC), hours=1, only=few):
        pass
    return folder


@pytest.fixture
def own(small: Path, tmp_path: Path) -> Iterator[App]:
    """A town of one's own to change things in."""
    shutil.copytree(small, tmp_path / "own")
    with open_app(load(tmp_path / "own/config")) as app:
        yield app
