"""The command line's page and man page say what it is now, and so does all that names a status."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from feeder import errors
from feeder.errors import EXIT_STATUS, FeederError
from tools import make_command_line

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_page_and_the_man_page_are_current() -> None:
    for path, text in make_command_line.pages().items():
        is_current = path.read_text(encoding="utf-8") == text
        assert is_current, f"{path.name} is out of date: python -m tools.make_command_line"


def test_each_verb_and_each_of_its_words_is_told() -> None:
    page, man = make_command_line.pages().values()
    for verb in make_command_line.verbs()[1:]:
        assert f"\n## {verb.path}\n" in page
        assert verb.paragraphs, f"{verb.path} has no help"
        for word in (*verb.arguments, *verb.options):
            assert word.help, f"{verb.path} {word.term} has no help"
            assert word.term.replace("-", "\\-") in man


@pytest.mark.skipif(not shutil.which("groff"), reason="there is no groff")
def test_the_man_page_is_clean() -> None:
    (man,) = (path for path in make_command_line.pages() if path.suffix == ".1")
    ran = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z", man], capture_output=True, text=True, check=True
    )
    assert not ran.stderr


def test_every_error_ends_with_a_status_that_is_told() -> None:
    trees = [value for value in vars(errors).values() if isinstance(value, type)]
    codes = {tree.exit_code for tree in trees if issubclass(tree, FeederError)}
    assert codes == {1, 2, 3}
    assert codes < EXIT_STATUS.keys()


def test_readme_says_of_each_status_what_the_program_does() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+?) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert {int(status) for status, _ in rows} == EXIT_STATUS.keys() - {130}
    for status, told in rows:
        assert EXIT_STATUS[int(status)].startswith(told.partition(";")[0])
