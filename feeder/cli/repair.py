"""`feeder repair`: new selectors for a source that was redesigned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from feeder.cli import completing
from feeder.cli.options import AsJson, ConfigPath
from feeder.cli.progress import progress
from feeder.cli.shown import short

if TYPE_CHECKING:
    from pathlib import Path

    from feeder.repairs.content import MendedContent
    from feeder.sources.listing.mending import Mended


def repair(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A source on the web, by name.",
            autocompletion=completing.sources,
        ),
    ],
    apply: Annotated[
        bool,
        typer.Option("--apply", help="Write it, where feeder itself made the source's file."),
    ] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Propose selectors for a source whose own find nothing any more.

    The articles on record are looked for on its page as it is now, or the texts on record on some
    of their pages where `content` in `[article]` is broken. Selectors that find just these are
    shown as a change of the source's file, with what speaks for them. Where the articles are gone
    nothing is proposed. What you wrote is never changed.

    Examples: `feeder repair news`, `feeder repair news --apply`, `feeder repair news --json`
    """
    from feeder.app import load, open_app
    from feeder.repairs.proposing import propose
    from feeder.repairs.writing import edited, is_ours, write
    from feeder.rounds.once import checked_names

    settings = load(config or ctx.obj)
    with open_app(settings) as app:
        checked_names(app, [name])
        with progress("Looking", None, shown=not as_json):
            changes = [_change_of(one) for one in propose(app, name)]
    source = next(one for one in settings.sources if one.name == name)
    path = source.place.file.path
    text = made = path.read_text(encoding="utf-8")
    is_whole = True
    for change in changes:
        if not as_json:
            _print_lines(f"{name}: {line}" if n == 0 else line for n, line in enumerate(change.why))
        written = edited(made, change.table, change.old, change.new)
        is_whole &= written is not None
        made = made if written is None else written
    if not as_json:
        _print_change(path, text, made if is_whole else None, changes)
    may_write = apply and is_whole and is_ours(source, settings)
    if may_write:
        write(path, made)
    if as_json:
        _print_json(name, path, changes, is_written=may_write)
    if apply and not may_write:
        why = (
            "has them in another way than one a line"
            if is_ours(source, settings)
            else "is yours, and feeder does not write into it"
        )
        typer.echo(
            f"\nfeeder: {short(path)} {why}\n"
            "  → put the lines into it by hand, and run `feeder refresh`",
            err=True,
        )
        raise typer.Exit(2)
    if may_write and not as_json:
        typer.echo(f"\n{short(path)} is written. `feeder refresh {name}` reads by it.")


class _Change(NamedTuple):
    """New selectors for a table of the source's file, and what speaks for them."""

    table: str
    old: Mapping[str, Any]
    new: Mapping[str, str]
    why: tuple[str, ...]
    told: Mapping[str, Any]


def _change_of(mended: Mended | MendedContent) -> _Change:
    from dataclasses import asdict

    from feeder.sources.listing.mending import Mended

    evidence = {key: value for key, value in asdict(mended).items() if key not in ("old", "new")}
    if isinstance(mended, Mended):
        return _Change("list", mended.old, mended.new, tuple(_listed(mended)), evidence)
    why = (
        f"{mended.held:.0%} of the texts on record are found by it on {mended.pages} of "
        f"{mended.of} pages that were asked for, and nothing else there"
    )
    old, new = {"content": list(mended.old)}, {"content": mended.new}
    return _Change("article", old, new, (why,), evidence)


def _listed(mended: Mended) -> Iterator[str]:
    total = mended.known + mended.fresh
    yield f"of {total} articles listed, {mended.known} are on record, such as"
    yield from _titles(mended.titles)
    if mended.fresh:
        yield f"and {mended.fresh} {'is' if mended.fresh == 1 else 'are'} new, such as"
        yield from _titles(mended.fresh_titles)


def _titles(titles: tuple[str, ...]) -> Iterator[str]:
    from feeder.text import shorten

    return (f"  {shorten(title, 76)}" for title in titles)


def _print_lines(lines: Iterable[str]) -> None:
    from feeder.logs import printable

    for line in lines:
        typer.echo(printable(line))


def _print_json(name: str, path: Path, changes: Sequence[_Change], *, is_written: bool) -> None:
    import json

    told = {
        "source": name,
        "file": str(path),
        "written": is_written,
        "changes": [
            {"table": one.table, "old": one.old, "new": one.new, **one.told} for one in changes
        ],
    }
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _print_change(path: Path, text: str, made: str | None, changes: Sequence[_Change]) -> None:
    from difflib import unified_diff

    from feeder.logs import printable
    from feeder.repairs.writing import written_anew

    typer.echo()
    if made is None:
        typer.echo(f"Write in {short(path)}, in place of what it has of these:\n")
        anew = "\n".join(written_anew(one.table, one.new) for one in changes)
        typer.echo(printable(anew), nl=False)
        return
    where = short(path)
    for line in unified_diff(text.splitlines(), made.splitlines(), where, where, lineterm=""):
        colour = {"+": typer.colors.GREEN, "-": typer.colors.RED}.get(line[:1])
        typer.secho(printable(line), fg=colour)
