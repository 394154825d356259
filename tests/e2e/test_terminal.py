"""What a person at a terminal sees of the real command."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from tests.e2e.project import Project, article


def at_a_terminal(project: Project, *args: str) -> str:
    """All that the command shows where both its outputs are a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    env.pop("NO_COLOR", None)
    with subprocess.Popen(
        project.command(*args), stdout=theirs, stderr=theirs, cwd=project.root, env=env
    ) as process:
        os.close(theirs)
        shown = bytearray()
        while block := _read(ours):
            shown += block
    os.close(ours)
    assert process.returncode in (0, 1)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux says so when the other end is closed
        return b""


def test_faults_are_told_once_in_words_and_not_as_log_lines(project: Project) -> None:
    (project.root / "config/sources/gone.toml").write_text('kind = "files"\nroot = "gone"\n')
    shown = at_a_terminal(project, "refresh")
    assert "Story number 1" in shown
    assert shown.count("the source's folder cannot be read") == 1
    assert "event=" not in shown
    assert '"event": "refreshed"' in at_a_terminal(project, "--log-format", "json", "refresh")


def test_what_a_site_wrote_steers_no_terminal(project: Project) -> None:
    hostile = "Wiped \x1b[2J\x1b]0;owned\x07 away"
    project.write("hostile.txt", article(7).replace("Story number 7", hostile))
    project.write("bad\x1b[2Jname.txt", b"")
    for verb in ("refresh", "status"):
        shown = at_a_terminal(project, verb)
        assert "\x1b]0;owned" not in shown
        assert "\x1b[2J" not in shown
    assert "bad\\x1b[2Jname.txt" in shown


@pytest.mark.slow
def test_many_feeds_are_counted_and_not_all_listed(project: Project) -> None:
    for number in range(8):
        source = project.root / f"config/sources/more-{number}.toml"
        source.write_text('kind = "files"\nroot = "articles"\n')
    shown = project.run("refresh").stdout
    assert "9 feeds, 9 of them written" in shown
    assert shown.count("• Story number 1") == 5
    again = project.run("refresh", "news").stdout
    assert again.count("unchanged") == 2  # the feed and its page
