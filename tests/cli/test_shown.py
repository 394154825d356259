"""What people are shown stays short, whatever a configuration holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeder.cli.shown import NAMES_SHOWN, listed, short
from feeder.cli.tables import print_table


def test_a_path_below_the_working_folder_is_shown_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert short(tmp_path / "var/public/news.atom") == "var/public/news.atom"
    assert short(tmp_path.parent / "news.atom") == str(tmp_path.parent / "news.atom")


def test_long_lists_are_counted_and_begun() -> None:
    names = [f"n{number}" for number in range(NAMES_SHOWN + 3)]
    assert listed([]) == "none"
    assert listed(names[:2]) == "n0, n1"
    assert listed(names).startswith(f"{len(names)}: n0, n1, ")
    assert listed(names).endswith(" and 3 more")


def test_columns_line_up_on_a_pipe_and_steer_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("source", "found"), [("news", 7), ("long\x1b[2J\nname", 1234)])
    assert capsys.readouterr().out.splitlines() == [
        "source             found",
        "news                   7",
        "long\\x1b[2J\\nname   1234",
    ]
