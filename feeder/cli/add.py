"""`feeder add`: the best of what there is at an address becomes a source."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from feeder.cli.discover import Address, AllowNetwork, allowing, look, typed
from feeder.cli.options import ConfigPath
from feeder.cli.shown import listed, short

if TYPE_CHECKING:
    from pathlib import Path

    from feeder.config.settings import Settings
    from feeder.discovery.finds import Discovery, Find

KINDS = ("feed", "json", "listing", "sitemap")


def add(
    ctx: typer.Context,
    url: Address,
    name: Annotated[
        str | None,
        typer.Option(help="Name of the source and its feed; else made of its title."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(KINDS), help="Take the best of this kind.", show_default=False
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Title of its feed; else what the site calls it.")
    ] = None,
    allow_network: AllowNetwork = None,
    config: ConfigPath = None,
) -> None:
    """Make the best of what there is at an address a source.

    It is looked for as `feeder discover` does, and written as a commented file of its own into
    config/sources, or into sources.d of the state folder where the configuration is read-only. No
    file that is there is changed. What the first refresh will publish is shown.

    Examples: `feeder add https://news.example.org/`, `feeder add --name harbour --kind listing
    https://news.example.org/local/`
    """
    from feeder.adding import checked, folder_for, keep, name_for
    from feeder.app import load
    from feeder.discovery.writing import new_source, title_of
    from feeder.fetch.typed import web_address
    from feeder.text import one_line

    address = web_address(url)
    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"expected one of {', '.join(KINDS)}", param_hint="--kind")
    settings = load(config or ctx.obj)
    taken = {source.name for source in settings.sources}
    if name is not None:
        _check_name(name, taken)
    if kind is None:  # else something else of the same page may be meant
        _check_address(address, settings)
    networks = allow_network or []
    command = typed("add", url, networks)
    found = look(address, allowing(settings.fetch, networks), command, selectors=True)
    find = _chosen(found, kind)
    _check_address(find.url, settings)
    name = name or name_for(title_of(found, find), find.url, taken)
    now = datetime.now(UTC)
    said = one_line(title or "")  # what a shell hands over need not be text
    source = new_source(found, find, name, title=said, networks=networks, now=now)
    settings = checked(settings.folder, [source])
    place = keep(folder_for(settings), source)
    _print(found, find, name, place, settings)


def _check_name(name: str, taken: Collection[str]) -> None:
    from feeder.adding import free_name, is_name

    if not is_name(name):
        message = "a name is 1 to 64 characters of a-z, 0-9 and -"
        raise typer.BadParameter(message, param_hint="--name")
    if (free := free_name(name, taken)) != name:
        why = "there is a source" if name in taken else "feeder has a document"
        raise typer.BadParameter(f"{why} of this name; {free} is free", param_hint="--name")


def _check_address(address: str, settings: Settings) -> None:
    """See that no source reads it already.

    Raises:
        AddressError: one does.
    """
    from feeder.errors import AddressError
    from feeder.urls import address_key

    key = address_key(address)
    for source in settings.sources:
        if source.url and address_key(source.url) == key:
            where = short(source.place.file.path)
            raise AddressError(
                f"the source {source.name} reads that already: {where}",
                advice="feeder discover shows what else there is at an address",
            )


def _chosen(found: Discovery, kind: str | None) -> Find:
    """The best of all, or of a kind.

    Raises:
        LayoutError: there is none.
    """
    from feeder.errors import LayoutError
    from feeder.fetch.shown import shown

    usable = [find for find in found.finds if kind in (None, find.kind) and not find.is_blocked]
    if usable:
        return usable[0]
    blocked = [find for find in found.finds if kind in (None, find.kind)]
    where = shown(found.url)
    if blocked:
        [obstacle, *_] = blocked[0].obstacles
        raise LayoutError(f"nothing was added: {obstacle.message}", advice=obstacle.advice)
    others = sorted({find.kind for find in found.finds if not find.is_blocked})
    raise LayoutError(
        f"nothing was added: there is no {kind} at {where}",
        advice=f"there is: {listed(others)}" if others else "`feeder discover` shows what there is",
    )


def _print(found: Discovery, find: Find, name: str, place: Path, settings: Settings) -> None:
    from feeder.changes.picking import beginning
    from feeder.cli.discovered import TITLES_SHOWN, print_titles
    from feeder.discovery.words import counted
    from feeder.logs import printable

    typer.echo(printable(f"{short(place)}: {find.form}, {counted(find)}"))
    for obstacle in find.obstacles:
        typer.echo(printable(f"  ! {obstacle.message}"))
    [source] = [one for one in settings.sources if one.name == name]
    newest = beginning(find.candidates, source.fetch.first_articles).taken
    count = "1 article" if len(newest) == 1 else f"{len(newest)} articles"
    typer.echo(f"The first refresh publishes {count}{_feeds(name, settings)}:")
    print_titles(newest[:TITLES_SHOWN])
    if len(newest) > TITLES_SHOWN:
        typer.echo(f"   … and {len(newest) - TITLES_SHOWN} more")
    others = sum(not other.is_blocked for other in found.finds) - 1
    if others:
        typer.echo(f"{others} more of what is there: in its file, and with `feeder discover`")
    typer.echo(f"Now: feeder refresh {name} (a service that runs takes it over by feeder reload)")


def _feeds(name: str, settings: Settings) -> str:
    """Where they are published."""
    feeds = [
        feed.name
        for feed in settings.feeds
        if any(source.name == name for source in settings.sources_of(feed))
    ]
    if not feeds:
        return " in no feed, since no [[feed]] of feeder.toml names it"
    return f" in {listed([f'{feed}.atom' for feed in feeds])}"
