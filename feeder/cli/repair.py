"""`feeder repair`: new selectors for a listing that was redesigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from feeder.cli import completing
from feeder.cli.options import AsJson, ConfigPath
from feeder.cli.shown import short

if TYPE_CHECKING:
    from pathlib import Path

    from feeder.sources.listing.mending import Mended


def repair(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="A listing by name.", autocompletion=completing.sources
        ),
    ],
    apply: Annotated[
        bool,
        typer.Option("--apply", help="Write it, where feeder itself made the source's file."),
    ] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Propose selectors for a listing whose own find nothing any more.

    The articles on record are looked for on its page as it is now. Where most of a list are these,
    selectors that find just that list are shown as a change of the source's file, with what speaks
    for them. Where the articles are gone nothing is proposed. What you wrote is never changed.

    Examples: `feeder repair news`, `feeder repair news --apply`, `feeder repair news --json`
    """
    from feeder.app import load, open_app
    from feeder.repairs import edited, is_ours, propose, write
    from feeder.rounds.once import checked_names

    settings = load(config or ctx.obj)
    with open_app(settings) as app:
        checked_names(app, [name])
        mended = propose(app, name)
    source = next(one for one in settings.sources if one.name == name)
    path = source.place.file.path
    text = path.read_text(encoding="utf-8")
    changed = edited(text, mended)
    if not as_json:
        _print_evidence(name, mended)
        _print_change(path, text, changed, mended)
    made = changed if apply and is_ours(source, settings) else None
    if made is not None:
        write(path, made)
    if as_json:
        _print_json(name, path, mended, is_written=made is not None)
    if apply and made is None:
        typer.echo(
            f"\nfeeder: {short(path)} is yours, and feeder does not write into it\n"
            "  → put the lines into it by hand, and run `feeder refresh`",
            err=True,
        )
        raise typer.Exit(2)
    if made is not None and not as_json:
        typer.echo(f"\n{short(path)} is written. `feeder refresh {name}` reads the list by it.")


def _print_evidence(name: str, mended: Mended) -> None:
    total = mended.known + mended.fresh
    typer.echo(f"{name}: of {total} articles listed, {mended.known} are on record, such as")
    _print_titles(mended.titles)
    if mended.fresh:
        typer.echo(f"and {mended.fresh} {'is' if mended.fresh == 1 else 'are'} new, such as")
        _print_titles(mended.fresh_titles)


def _print_json(name: str, path: Path, mended: Mended, *, is_written: bool) -> None:
    import json
    from dataclasses import asdict

    told = {"source": name, "file": str(path), "written": is_written, **asdict(mended)}
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _print_titles(titles: tuple[str, ...]) -> None:
    from feeder.logs import printable
    from feeder.text import shorten

    for title in titles:
        typer.echo(f"  {printable(shorten(title, 76))}")


def _print_change(path: Path, text: str, changed: str | None, mended: Mended) -> None:
    from difflib import unified_diff

    from feeder.logs import printable
    from feeder.repairs import written_anew

    typer.echo()
    if changed is None:
        typer.echo(f"Write in {short(path)}, in place of what it has of these:\n")
        typer.echo(printable(written_anew(mended)), nl=False)
        return
    where = short(path)
    for line in unified_diff(text.splitlines(), changed.splitlines(), where, where, lineterm=""):
        colour = {"+": typer.colors.GREEN, "-": typer.colors.RED}.get(line[:1])
        typer.secho(printable(line), fg=colour)
