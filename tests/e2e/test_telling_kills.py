"""kill -9 at any point: a hub is told of every change, after it lies there; twice at worst."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.e2e.dying import Dying, dying
from tests.e2e.project import Project, article
from tests.telling.hub import Hub, hub

SITE = "https://feeds.example.org/"
FORMATS = ("atom", "json")
TIMES = max(1, int(float(os.environ.get("FEEDER_SOAK", "1"))))


class Noted(list[tuple[str, bytes]]):
    """What a hub was posted, each with the bytes that a reader got at that moment."""

    def __init__(self, public: Path) -> None:
        super().__init__()
        self.met: dict[str, list[str]] = {}
        self._public = public

    def append(self, told: tuple[str, bytes], /) -> None:
        [topic] = parse_qs(told[1].decode())["hub.topic"]
        body = (self._public / topic.removeprefix(SITE)).read_bytes()
        self.met.setdefault(topic, []).append(sha256(body).hexdigest())
        super().append(told)


@contextmanager
def told(project: Project) -> Iterator[tuple[Hub, Noted, Dying]]:
    """A feed with a hub, and refreshes that may die."""
    with hub() as server:
        config = project.root / "config/feeder.toml"
        formats = ", ".join(f'"{one}"' for one in FORMATS)
        config.write_text(
            f'public_url = "{SITE}"\n[fetch]\nallow_networks = ["127.0.0.0/8"]\n'
            f'[publish]\nhubs = ["{server.url}"]\nformats = [{formats}]\n'
        )
        server.posted = noted = Noted(project.root / "var/public")
        with dying(project.root / "config", os.environ) as process:
            yield server, noted, process


def let_leases_end(project: Project) -> int:
    """What was claimed by one that died is due; how much waits."""
    with closing(sqlite3.connect(project.state / "feeder.db")) as database, database:
        database.execute("UPDATE outbox SET due_at = '2020-01-01 00:00:00.000000'")
        return int(database.execute("SELECT count(*) FROM outbox").fetchone()[0])


def assert_all_is_told(project: Project, noted: Noted) -> None:
    for format_ in FORMATS:
        body = (project.root / f"var/public/news.{format_}").read_bytes()
        assert sha256(body).hexdigest() in noted.met[f"{SITE}news.{format_}"], format_
    assert let_leases_end(project) == 0


def points_of(passed: dict[str, int]) -> list[tuple[str, int]]:
    """Before and after each transaction: what is between two of them is the same to a hub."""
    names = ("before commit", "after commit")
    return [(name, number) for name in names for number in range(1, passed[name] + 1)]


@pytest.mark.slow
def test_a_hub_is_told_of_every_change_wherever_the_run_dies(project: Project) -> None:
    with told(project) as (_, noted, process):
        process.refresh()
        number = 100
        project.write(f"{number}.txt", article(number))
        passed = process.refresh()
        assert passed is not None
        assert_all_is_told(project, noted)
        for point in points_of(passed) * TIMES:
            number += 1
            noted.met.clear()
            project.write(f"{number}.txt", article(number))
            process.refresh(point)
            let_leases_end(project)
            assert process.refresh() is not None
            assert f"Story number {number}" in project.feed.read_text(), point
            assert_all_is_told(project, noted)
            assert all(len(met) <= 2 for met in noted.met.values()), (point, noted.met)
