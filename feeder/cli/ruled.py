"""How `feeder rules` shows what it found, to people and to programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from feeder.cli.shown import print_fault, short
from feeder.fetch.shown import shown
from feeder.logs import printable

if TYPE_CHECKING:
    from feeder.rules.standing import Standing
    from feeder.siterules.linting import Finding
    from feeder.siterules.showing import Shown
    from feeder.siterules.trying import ExampleTried, RuleTried, SiteTried
    from feeder.siterules.updating import Updated


def print_findings(found: Sequence[Finding]) -> None:
    """What is wrong, a line each, and how much of it there is."""
    for one in found:
        place = _place(one.file, one.line)
        print_fault(place if one.weight == "fault" else f"{place}: hint", one.message, one.advice)
    faults = sum(one.weight == "fault" for one in found)
    hints = len(found) - faults
    typer.echo(f"{_many(faults, 'fault')}, {_many(hints, 'hint')}" if found else "nothing is wrong")


def print_findings_json(found: Sequence[Finding]) -> None:
    """The same for programs."""
    _print_json([asdict(one) for one in found])


def print_trials(found: Sequence[SiteTried]) -> None:
    """Of each site how often its rules matched, and how its tests went."""
    if not found:
        typer.echo("There is no source on the web, and no site was named.")
    for number, site in enumerate(found):
        pages = _many(site.pages, "kept page") if site.pages else "no page is kept"
        typer.echo(("\n" if number else "") + printable(f"{site.host}: {pages}"))
        if not site.rules and not site.tests:
            typer.echo("  no rules of yours hold for it")
        for rule in site.rules if site.pages else ():
            _print_rule(rule, site.pages)
        for test in site.tests:
            _print_test(test)
        for note in site.notes:
            typer.echo(printable(f"  note: {note}"))


def _print_rule(rule: RuleTried, pages: int) -> None:
    told = f"matched {rule.matched} of the last {rule.tried}"
    if not rule.tried:
        told = "never tried: a rule before it told that already"
    elif rule.tried < pages:
        told += " on which it was tried"
    place = f"{_place(rule.path, rule.line)}: {rule.text}"
    typer.echo(printable(f"  {place}"))
    is_old = rule.tried > 0 and not rule.matched
    typer.secho(f"    {told}", fg=typer.colors.YELLOW if is_old else None)


def _print_test(test: ExampleTried) -> None:
    where = f"  {_place(test.path, test.line)}: {shown(test.url)}"
    match test.outcome:
        case "holds":
            typer.echo(printable(f"{where}: holds"))
        case "not kept":
            typer.echo(printable(f"{where}: its page is not kept; --online asks for it"))
        case "failed":
            print_fault(where, f"failed: {test.failure}", "")
        case "lacks":
            missing = "; ".join(f"“{one}”" for one in test.missing)
            print_fault(where, f"its article lacks {missing}", "")


def print_trials_json(found: Sequence[SiteTried]) -> None:
    """The same for programs."""
    _print_json([asdict(one) for one in found])


def print_updated(done: Updated, *, is_used: bool) -> None:
    """What became of the folder, and what is to be done with it."""
    where = f"{_many(done.files, 'file')} of {shown(done.address)} in {short(done.folder)}"
    if not (done.new or done.changed or done.gone):
        typer.echo(printable(f"{where}: nothing has changed"))
    else:
        what = f"{done.new:,} new, {done.changed:,} changed, {done.gone:,} gone"
        typer.echo(printable(f"{where}: {what}"))
    if not is_used:
        typer.echo(printable(f"  → put it into [rules]: folders = ['{short(done.folder)}']"))
    elif done.new or done.changed or done.gone:
        typer.echo("  → feeder reload has a service that runs read them")


def print_updated_json(done: Updated) -> None:
    """The same for programs."""
    _print_json(asdict(done) | {"address": shown(done.address)})


def print_standings(told: Shown) -> None:
    """The rules as files have them, under the name of each file."""
    from feeder.rules.rulebook import host_key

    system = f", made by {told.system.removeprefix('fingerprint.')}" if told.system else ""
    typer.echo(printable(f"{host_key(told.address)}{system}"))
    if not told.standings:
        typer.echo("  no rules hold for it: its articles are found without any")
    before: Path | None = None
    for one in told.standings:
        path, line = one.placed
        if path != before:
            typer.echo("\n" + printable(short(path)))
        before = path
        note = _note(one)
        typer.echo(printable(f"  {line.number:>4}  {line.text}"))
        if note:
            typer.secho(printable(f"        {note}"), dim=True)


def _note(one: Standing) -> str:
    by = one.overruled_by
    if by is not None:
        return f"does not count: {_place(by.path, by.line.number)} says {by.line.text}"
    if not one.is_heeded:
        return "is not heeded"
    return f"tried as number {one.turn}" if one.turn is not None and one.turn > 1 else ""


def print_standings_json(told: Shown) -> None:
    """The same for programs."""
    rules = [
        {
            "file": str(one.placed.path),
            "line": one.placed.line.number,
            "text": one.placed.line.text,
            "directive": one.placed.line.directive,
            "argument": one.placed.line.argument,
            "value": one.placed.line.value,
            "counts": one.overruled_by is None and one.is_heeded,
            "overruled_by": _overruling(one),
        }
        for one in told.standings
    ]
    _print_json({"address": told.address, "system": told.system, "rules": rules})


def _overruling(one: Standing) -> dict[str, Any] | None:
    by = one.overruled_by
    return None if by is None else {"file": str(by.path), "line": by.line.number}


def _place(path: Path, line: int | None) -> str:
    return f"{short(path)}:{line}" if line else short(path)


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _print_json(data: object) -> None:
    def told(value: object) -> Any:
        return str(value) if isinstance(value, Path) else list(value)  # type: ignore[call-overload]

    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=told))
