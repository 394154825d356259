"""README's commands are the ones that are run, and what pages show is what the program does.

That blocks load, links lead somewhere and nothing is left out is held in tests/docs.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer.main

import feeder
from feeder import plugins
from feeder.cleaner.markup import plugged
from feeder.cli import app
from tools import picture_steps
from tools.drawing import WIDTH, width_of

ROOT = Path(__file__).resolve().parent.parent
CLEANING = (ROOT / "docs/cleaning.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_verb_has_help_with_an_example() -> None:
    commands = getattr(typer.main.get_command(app), "commands", {})
    assert {"init", "check", "refresh", "run", "status", "backup", "restore"} <= set(commands)
    for name, command in commands.items():
        assert "Example" in (command.help or ""), name


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


def test_the_example_of_cleaning_shows_what_it_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example, shown = re.findall(
        r"```python\n(.+?)```.+?<!-- shown by the example above -->\n```\n(.+?)```",
        CLEANING,
        re.DOTALL,
    )[0]
    monkeypatch.chdir(ROOT)
    exec(compile(example, "cleaning.md", "exec"), {})
    assert capsys.readouterr().out == shown


def test_the_step_of_cleaning_runs_as_a_plug_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"<!-- file: letters.py -->\n```python\n(.+?)```", CLEANING, re.DOTALL)
    ((group, point),) = re.findall(r'entry-points."(.+?)"\]\n(.+?)\n', CLEANING)
    info = tmp_path / "letters-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: letters\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{point.replace(chr(34), '')}\n")
    (tmp_path / "letters.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(plugins, "_found", plugins._found.__wrapped__)
    plugged._placed.cache_clear()
    told = "The boats in your picture are not the ones that the storm tore from their moorings"
    try:
        html = feeder.extract(f"<p>{told}.</p><p class=letter>Dear editor, {told}.</p>").html
    finally:
        plugged._placed.cache_clear()
        sys.modules.pop("letters", None)
    assert html == f"<p>{told}.</p><blockquote>Dear editor, {told}.</blockquote>"


def test_cleaning_names_every_place_of_a_plug_ins_step() -> None:
    (places,) = re.findall(
        r"`after` names the step of ours that it follows: (.+?)\. ", CLEANING, re.DOTALL
    )
    assert tuple(re.findall(r"`(.+?)`", places)) == plugged.PLACES


def test_the_pictures_show_what_the_cleaner_does_now() -> None:
    for name, picture in picture_steps.pictures().items():
        kept = (picture_steps.PICTURES / name).read_text(encoding="utf-8")
        assert picture == kept, f"{name} is out of date: python tools/picture_steps.py"


def test_no_text_leaves_the_pictures() -> None:
    for picture in picture_steps.pictures().values():
        for text in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text"):
            bold = text.get("font-weight") == "bold"
            size = float(text.attrib["font-size"])
            assert float(text.attrib["x"]) + width_of(text.text or "", size, bold=bold) <= WIDTH


@pytest.mark.parametrize(
    ("shown", "address"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>',
            "watch?v=abcdefghijk",
        ),
        ('<noscript><img src="https://news.example/a.jpg"></noscript>', "news.example/a.jpg"),
    ],
)
def test_players_and_hidden_images_are_shown_as_cleaning_says(shown: str, address: str) -> None:
    article = feeder.extract(f"<p>The story begins.</p><p>{shown}</p><p>And it goes on.</p>")
    assert address in article.html
