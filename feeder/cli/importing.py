"""`feeder import`: a list of subscriptions, or a whole state, from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from feeder.cli.options import AsJson, ConfigPath, Quiet
from feeder.cli.progress import progress
from feeder.cli.shown import listed, short

if TYPE_CHECKING:
    from feeder.config.settings import Settings
    from feeder.porting.lists import Taken
    from feeder.porting.plan import Step
    from feeder.porting.state_reading import Export

_MARKS = {"new": "+", "known": "=", "refused": "✗"}


def import_(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="OPML, a list of addresses, or an export.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Only say what would become of each line.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Take over subscriptions, or a whole state, from a file.

    A list (OPML, FreshRSS's with its scraping and addresses of RSS-Bridge included, or one address
    a line) becomes a file of a source each. No site is asked, nothing that is there is
    changed, and an address that is there already is named and left out. What `feeder export state`
    wrote is taken into a state folder that is still empty.

    Examples: `feeder import subscriptions.opml`, `feeder import --dry-run addresses.txt`
    """
    from feeder.app import load
    from feeder.porting.lists import plan_list, write
    from feeder.porting.opening import opened

    settings = load(config or ctx.obj)
    with opened(file) as (stream, form):
        if form == "state":
            _take_over(settings, stream, dry_run=dry_run, quiet=quiet, as_json=as_json)
            return
        taken = plan_list(settings, stream, file.name, is_opml=form == "opml")
    if not dry_run:
        write(taken)
    if as_json:
        typer.echo(json.dumps(_as_data(taken, dry_run=dry_run), indent=2))
    else:
        _print(taken, dry_run=dry_run, quiet=quiet)
    raise typer.Exit(1 if taken.count("refused") else 0)


def _take_over(
    settings: Settings, stream: BinaryIO, *, dry_run: bool, quiet: bool, as_json: bool
) -> None:
    from feeder.porting.state_reading import look_through
    from feeder.porting.states import take_over

    with progress("Taking over", None, shown=not (quiet or as_json)):
        export = look_through(stream)
        missing = [] if dry_run else take_over(settings, stream, export)
    if as_json:
        told = {"written": not dry_run, "state": str(settings.state), "things": dict(export.counts)}
        typer.echo(json.dumps({**told, "not_configured": missing}, indent=2))
        return
    if quiet:
        return
    would = "would be taken into" if dry_run else "taken into"
    typer.echo(f"{_state_in_words(export)} {would} {short(settings.state)}/.")
    if missing:
        typer.echo(f"Not in the configuration, and switched off: {listed(missing)}.")
    if not dry_run:
        typer.echo("Now: feeder refresh")


def _state_in_words(export: Export) -> str:
    counts = {name: export.counts.get(name, 0) for name in ("source", "feed")}
    things = [_many(count, name) for name, count in counts.items()]
    entries = export.counts.get("entry", 0)
    return ", ".join([*things, "1 entry" if entries == 1 else f"{entries:,} entries"])


def _as_data(taken: Taken, *, dry_run: bool) -> dict[str, object]:
    return {
        "written": not dry_run,
        "folder": str(taken.folder),
        "lines": [
            {
                "line": step.line,
                "outcome": step.outcome,
                "address": step.address,
                "title": step.title,
                "name": step.name or None,
                "kind": step.source.keys["kind"] if step.source else None,
                "why": step.why or None,
                "notes": list(step.source.notes[1:]) if step.source else [],
            }
            for step in taken.steps
        ],
        "in_no_feed": list(taken.feedless),
    }


def _print(taken: Taken, *, dry_run: bool, quiet: bool) -> None:
    for step in taken.steps:
        if not quiet or step.outcome == "refused":
            _print_step(step)
    if quiet:
        return
    new, known, refused = (taken.count(outcome) for outcome in ("new", "known", "refused"))
    would = "would be written to" if dry_run else "written to"
    told = [f"{_many(new, 'source')} {would} {short(taken.folder)}/"] if new else []
    told += [f"{known} there already"] if known else []
    told += [f"{refused} that cannot be read"] if refused else []
    typer.echo(f"{'; '.join(told)}.")
    if new and taken.feedless:
        typer.echo(f"In no [[feed]] of feeder.toml: {listed(taken.feedless)}.")
    if new and not dry_run:
        typer.echo("Now: feeder check --online, then feeder refresh; a service: feeder reload")


def _print_step(step: Step) -> None:
    from feeder.logs import printable

    typer.echo(printable(f"{_MARKS[step.outcome]} line {step.line}: {_told(step)}"))
    for note in step.source.notes[1:] if step.source else ():
        typer.echo(printable(f"    {note}"))


def _told(step: Step) -> str:
    if step.source is None:
        return f"{step.address}: {step.why}"
    return f"{step.name} ({step.source.keys['kind']}): {step.address}"


def _many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
