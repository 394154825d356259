"""What `feeder explain` says."""

from __future__ import annotations

import json
from typing import Any

import typer
from typer.testing import CliRunner

from feeder.cli.explain import explain
from feeder.errors import FeederError
from tests.refresh.room import Room

# The verb alone: to build all of them takes longer than its answer.
VERB = typer.Typer()
VERB.command()(explain)


def said(room: Room, *words: str) -> str:
    """The answer; a failure that was foreseen is raised."""
    result = CliRunner().invoke(VERB, [*words, "--config", str(room.root / "config")])
    if isinstance(result.exception, FeederError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def told(room: Room, called: str) -> dict[str, Any]:
    """The answer for programs."""
    data: dict[str, Any] = json.loads(said(room, called, "--json"))
    return data
