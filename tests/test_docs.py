"""What is not documented does not pass, and README's commands are the ones that are run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from feeder.cli import app
from feeder.config.settings import (
    ArticleSettings,
    FeederFile,
    FeedSettings,
    FetchSettings,
    OutputSettings,
    RulesSettings,
    ServerSettings,
    SourceSettings,
)
from feeder.sources.files import Files

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_KEYS = {"options", "place"}
"""Fields that hold what the file says, and are no keys in it."""


@pytest.mark.parametrize(
    "model",
    [
        FeederFile,
        FeedSettings,
        FetchSettings,
        OutputSettings,
        RulesSettings,
        ServerSettings,
        SourceSettings,
        ArticleSettings,
        Files,
    ],
    ids=lambda model: model.__name__,
)
def test_every_key_is_documented(model: type) -> None:
    fields = set(getattr(model, "model_fields", {})) - NOT_KEYS
    missing = {f for f in fields if not re.search(rf"`\[*{f}\]*`", CONFIGURATION)}
    assert not missing


def test_every_verb_has_help_with_an_example() -> None:
    commands = getattr(typer.main.get_command(app), "commands", {})
    assert {"init", "check", "refresh", "run", "status", "backup", "restore"} <= set(commands)
    for name, command in commands.items():
        assert "Example" in (command.help or ""), name


def test_links_between_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_continuous_integration_runs_readmes_two_commands() -> None:
    marked = re.findall(r"<!-- command: (\w+) -->\n```sh\n(.+?)\n```", README, re.DOTALL)
    assert [name for name, _ in marked] == ["feed", "tests"]
    assert all(command.count("\n") == 0 for _, command in marked)
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert all(f"$(readme {name})" in script for name, _ in marked)


def test_the_library_example_of_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.+?)```", README, re.DOTALL)
    scrape = "A headline\n\n0\n\nWhat happened, told in a paragraph of some length.\n"
    (tmp_path / "scrape.txt").write_text(scrape, encoding="utf-8")
    page = (
        f"<html><body><h1>On the page</h1>{'<p>' + ' '.join(scrape.split()) * 5}</p></body></html>"
    )
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})
    shown = capsys.readouterr().out
    assert "A headline" in shown
    assert "On the page" in shown
    assert "<p>A headline 0 What happened" in shown
