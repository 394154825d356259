"""`feeder replay`: today's rules tried on the pages that were kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feeder.cli.options import AsJson, ConfigPath, Names, Quiet
from feeder.cli.progress import progress

if TYPE_CHECKING:
    from feeder.app import App
    from feeder.models import Change, Entry
    from feeder.refresh.replay import Replayed

LINES_SHOWN = 12
"""Lines of a difference that are shown of each entry; --json has all of it."""


def replay(
    ctx: typer.Context,
    names: Names = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
    notify: Annotated[
        bool, typer.Option("--notify", help="Date what changes anew: readers may show it again.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Read the pages that were kept once more, by today's rules, and fetch nothing.

    After another rule, another selector or another version of feeder: shows how the entries would
    change, asks, and puts it on record. Entries keep their dates, so that readers do not show them
    again. How many pages are kept is said in [pages].

    Examples: `feeder replay news --dry-run`, `feeder replay --yes --notify`
    """
    from feeder.app import load, open_app
    from feeder.replays import look_again
    from feeder.rounds.once import checked_names

    with open_app(load(config or ctx.obj)) as app:
        wanted = sorted(checked_names(app, names or ()))
        local = [name for name in wanted if app.jobs[name].host is None]
        remote = [name for name in wanted if name not in local]
        shown = not (quiet or as_json)
        found = _done(look_again(app, remote, notify=notify), "Reading", remote, shown=shown)
        if as_json:
            _print_json(found)
        else:
            _print_plain(found, local if names else (), quiet=quiet)
        changed = [one.source for one in found if one.changes]
        if changed and not dry_run and _may(yes or as_json):
            _do(app, changed, notify=notify, shown=shown)


def _done(
    replayed: Iterator[Replayed], what: str, names: Sequence[str], *, shown: bool
) -> list[Replayed]:
    done = []
    with progress(what, len(names), shown=shown) as step:
        for one in replayed:
            step(one.source)
            done.append(one)
    return done


def _may(sure: bool) -> bool:
    """Whether to go on: a person at a terminal is asked."""
    return sure or not sys.stdin.isatty() or typer.confirm("Put it on record?")


def _do(app: App, names: list[str], *, notify: bool, shown: bool) -> None:
    from feeder.app import feeds_of
    from feeder.replays import replay as do
    from feeder.rounds.publishing import back_up, publish_feeds

    done = _done(do(app, names, notify=notify), "Recording", names, shown=shown)
    published, errors = publish_feeds(app, feeds_of(app, set(names)))
    errors += back_up(app)
    if shown:
        entries = sum(len(one.changes) for one in done)
        written = ", ".join(PurePosixPath(feed.url).name for feed in published if feed.written)
        typer.echo(f"{_counted(entries)} changed; written: {written or 'nothing'}")
    for error in errors:
        raise error


def _counted(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries} entries"


def _print_json(found: list[Replayed]) -> None:
    import json

    data = [
        {
            "source": one.source,
            "pages": one.pages,
            "changes": [
                _as_data(change, one.before.get(change.entry.id)) for change in one.changes
            ],
            "faults": [
                {"address": f.address, "message": f.message, "advice": f.advice} for f in one.faults
            ],
        }
        for one in found
    ]
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _as_data(change: Change, before: Entry | None) -> dict[str, Any]:
    return {
        "entry": change.entry.id,
        "kind": change.kind,
        "title": change.entry.title,
        "fields": {name: list(values) for name, values in _fields(change, before)},
        "diff": _difference(change, before),
    }


def _print_plain(found: list[Replayed], local: Sequence[str], *, quiet: bool) -> None:
    from feeder.cli.shown import print_fault

    for name in () if quiet else local:
        typer.echo(f"{name}: its files are read by `feeder refresh` whenever a rule changes")
    for one in found:
        if not quiet:
            _print_changes(one)
        for fault in one.faults:
            print_fault(f"{one.source}: {fault.address}", fault.message, fault.advice)


def _print_changes(one: Replayed) -> None:
    what = f"{len(one.changes)} of what {one.pages} kept pages say would change"
    typer.echo(f"{one.source}: {what if one.pages else 'no pages are kept yet'}")
    for change in one.changes:
        _print_change(change, one.before.get(change.entry.id))


def _print_change(change: Change, before: Entry | None) -> None:
    from feeder.logs import printable

    typer.echo(f"\n  {printable(change.entry.title)}" + (" (new)" if before is None else ""))
    for name, (old, new) in _fields(change, before):
        typer.echo(printable(f"    {name}: {old} → {new}"))
    lines = _difference(change, before)
    for line in lines[:LINES_SHOWN]:
        colour = {"+": typer.colors.GREEN, "-": typer.colors.RED}.get(line[:1])
        typer.secho(f"    {printable(line)}", fg=colour)
    if len(lines) > LINES_SHOWN:
        typer.echo(f"    … and {len(lines) - LINES_SHOWN} lines more")


def _fields(change: Change, before: Entry | None) -> list[tuple[str, tuple[str, str]]]:
    """The fields beside the text that differ, as words."""
    if before is None:
        return []
    names = ("title", "url", "authors", "categories", "image", "language", "published")
    told = ((name, (getattr(before, name), getattr(change.entry, name))) for name in names)
    return [(name, (_word(old), _word(new))) for name, (old, new) in told if old != new]


def _word(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value or "–")


def _difference(change: Change, before: Entry | None) -> list[str]:
    """The lines of the text that go (-) and that come (+)."""
    from difflib import unified_diff

    old = before.text.split("\n") if before else []
    lines = unified_diff(old, change.entry.text.split("\n"), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]
