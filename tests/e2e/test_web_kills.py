"""kill -9 at any point of a refresh of the web loses nothing, though listings then answer 304."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.dying import dying
from tests.e2e.killing import polled
from tests.e2e.press import Command, Press, Trap
from tests.e2e.project import Project
from tests.e2e.test_kills import points
from tests.site.server import Site

SOAK = float(os.environ.get("FEEDER_SOAK", "1"))


@pytest.fixture
def press(project: Project) -> Iterator[Press]:
    with Site() as one, Site(address="127.0.0.2") as other:
        yield Press(project, (one, other), seed=random.randrange(10**9))


class Ids:
    """The id of each title, once seen, for good."""

    def __init__(self, press: Press) -> None:
        self.press = press
        self.known: dict[str, str] = {}

    def check(self) -> None:
        """No entry has another id, is there twice, or has left."""
        shown = self.press.titles()
        twice = [title for title, times in Counter(shown.values()).items() if times > 1]
        assert not twice
        assert all(self.known.setdefault(title, id) == id for id, title in shown.items())
        assert self.known.keys() <= set(shown.values())


def settle(press: Press, ids: Ids, refresh: Callable[[], object]) -> None:
    """Undisturbed refreshes until all is there: some sources take two articles a refresh."""
    for _ in range(8):
        refresh()
        ids.check()
        if set(ids.known) == press.expected():
            return
    assert set(ids.known) == press.expected()


def kill_at_named_points(press: Press, complaints: Path, kills: int) -> None:
    ids, died = Ids(press), 0
    with dying(press.project.root / "config", press.env) as child:
        passed = child.refresh()
        assert passed is not None
        assert {"before commit", "after commit", "before fsync", "after rename"} <= set(passed)
        with polled(press.project.feed, complaints):
            for point in points(passed, seed=press.random.randrange(10**9)):
                press.step()
                died += child.refresh(point) is None
                ids.check()
                settle(press, ids, child.refresh)
                if died == kills:
                    break
    asked = [asked for site in press.sites for asked in site.requests if asked.path == "/listing/"]
    assert sum("if-none-match" in one.headers for one in asked) > len(asked) / 2


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_refreshes_killed_at_named_points_lose_nothing(press: Press, tmp_path: Path) -> None:
    kill_at_named_points(press, tmp_path / "complaints", kills=10)


def undisturbed(press: Press) -> None:
    done = press.project.run("refresh", "--force", extra_env=press.env)
    assert done.returncode == 0, done.stdout + done.stderr


def kill_the_command(press: Press, complaints: Path, kills: int) -> None:
    """At a request, before or after it is answered, or at any time."""
    ids = Ids(press)
    started = time.monotonic()
    undisturbed(press)
    seconds = time.monotonic() - started
    with polled(press.project.feed, complaints):
        for number in range(kills):
            press.step()
            command = Command(press, "refresh", "--force")
            trap = Trap(command.kill, press.random.randint(1, 12), answered=number % 3 == 1)
            if number % 3 == 2:
                time.sleep(press.random.uniform(0, seconds))
                command.kill()
            else:
                with press.trap(trap):
                    command.process.wait(60)
            command.said()
            assert press.left_processes() == []
            ids.check()
        settle(press, ids, lambda: undisturbed(press))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_command_killed_in_the_midst_leaves_no_process_and_loses_nothing(
    press: Press, tmp_path: Path
) -> None:
    kill_the_command(press, tmp_path / "complaints", kills=6)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_200_refreshes_killed_at_named_points_lose_nothing(press: Press, tmp_path: Path) -> None:
    kills = int(200 * SOAK) if SOAK >= 1 else 2  # the slow suite has more than a tenth of them
    kill_at_named_points(press, tmp_path / "complaints", kills)
