"""What `feeder rules` says."""

from __future__ import annotations

from typer.testing import CliRunner

from feeder.cli.rules import app as verbs
from feeder.errors import FeederError
from tests.refresh.room import Room


def said(room: Room, *words: str, status: int = 0) -> str:
    """The answer, with this exit status; a failure that was foreseen is raised."""
    result = CliRunner().invoke(verbs, [*words, "--config", str(room.root / "config")])
    if isinstance(result.exception, FeederError):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.output
