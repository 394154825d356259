"""What changes in a folder of articles is read within seconds."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from feeder.app import load, open_app
from feeder.config.loading import validate_options
from feeder.scheduler import Scheduler
from feeder.sources.files import Files
from feeder.watching import (
    APART_SECONDS,
    SETTLED_SECONDS,
    Changes,
    Watcher,
    disk_of,
    folders_of,
    network_disks,
    watched_roots,
)
from tests.e2e.project import LONG_AGO, Project, article

SOURCE = 'kind = "files"\nroot = "articles"\n'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/feeder.toml").write_text('every = "12h"\n')
    (tmp_path / "config/sources/news.toml").write_text(SOURCE)
    project = Project(tmp_path)
    project.write("1.txt", article(1))
    return project


@contextmanager
def service(project: Project) -> Iterator[Scheduler]:
    """A service at work that watches, its threads in this process."""
    with open_app(load(project.root / "config")) as app:
        scheduler = Scheduler(app, threading.Event())
        scheduler.start()
        Watcher(lambda: scheduler.app, scheduler.stop).start()
        try:
            until(lambda: looks(scheduler) == 1)
            time.sleep(0.5)  # it is watched by then
            yield scheduler
        finally:
            scheduler.end()


def until(holds: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.02)


def looks(scheduler: Scheduler) -> int:
    return len(scheduler.app.store.runs("news"))


def entries(scheduler: Scheduler) -> int:
    return sum(run.new for run in scheduler.app.store.runs("news"))


# Deciding


def test_a_copy_of_many_files_is_one_change() -> None:
    changes = Changes()
    for tenth in range(20):
        changes.note("news", tenth / 10)
        assert not changes.due(tenth / 10)
    assert not changes.due(1.9 + SETTLED_SECONDS / 2)
    assert changes.due(1.9 + SETTLED_SECONDS) == ["news"]
    changes.ask("news", 3.0)
    assert not changes.due(100.0)


def test_a_file_that_grows_for_ever_keeps_no_other_waiting_and_is_looked_at_seldom() -> None:
    changes, asked = Changes(), 0
    for tenth in range(1000):
        now = tenth / 10
        changes.note("news", now)
        if changes.due(now):
            changes.ask("news", now)
            asked += 1
    assert 100 / APART_SECONDS - 2 <= asked <= 100 / APART_SECONDS


def test_what_changes_soon_after_a_look_waits_and_is_not_forgotten() -> None:
    changes = Changes()
    changes.note("news", 0.0)
    changes.ask("news", 1.0)
    changes.note("news", 2.0)
    assert not changes.due(2.0 + SETTLED_SECONDS)
    assert changes.due(1.0 + APART_SECONDS) == ["news"]


# Watching


def test_a_file_that_is_written_is_published_within_seconds(project: Project) -> None:
    with service(project):
        project.write("deep/er/2.txt", article(2))
        until(lambda: "Story number 2" in project.feed.read_text(), seconds=5)


@pytest.mark.slow
def test_ten_thousand_files_are_one_look_or_two(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeder.watching.APART_SECONDS", 3.0)
    with service(project) as scheduler:
        for number in range(10_000):
            path = project.root / f"articles/touched-{number}.txt"
            path.write_text("")  # no article
            os.utime(path, (LONG_AGO, LONG_AGO))
        project.write("2.txt", article(2))
        until(lambda: entries(scheduler) == 2, seconds=60)
        time.sleep(2)
        assert looks(scheduler) <= 3


@pytest.mark.slow
def test_a_folder_that_was_away_is_watched_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeder.watching.APART_SECONDS", 3.0)
    articles = project.root / "articles"
    with service(project) as scheduler:
        shutil.move(articles, project.root / "away")
        until(lambda: looks(scheduler) == 2)
        shutil.move(project.root / "away", articles)
        project.write("2.txt", article(2))
        until(lambda: entries(scheduler) == 2, seconds=30)
        project.write("3.txt", article(3))
        until(lambda: entries(scheduler) == 3, seconds=30)


@pytest.mark.slow
def test_another_configuration_is_watched_by(project: Project) -> None:
    with service(project) as scheduler:
        (project.root / "config/sources/news.toml").write_text(f"{SOURCE}watch = false\n")
        scheduler.reload()
        until(lambda: not watched_roots(scheduler.app))
        time.sleep(1.5)
        project.write("2.txt", article(2))
        time.sleep(4)
        assert looks(scheduler) == 1


def test_a_source_is_watched_unless_somebody_says_otherwise(project: Project) -> None:
    for more, watched in (("", True), ("watch = false\n", False), ('every = "manual"\n', False)):
        (project.root / "config/sources/news.toml").write_text(SOURCE + more)
        with open_app(load(project.root / "config")) as app:
            assert bool(watched_roots(app)) is watched


def test_to_watch_it_or_not_has_no_file_read_anew(project: Project) -> None:
    [source] = load(project.root / "config").sources
    made = validate_options(Files, source)
    assert repr(made) == repr(made.model_copy(update={"watch": False}))


def test_a_folder_beyond_a_link_is_not_watched(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (project.root / "articles/link").symlink_to(tmp_path / "elsewhere")
    with open_app(load(project.root / "config")) as app:
        watched, left_out = folders_of(watched_roots(app))
    assert (watched, left_out) == ({str(project.root / "articles"): {"news"}}, {})


MOUNTS = """21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 21 0:50 / /srv/big\\040share rw - nfs4 files:/export rw,hard
41 21 0:51 / /home/me/remote rw - fuse.sshfs me@far: rw
42 21 0:52 / /pool rw - fuse.mergerfs a:b rw
43 21 0:53 / broken
"""


def test_disks_of_other_machines_are_known_without_a_look_at_them() -> None:
    away = network_disks(MOUNTS)
    assert away == {"/srv/big share", "/home/me/remote"}
    assert disk_of(Path("/srv/big share/a/b"), away) == "/srv/big share"
    assert disk_of(Path("/srv/big share"), away) == "/srv/big share"
    assert disk_of(Path("/srv/big"), away) is disk_of(Path("/pool/a"), away) is None
    assert network_disks("") == frozenset()


def test_a_disk_below_a_folder_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "here/there/deeper").mkdir(parents=True)
    watched, _ = folders_of({"news": tmp_path}, {str(tmp_path / "here/there")})
    assert watched.keys() == {str(tmp_path), str(tmp_path / "here")}


def test_a_source_with_too_many_folders_keeps_no_other_from_being_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeder.watching.MOST_FOLDERS", 5)
    for number in range(9):
        (tmp_path / f"big/{number}").mkdir(parents=True)
    (tmp_path / "small/inner").mkdir(parents=True)
    roots = {"big": tmp_path / "big", "small": tmp_path / "small", "same": tmp_path / "small"}
    watched, left_out = folders_of(roots)
    assert watched == {
        str(tmp_path / "small"): {"small", "same"},
        str(tmp_path / "small/inner"): {"small", "same"},
    }
    assert left_out.keys() == {"big"} and "more than 5 folders" in left_out["big"]


def test_what_lies_on_another_machine_is_told_once_and_the_rest_is_watched(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.root / "far").mkdir()
    (project.root / "config/sources/far.toml").write_text('kind = "files"\nroot = "far"\n')
    line = f"40 21 0:50 / {project.root}/far rw - nfs4 files:/export rw\n"
    monkeypatch.setattr("feeder.watching._mounts", lambda: line)
    with capture_logs() as logs, service(project):
        project.write("2.txt", article(2))
        until(lambda: "Story number 2" in project.feed.read_text(), seconds=5)
    assert [one["what"] for one in logs if one["event"] == "not watched"] == ["far"]
