"""The real command where its output goes nowhere, and where names are not text."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.project import Project


@pytest.mark.parametrize(
    "redirection",
    [
        "<&- >&- 2>&-",
        pytest.param(">&- 2>&-", marks=pytest.mark.slow),
        pytest.param(">/dev/null 2>/dev/full", marks=pytest.mark.slow),
    ],
)
def test_the_work_is_done_whatever_becomes_of_the_streams(
    project: Project, redirection: str
) -> None:
    shell = f'exec "$0" "$@" {redirection}'
    subprocess.run(["sh", "-c", shell, *project.command("refresh")], check=True, timeout=30)
    assert len(project.entries()) == 3


def test_an_answer_that_cannot_be_written_is_a_failure_and_no_traceback(project: Project) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            project.command("refresh"),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=30,
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "cannot be written" in done.stderr
    assert len(project.entries()) == 3


def test_a_reader_of_the_log_that_went_away_keeps_no_feed_from_being_published(
    project: Project,
) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(project.command("refresh"), stderr=write, check=False, timeout=30)
    finally:
        os.close(write)
    assert done.returncode == 0
    assert len(project.entries()) == 3


@pytest.mark.slow
def test_a_folder_whose_name_is_no_text(project: Project, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    shutil.copytree(project.root / "config", odd / "config")
    shutil.copytree(project.articles, odd / "articles")
    moved = Project(odd)
    assert moved.run("refresh").returncode == 0
    report = json.loads(moved.run("refresh", "--json").stdout)
    assert report["feeds"][0]["path"] == str(moved.feed)
    assert len(moved.entries()) == 3
