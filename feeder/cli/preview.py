"""`feeder preview`: the feed as it would be, and what each step took out of its articles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeder.cli import completing
from feeder.cli.discover import AllowNetwork, allowing
from feeder.cli.options import AsJson, ConfigPath
from feeder.cli.shown import short

if TYPE_CHECKING:
    from feeder.config.settings import Settings
    from feeder.previewing.found import Preview
    from feeder.previewing.removals import Removals


def preview(
    ctx: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="NAME|URL",
            help="A source by its name; or any address: a page that lists articles, a feed, "
            "a sitemap, an article.",
            autocompletion=completing.sources,
        ),
    ],
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=100, help="So many articles, the newest.")
    ] = 5,
    article: Annotated[
        str | None,
        typer.Option(
            "--article", metavar="URL", help="This article alone; of a folder, the file's name."
        ),
    ] = None,
    steps: Annotated[
        bool, typer.Option("--steps", help="Also what each step of the cleaner took out.")
    ] = False,
    show: Annotated[
        bool,
        typer.Option(
            "--open",
            help="Show each page beside what the feed has of it, with all that went marked, "
            "in a browser.",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write that page there; opened with --open."),
    ] = None,
    images: Annotated[
        bool, typer.Option("--images", help="Let that page load pictures from their sites.")
    ] = False,
    pick: Annotated[
        bool,
        typer.Option(
            "--pick",
            help="Pick [list] by clicking: serves the page that lists articles on this machine.",
        ),
    ] = False,
    kept: Annotated[
        bool,
        typer.Option(
            "--kept", help="With --pick: the page as the last refresh kept it; nobody is asked."
        ),
    ] = False,
    allow_network: AllowNetwork = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Show the feed as it would be. Nothing is stored.

    The newest articles of a source are asked for and cleaned as a refresh would, as if it were met
    for the first time. What is odd about one (no date, little text, a wall) is said. An address
    needs no source, nor a configuration: it is read in the automatic way.

    Examples: `feeder preview news --steps`, `feeder preview https://news.example.org/ --open`
    """
    from feeder.app import FOR_ARTICLES, FOR_LISTINGS
    from feeder.cli.paged import refuse_others
    from feeder.cli.previewed import print_json, print_plain
    from feeder.cli.progress import progress
    from feeder.fetch.typed import web_address
    from feeder.previewing.looking import preview as look
    from feeder.previewing.page import OURS
    from feeder.previewing.removals import removals_of
    from feeder.previewing.target import target_of
    from feeder.workers.processes import Workers

    settings = _settings(target, config or ctx.obj)
    source = target_of(target, settings)
    if article is not None and source.url:
        article = web_address(article)
    if allow_network:
        fetch = allowing(source.fetch, allow_network)
        source = source.model_copy(update={"fetch": fetch})
    if kept and not pick:
        raise typer.BadParameter("it is for --pick", param_hint="--kept")
    if pick:
        from feeder.cli.picked import pick_on

        pick_on(source, settings, kept=kept, show=show)
        return
    paged = show or output is not None
    if output is not None:
        refuse_others(OURS, output)
    with Workers(preload=(FOR_ARTICLES, FOR_LISTINGS)) as work:
        with progress("Looking", None, shown=not as_json):
            found = look(source, settings, work, limit=limit, article=article)
        told = found.articles if steps or paged else ()
        removals = [removals_of(one, work, shown=paged) for one in told]
    if as_json:
        print_json(found, removals if steps else None)
    else:
        print_plain(found, removals if steps else None)
    if paged and found.articles:
        _put_page(found, removals, output, images=images, show=show, told=not as_json)
    raise typer.Exit(1 if found.is_failure else 0)


def _put_page(
    found: Preview,
    removals: list[Removals],
    output: Path | None,
    *,
    images: bool,
    show: bool,
    told: bool,
) -> None:
    from feeder.cli.paged import open_page, write_page
    from feeder.previewing.page import OURS, page_of

    path = write_page(page_of(found, removals, pictures=images), OURS, output)
    if told:
        from feeder.logs import printable  # 50 ms, for which each press of Tab would wait

        typer.echo(f"The page is {printable(short(path))}")
    if show and not open_page(path):
        typer.echo("  → no browser could be started here: open that file in one", err=True)


def _settings(target: str, path: Path | None) -> Settings | None:
    """The configuration; None where there is none, and an address is asked for."""
    import os

    from feeder.app import load
    from feeder.config.places import locate
    from feeder.errors import ConfigError
    from feeder.previewing.target import is_address

    try:
        locate(path, os.environ)
    except ConfigError:
        if path is None and "FEEDER_CONFIG" not in os.environ and is_address(target):
            return None
        raise
    return load(path)
