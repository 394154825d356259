"""Alarms can be tried out before anything has happened."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from feeder.cli import app as verbs
from tests.telling.hub import hub


def said(root: Path, alarms: str, status: int) -> str:
    (root / "config/sources").mkdir(parents=True, exist_ok=True)
    networks = '[fetch]\nallow_networks = ["127.0.0.0/8"]\n'
    (root / "config/feeder.toml").write_text(networks + alarms)
    source = 'kind = "feed"\nurl = "https://news.example/feed"\n'
    (root / "config/sources/news.toml").write_text(source)
    result = CliRunner().invoke(verbs, ["--config", str(root / "config"), "check", "--alarms"])
    assert result.exit_code == status, result.output
    return result.output


def test_each_alarm_is_told_that_it_is_tried_out(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with hub() as told:
        alarms = f"""[[alarm]]
webhook = "{told.url}"
[[alarm]]
command = ["sh", "-c", "cat > {out}"]
"""
        output = said(tmp_path, alarms, 0)
        [(kind, body)] = told.posted
    assert kind == "application/json" and body == out.read_bytes()
    message = json.loads(body)
    assert "test" in message["title"] and message["events"] == []
    assert "alarm 1 (webhook): a test message was taken" in output
    assert "alarm 2 (command): a test message was taken" in output


def test_one_that_fails_is_named_and_keeps_no_other(tmp_path: Path) -> None:
    with hub("failing") as told:
        alarms = f"""[[alarm]]
webhook = "{told.url}"
[[alarm]]
notify = {{ env = "FEEDER_NOBODY" }}
[[alarm]]
command = ["true"]
"""
        output = said(tmp_path, alarms, 1)
    assert "alarm 1 (webhook): its server answers 500" in output
    assert "alarm 2 (notify): notify: there is no environment variable FEEDER_NOBODY" in output
    assert "alarm 3 (command): a test message was taken" in output
    assert "SECRET" not in output


def test_without_alarms_that_is_said(tmp_path: Path) -> None:
    assert "there is no [[alarm]]" in said(tmp_path, "", 0)
