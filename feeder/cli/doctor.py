"""`feeder doctor`: what is wrong around feeder, and what to do."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from feeder.cli.options import AsJson, ConfigPath

if TYPE_CHECKING:
    from feeder.doctor.findings import Finding

_MARKS = {"good": ("✓", "green"), "note": ("!", "yellow"), "broken": ("✗", "red")}


def doctor(
    ctx: typer.Context,
    offline: Annotated[
        bool, typer.Option("--offline", help="Look up no name, and do not ask for our own feed.")
    ] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Look at what feeder stands on: packages, folders, disk, clock, network, record, service.

    Last it asks for our own feed at public_url, as a subscriber does. It only reads, asks no
    source, and shows no secret. The exit status is 1 where something is broken.

    Examples: `feeder doctor`, `feeder doctor --offline --json`
    """
    from feeder.doctor.checkup import checkup

    found: list[Finding] = []
    for one in checkup(config or ctx.obj, online=not offline):
        found.append(one)
        if not as_json:
            _print(one)
    counts = Counter[str](one.mark for one in found)
    if as_json:
        told = {"broken": counts["broken"], "findings": [asdict(one) for one in found]}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        typer.echo(_summary(counts))
    raise typer.Exit(1 if counts["broken"] else 0)


def _print(one: Finding) -> None:
    from feeder.logs import printable

    mark, colour = _MARKS[one.mark]
    typer.echo(f"{typer.style(mark, fg=colour)} {printable(f'{one.area}: {one.message}')}")
    if one.advice and one.mark != "good":
        typer.echo(printable(f"    → {one.advice}"))


def _summary(counts: Counter[str]) -> str:
    if not counts["broken"] and not counts["note"]:
        return "All is well."
    return f"{counts['good']} good, {counts['note']} to note, {counts['broken']} broken."
