"""`feeder merges`: which articles of several sources are one entry, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from feeder.cli.options import AsJson, ConfigPath

if TYPE_CHECKING:
    from feeder.app import App
    from feeder.models import Merge


def merges(
    ctx: typer.Context,
    feed: Annotated[
        str | None, typer.Argument(metavar="FEED", help="One feed; all of them if none is named.")
    ] = None,
    split: Annotated[
        str | None,
        typer.Option("--split", metavar="ENTRY", help="Id of an entry to show by itself again."),
    ] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Show which articles of several sources a feed has as one entry, and why.

    Each stands beside the entry that readers see in its place. With --split it has an entry of its
    own from now on; `merge = false` of the feed does so for all.

    Examples: `feeder merges`, `feeder merges everything --split tag:example.org,2026-01-01:a/1`
    """
    from feeder.app import load, open_app

    with open_app(load(config or ctx.obj)) as app:
        feeds = _named(app, feed)
        if split is not None:
            _split(app, feeds, split)
            return
        told = {name: app.store.merged(name) for name in feeds}
        if as_json:
            _print_json(told)
        else:
            _print_plain(app, told)


def _named(app: App, feed: str | None) -> list[str]:
    from difflib import get_close_matches

    names = [one.name for one in app.settings.feeds]
    if feed is None:
        return names
    if feed not in names:
        near = get_close_matches(feed, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
        raise typer.BadParameter(f"no feed is called {feed!r}; {hint}", param_hint="FEED")
    return [feed]


def _split(app: App, feeds: list[str], entry: str) -> None:
    from datetime import UTC, datetime

    from feeder.errors import UnknownEntryError
    from feeder.rounds.publishing import publish_feeds

    now = datetime.now(UTC)
    split = [name for name in feeds if app.store.split(name, entry, now)]
    if not split:
        raise UnknownEntryError(
            f"no feed has merged an entry with the id {entry!r}",
            advice="`feeder merges` lists them all, with their ids",
        )
    _, errors = publish_feeds(app, [one for one in app.settings.feeds if one.name in split])
    for error in errors:
        raise error
    typer.echo(f"it is shown by itself again in: {', '.join(split)}")


def _print_json(told: dict[str, list[Merge]]) -> None:
    import json

    data = [
        {
            "feed": feed,
            "entry": merge.entry.id,
            "source": merge.entry.source,
            "title": merge.entry.title,
            "url": merge.entry.url,
            "shown": merge.into,
            "reason": merge.reason,
        }
        for feed, merges in told.items()
        for merge in merges
    ]
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _print_plain(app: App, told: dict[str, list[Merge]]) -> None:
    from feeder.logs import printable

    if not any(told.values()):
        typer.echo("No feed shows one entry for several articles.")
    for feed, merges in told.items():
        for merge in merges:
            shown = app.store.entry(merge.into)
            where = shown.source if shown else "a source that is gone"
            typer.echo(printable(f"{feed}: {merge.entry.title}"))
            typer.echo(printable(f"  of {merge.entry.source}, shown as that of {where}"))
            typer.echo(printable(f"  {merge.reason}; {merge.entry.id}"))
