"""`feeder check` says whether there is a browser, where a source wants one."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from feeder.cli import app

PAGE = 'kind = "listing"\nurl = "https://news.example/"\n[browser]\nuse = "when-needed"\n'


@pytest.mark.parametrize("is_there", [True, False])
def test_check_says_which_browser_draws_or_what_to_do(tmp_path: Path, is_there: bool) -> None:
    folder = tmp_path / "config"
    (folder / "sources").mkdir(parents=True)
    chromium = tmp_path / "chromium"
    if is_there:
        chromium.touch(mode=0o755)
    (folder / "feeder.toml").write_text(f'[browser]\npath = "{chromium}"\n')
    (folder / "sources/news.toml").write_text(PAGE)
    told = CliRunner().invoke(app, ["check", "--config", str(folder)])
    assert told.exit_code == (0 if is_there else 1)
    if is_there:
        assert f"browser: {chromium}" in told.output
    else:
        assert "path in [browser]" in told.output
        assert "leave path out" in told.output
