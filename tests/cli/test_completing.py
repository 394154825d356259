"""Tab offers the names of sources, asked as shells ask: by variables of the environment."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from feeder.cli import app

WORDS = {
    "status": ["feeder", "status", ""],
    "refresh": ["feeder", "refresh", "bees", ""],
    "by its first letters": ["feeder", "pause", "c"],
    "elsewhere": ["feeder", "--config", "other/config", "status", ""],
    "elsewhere, told after the verb": ["feeder", "status", "--config", "other/config", ""],
    "batches": ["feeder", "quarantine", "show", ""],
    "rules": ["feeder", "rules", "show", "c"],
    "feeds": ["feeder", "export", "feed", "c"],
    "verbs": ["feeder", "re"],
    "nowhere": ["feeder", "--config", "gone", "status", ""],
    "broken": ["feeder", "--config", "broken", "status", ""],
}
OFFERED = {
    "status": ["ants", "bees", "cats", "made"],
    "refresh": ["ants", "cats", "made"],
    "by its first letters": ["cats"],
    "elsewhere": ["dogs"],
    "elsewhere, told after the verb": ["dogs"],
    "batches": ["ants", "bees", "cats", "made"],
    "rules": ["cats"],
    "feeds": ["cats"],
    "verbs": ["refresh", "resume", "reload", "replay", "repair", "restore"],
    "nowhere": [],
    "broken": [],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration and another one, whose files need not be right."""
    for place, names in (
        ("config", ("ants", "bees", "cats", ".dots")),
        ("other/config", ("dogs",)),
    ):
        (tmp_path / place / "sources").mkdir(parents=True)
        (tmp_path / place / "feeder.toml").write_text("odd = 1\n")
        for name in names:
            (tmp_path / place / f"sources/{name}.toml").write_text("no TOML")
    (tmp_path / "config/feeder.toml").write_text('state = "kept"\n')
    (tmp_path / "kept/sources.d").mkdir(parents=True)
    (tmp_path / "kept/sources.d/made.toml").write_text("")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/feeder.toml").write_bytes(b"\xff = [")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FEEDER_CONFIG", raising=False)
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    return tmp_path


@pytest.mark.parametrize("which", WORDS)
def test_bash_is_offered_sources(folder: Path, which: str) -> None:
    assert _asked("bash", WORDS[which]) == OFFERED[which]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_offered_the_same(folder: Path, shell: str) -> None:
    assert _asked(shell, WORDS["status"]) == OFFERED["status"]


def _asked(shell: str, words: list[str]) -> list[str]:
    """What the shell's function asks of the command, and what it is told."""
    line = " ".join(words)
    env = {
        "_FEEDER_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    said = CliRunner().invoke(app, [], env=env, prog_name="feeder")
    assert not said.exception or isinstance(said.exception, SystemExit)
    offered = said.output.replace("_arguments '*: :((", "").replace("))'", "")
    return offered.replace('"', "").replace("_files", "").split()


def test_a_verb_imports_no_other() -> None:
    """All of them take twice as long as one, with each command and each press of Tab."""
    code = (
        "import sys; sys.argv = ['feeder', 'pause', '--help']\n"
        "import feeder.cli\n"
        "try: feeder.cli.app()\n"
        "finally: print(*(name for name in sys.modules if name.startswith('feeder.cli.')))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = {name.removeprefix("feeder.cli.") for name in said.stdout.split("\n")[-2].split()}
    assert imported == {"pause", "options", "completing", "verbs"}


@pytest.mark.slow
def test_a_thousand_names_take_hardly_longer_than_none(folder: Path) -> None:
    for number in range(1_000):
        (folder / f"config/sources/source-{number}.toml").write_text("")
    command = [str(Path(sys.executable).with_name("feeder"))]
    seconds: dict[str, list[float]] = {"so": [], "--j": []}  # names, and an option
    for _ in range(5):
        for begun_word, taken in seconds.items():
            env = {
                **os.environ,
                "_FEEDER_COMPLETE": "complete_bash",
                "COMP_WORDS": f"feeder status {begun_word}",
                "COMP_CWORD": "2",
            }
            begun = time.perf_counter()
            said = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
            taken.append(time.perf_counter() - begun)
            assert len(said.stdout.split()) == (1_000 if begun_word == "so" else 1)
    assert min(seconds["so"]) < 1.5 * min(seconds["--j"]), seconds
