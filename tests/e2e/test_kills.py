"""kill -9 at any point loses nothing, needs no repair, and is seen by no reader."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from feeder.app import load, open_app
from feeder.logs import configure
from feeder.refresh.warming import for_articles
from feeder.rounds.once import refresh_once
from feeder.workers.here import Here
from tests.e2e.killing import Point, in_child, make_ready, polled
from tests.e2e.project import Project

CAP = 12
SOAK = float(os.environ.get("FEEDER_SOAK", "1"))


def dated(number: int, words: str = "as it was first told") -> str:
    """An article whose date tells its place in the feed: the higher the newer.

    It has an id of its own, since a file that is edited and renamed between two looks (the
    refresh in between was killed) cannot be known again by anything else.
    """
    own = uuid.uuid5(uuid.NAMESPACE_URL, f"https://example.org/{number}")
    return (
        f"Chronicle entry {number}\n\n{own}\n\n{date(2015, 1, 1) + timedelta(days=number)}\n\n"
        f"What happened on day {number} of the chronicle, {words}, in a paragraph of some length "
        "that nobody would take for anything else.\n\nAnd what the people of the town thought of "
        "it in the evening, when all was over and the lamps were lit.\n"
    )


class Chronicle:
    """A folder that changes at each step, and what its feed must show."""

    def __init__(self, project: Project, seed: int) -> None:
        self.project = project
        self.random = random.Random(seed)
        self.number = 0
        self.files: dict[int, str] = {}
        for path in project.articles.iterdir():
            path.unlink()
        config = project.root / "config/feeder.toml"
        config.write_text(config.read_text() + f'[[feed]]\nname = "news"\nmax_entries = {CAP}\n')

    def step(self) -> None:
        """One to three new articles, and sometimes an edit, a rename or a vanished file."""
        older = sorted(self.files)
        for _ in range(self.random.randint(1, 3)):
            self.number += 1
            self.files[self.number] = f"{self.number:04}.txt"
            self.project.write(self.files[self.number], dated(self.number))
        if older:
            self.touch(self.random.choice(older))

    def touch(self, number: int) -> None:
        path = self.project.articles / self.files[number]
        match self.random.randint(1, 3):
            case 1:
                self.project.write(path.name, dated(number, f"corrected at step {self.number}"))
            case 2:
                self.files[number] = f"{number:04}-moved-{self.number}.txt"
                path.rename(path.with_name(self.files[number]))
            case 3 if len(self.files) > CAP:
                del self.files[number]
                path.unlink()

    def expected(self) -> list[str]:
        newest = range(self.number, max(0, self.number - CAP), -1)
        return [f"Chronicle entry {number}" for number in newest]

    def titles(self) -> list[str]:
        return [entry.title for entry in self.project.entries().values()]


def refresh(project: Project) -> None:
    configure(quiet=True)
    with open_app(load(project.root / "config")) as app:
        # In this process: a nursery of workers for each of hundreds of children takes minutes.
        report = refresh_once(replace(app, work=Here()))
    assert report.exit_code == 0, report.errors


def points(passed: dict[str, int], seed: int) -> Iterator[Point]:
    """Points for ever: each name as often as any other, at any of its occurrences."""
    drawn = random.Random(seed)
    while True:
        names = sorted(passed)
        drawn.shuffle(names)
        for name in names:
            yield name, drawn.randint(1, passed[name])


def kill_at_named_points(project: Project, tmp_path: Path, kills: int, seed: int) -> None:
    # What is imported at first need is imported here, once for all children.
    make_ready()
    for module in ("cleaner.draft", "generator.atom", "sources.frontmatter", "sources.markdown"):
        import_module(f"feeder.{module}")
    for_articles()
    chronicle = Chronicle(project, seed)
    chronicle.step()
    in_child(lambda: refresh(project))
    # The first refresh passes more of them than any after it, where nobody would die there.
    chronicle.step()
    passed = in_child(lambda: refresh(project))
    assert passed is not None
    assert {"before commit", "after commit", "before fsync", "after fsync of a folder"} <= set(
        passed
    )
    assert {"before write", "after rename"} <= set(passed)
    died = 0
    ids: dict[str, str] = {}
    with polled(project.feed, tmp_path / "complaints"):
        for point in points(passed, seed):
            chronicle.step()
            died += in_child(lambda: refresh(project), point) is None
            before = project.entries()
            assert all(ids.setdefault(e.title, id) == id for id, e in before.items())
            in_child(lambda: refresh(project))
            after = project.entries()
            assert chronicle.titles() == chronicle.expected()
            assert all(ids.setdefault(e.title, id) == id for id, e in after.items())
            gone = {before[id].title for id in before.keys() - after.keys()}
            assert not gone & set(chronicle.expected()), "left without a cap"
            if died == kills:
                break
    leftovers = [p for p in project.feed.parent.iterdir() if p.name.startswith(".")]
    assert not leftovers


def test_a_child_killed_at_named_points_loses_nothing(project: Project, tmp_path: Path) -> None:
    kill_at_named_points(project, tmp_path, kills=5, seed=random.randrange(10**9))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("chronicle", range(4))
def test_200_children_killed_at_named_points(
    project: Project, tmp_path: Path, chronicle: int
) -> None:
    """In four chronicles, since each of them grows, and takes longer and longer to be read."""
    kill_at_named_points(project, tmp_path, kills=50, seed=random.randrange(10**9))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_1000_children_killed_at_named_points(project: Project, tmp_path: Path) -> None:
    kills = int(1000 * SOAK) if SOAK >= 1 else 2  # the slow suite has more than a tenth of them
    kill_at_named_points(project, tmp_path, kills=kills, seed=random.randrange(10**9))


def kill_the_command(project: Project, tmp_path: Path, kills: int) -> None:
    chronicle = Chronicle(project, seed=kills)
    chronicle.step()
    started = time.monotonic()
    project.run("refresh")
    seconds = time.monotonic() - started
    with polled(project.feed, tmp_path / "complaints"):
        for _ in range(kills):
            chronicle.step()
            with subprocess.Popen(
                project.command("refresh"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as command:
                time.sleep(chronicle.random.uniform(0, seconds))
                command.send_signal(signal.SIGKILL)
            assert set(chronicle.titles()) <= {f"Chronicle entry {n}" for n in range(10**4)}
        done = project.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert chronicle.titles() == chronicle.expected()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_command_killed_at_random_instants(project: Project, tmp_path: Path) -> None:
    kill_the_command(project, tmp_path, kills=20)


@pytest.mark.slow
def test_two_instances_at_once_do_not_get_in_each_others_way(
    project: Project, tmp_path: Path
) -> None:
    chronicle = Chronicle(project, seed=7)
    with polled(project.feed, tmp_path / "complaints"):
        for _ in range(4):
            chronicle.step()
            pair = [
                subprocess.Popen(
                    project.command("refresh"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
                )
                for _ in range(2)
            ]
            outputs = [process.communicate(timeout=60)[0].decode() for process in pair]
            assert [process.returncode for process in pair] == [0, 0], outputs
            assert chronicle.titles() == chronicle.expected()
