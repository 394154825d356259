"""At a real terminal: bars that go as they came, colours for who wants them, a Ctrl-C that leaves
everything as it was; and on a pipe nothing but the answer."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from feeder.cli import app as verbs
from feeder.cli.progress import SHOW_CURSOR
from tests.e2e.project import LONG_AGO
from tests.site.blog import Blog
from tests.site.faults import Silent
from tests.site.server import Site

HIDE_CURSOR = "\x1b[?25l"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9]")
SECONDS = 20.0


@dataclass
class Terminal:
    """A program whose three streams are a terminal of 80 columns that it is in control of."""

    process: subprocess.Popen[bytes]
    master: int
    shown: str = ""

    def read_until(self, words: str) -> None:
        """Read what is shown until these words are."""
        deadline = time.monotonic() + SECONDS
        while words not in self.shown:
            assert time.monotonic() < deadline, self.shown
            assert self._read(), self.shown

    def end(self) -> int:
        """Read the rest, and give the exit status."""
        while self._read():
            pass
        return self.process.wait(SECONDS)

    def _read(self) -> bool:
        if not select.select([self.master], [], [], SECONDS)[0]:
            return False
        try:
            read = os.read(self.master, 65_536)
        except OSError:  # the other end is closed
            return False
        self.shown += read.decode()
        return bool(read)


def at_terminal(root: Path, *words: str, **env: str) -> Terminal:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "feeder", "--config", str(root / "config"), *words],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**_plain_env(), "TERM": "xterm-256color", **env},
        start_new_session=True,
        preexec_fn=_as_a_shell_does,
    )
    os.close(slave)
    return Terminal(process, master)


def _as_a_shell_does() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what runs in the background has it ignored


def _plain_env() -> dict[str, str]:
    mind = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM")
    return {name: value for name, value in os.environ.items() if name not in mind}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Six sources of files, one of which is not there."""
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/feeder.toml").write_text("")
    for name in ("ants", "bees", "cats", "dogs", "eels", "gone"):
        folder = tmp_path / name
        (tmp_path / f"config/sources/{name}.toml").write_text(f'kind = "files"\nroot = "{name}"\n')
        if name != "gone":
            folder.mkdir()
            (folder / "a.txt").write_text(f"About {name}\n\nA paragraph, and all of the text.\n")
            os.utime(folder / "a.txt", (LONG_AGO, LONG_AGO))
    return tmp_path


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Path]:
    """A project with a source whose site never answers."""
    (tmp_path / "config/sources").mkdir(parents=True)
    with Site() as site:
        url = site.at("/feed", Silent())
        networks = 'allow_networks = ["127.0.0.0/8"]\nrobots = false\n'
        (tmp_path / "config/feeder.toml").write_text(f"[fetch]\n{networks}")
        (tmp_path / "config/sources/mute.toml").write_text(f'kind = "feed"\nurl = "{url}"\n')
        yield tmp_path


def test_a_bar_is_drawn_and_gone_when_the_answer_comes(root: Path) -> None:
    terminal = at_terminal(root, "refresh")
    assert terminal.end() == 1
    bar, answer = terminal.shown.split(SHOW_CURSOR)
    assert HIDE_CURSOR in bar
    assert "Refreshing" in bar
    assert "6/6" in bar
    assert "5 new, 1 failed" in bar
    told = ESCAPE.sub("", answer)
    assert "Refreshing" not in told
    assert told.split()[:4] == ["source", "found", "new", "changed"]
    assert "\r\ngone: " in told
    table = told.split("\r\ngone: ")[0]
    assert max(map(len, table.replace("\r", "").split("\n"))) <= 80


def test_work_of_which_nobody_knows_the_end_shows_how_long_it_took(root: Path) -> None:
    terminal = at_terminal(root, "preview", "ants")
    assert terminal.end() == 0
    bar, answer = terminal.shown.split(SHOW_CURSOR)
    assert "Looking" in bar and "0:00:0" in bar
    assert "?" not in ESCAPE.sub("", bar)
    assert "About ants" in answer


def test_what_is_asked_for_is_shown_while_it_is(root: Path) -> None:
    with Site() as site:
        url = site.at("/", Blog(articles=5))
        terminal = at_terminal(root, "discover", url, "--allow-network", "127.0.0.1/32")
        assert terminal.end() == 0
    bar, answer = terminal.shown.split(SHOW_CURSOR)
    assert "Asking" in bar and url in bar
    assert "Asking" not in answer and "feeder add" in answer


def test_ctrl_c_leaves_the_terminal_as_it_was(silent: Path) -> None:
    terminal = at_terminal(silent, "refresh")
    before = termios.tcgetattr(terminal.master)
    terminal.read_until("0/1")
    os.write(terminal.master, b"\x03")
    # A shell has 130 for both. Where the signal comes while a module makes its data classes, which
    # are text that is executed, Python ends itself by it in the end, though it was handled.
    assert terminal.end() in (130, -signal.SIGINT)
    assert terminal.shown.rindex(SHOW_CURSOR) > terminal.shown.rindex(HIDE_CURSOR)
    assert "Traceback" not in terminal.shown
    assert termios.tcgetattr(terminal.master) == before


@pytest.mark.slow
def test_sigterm_brings_the_cursor_back(silent: Path) -> None:
    terminal = at_terminal(silent, "refresh")
    terminal.read_until("0/1")
    terminal.process.terminate()
    assert terminal.end() == -signal.SIGTERM
    assert terminal.shown.rindex(SHOW_CURSOR) > terminal.shown.rindex(HIDE_CURSOR)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("env", "has_bar", "has_colours"),
    [
        ({}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),  # set to nothing is not set: https://no-color.org/
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_colours_are_for_who_wants_them(
    root: Path, env: dict[str, str], has_bar: bool, has_colours: bool
) -> None:
    terminal = at_terminal(root, "refresh", **env)
    terminal.end()
    assert ("Refreshing" in terminal.shown) == has_bar
    assert bool(COLOUR.search(terminal.shown)) == has_colours
    if not has_bar:
        assert not ESCAPE.search(terminal.shown)


@pytest.mark.parametrize("env", [{}, {"FORCE_COLOR": "1"}])
def test_columns_on_a_pipe_are_whole_and_plain(root: Path, env: dict[str, str]) -> None:
    folder = root / ("a" * 60)
    (root / f"config/sources/{folder.name}.toml").write_text('kind = "files"\nroot = "ants"\n')
    said = CliRunner().invoke(verbs, ["--config", str(root / "config"), "refresh"], env=env)
    assert not ESCAPE.search(said.stdout)
    (line,) = (line for line in said.stdout.splitlines() if line.startswith("bees"))
    assert line.split()[1:6] == ["1", "1", "0", "0", "0"]


def test_who_is_to_be_quiet_says_what_is_wrong_and_nothing_else(root: Path) -> None:
    def said(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(verbs, ["--config", str(root / "config"), *words])
        return result.exit_code, result.output

    status, told = said("refresh", "--quiet")
    assert status == 1
    fault, advice = told.splitlines()
    assert fault.startswith("gone: ")
    assert advice.startswith("  → ")
    assert said("refresh", "-q", "ants", "bees") == (0, "")
    assert said("check", "-q") == (0, "")
    assert said("pause", "-q", "ants") == said("resume", "-q", "ants") == (0, "")
    assert said("backup", "--quiet") == (0, "")
    assert said("replay", "-q", "--yes") == (0, "")
    (root / "list.txt").write_text("https://a.example/\n")
    assert said("import", "-q", str(root / "list.txt")) == (0, "")
    (root / "list.txt").write_text("https://a.example/\nhttps://b.example/\nno address\n")
    status, told = said("import", "-q", str(root / "list.txt"))
    assert status == 1 and told.startswith("✗ line 3: ") and told.count("\n") == 1
    for words in (("opml",), ("state",)):
        assert said("export", *words, "-q", "-o", str(root / words[0])) == (0, "")
    assert said("export", "feed", "-q", "ants", str(root / "taken")) == (0, "")


def test_a_log_that_was_asked_for_as_json_is_told_all_the_same(root: Path) -> None:
    words = ["--config", str(root / "config"), "--log-format", "json", "refresh", "-q", "ants"]
    result = CliRunner().invoke(verbs, words)
    assert '"event": "refreshed"' in result.stderr
    assert result.stdout == ""
