"""A damaged database, a full disk: nothing published changes, and it heals by itself."""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Iterator

import pytest

from tests.e2e.project import Project, article

PAGE = 4096


def truncation_points(size: int) -> Iterator[int]:
    """20 of them: nothing, inside the header, page boundaries, and places between."""
    yield from (0, 1, 16, 99, 100, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, size - PAGE, size - 1)
    yield from (size * part // 10 for part in range(1, 10))


@pytest.mark.slow
def test_a_database_cut_anywhere_is_rebuilt_with_the_same_ids(project: Project) -> None:
    for number in range(4, 30):
        project.write(f"story-{number}.txt", article(number))
    project.run("refresh")
    before = project.entries()
    feed = project.feed.read_bytes()
    kept = project.root / "kept"
    shutil.copytree(project.state, kept)
    size = (kept / "feeder.db").stat().st_size
    points = list(truncation_points(size))
    assert len(points) == 20
    for point in points:
        shutil.rmtree(project.state)
        shutil.copytree(kept, project.state)
        if point % 2:  # half of them without a backup: the published feed is all there is
            shutil.rmtree(project.state / "backups")
        with (project.state / "feeder.db").open("r+b") as database:
            database.truncate(point)
        done = project.run("refresh")
        assert done.returncode == 0, done.stderr
        assert "rebuilt" in done.stderr, point
        assert project.entries() == before, point
        if not point % 2:
            assert project.feed.read_bytes() == feed
        assert list(project.state.glob("feeder.db.damaged-*"))


def test_a_database_that_is_gone_is_no_new_state(project: Project) -> None:
    project.run("refresh")
    before = project.entries()
    (project.state / "feeder.db").unlink()
    assert project.run("refresh").returncode == 0
    assert project.entries() == before


@pytest.mark.slow
def test_a_full_disk_is_named_and_heals(project: Project) -> None:
    project.run("refresh")
    before = project.feed.read_bytes()
    for number in range(4, 40):
        project.write(f"story-{number}.txt", article(number, "long " * 200))

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = project.run("refresh", preexec_fn=little_room)
    assert done.returncode == 1
    assert "→" in done.stdout + done.stderr
    assert project.feed.read_bytes() == before
    assert project.run("refresh").returncode == 0
    assert len(project.entries()) == 39


@pytest.mark.slow
def test_a_backup_is_restored(project: Project) -> None:
    project.run("refresh")
    before = project.entries()
    backup = project.root / project.run("backup").stdout.strip()
    project.write("story-4.txt", article(4))
    project.run("refresh")
    assert project.run("restore", str(backup)).returncode == 0
    assert project.run("refresh").returncode == 0
    after = project.entries()
    assert before.keys() <= after.keys()
    assert len(after) == 4
    (backup.parent / "broken.db").write_bytes(b"no database")
    refused = project.run("restore", str(backup.parent / "broken.db"))
    assert refused.returncode == 1
    assert project.entries() == after


@pytest.mark.slow
def test_status_tells_of_a_failing_source_and_what_to_do(project: Project) -> None:
    project.run("refresh")
    shutil.rmtree(project.articles)
    assert project.run("refresh", "--force").returncode == 1
    shown = project.run("status")
    assert shown.returncode == 0
    assert "failing" in shown.stdout
    assert "→" in shown.stdout
    (state,) = json.loads(project.run("status", "--json").stdout)["sources"]
    assert state["failures"] == 1
    assert state["entries"] == 3
    skipped = project.run("refresh")
    assert skipped.returncode == 1
    assert "--force" in skipped.stdout


@pytest.mark.postgres
def test_the_main_job_on_postgresql(project: Project, postgres_database: str) -> None:
    env_url = {"FEEDER_DATABASE": postgres_database}
    assert project.run("refresh", extra_env=env_url).returncode == 0
    before = project.feed.read_bytes()
    project.write("story-4.txt", article(4))
    assert project.run("refresh", extra_env=env_url).returncode == 0
    assert len(project.entries()) == 4
    assert project.feed.read_bytes() != before
    assert not (project.state / "feeder.db").exists()
