"""`feeder export`: lists of feeds, a whole state, or one feed, to take elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from feeder.cli import completing
from feeder.cli.options import ConfigPath, Quiet
from feeder.cli.progress import progress
from feeder.cli.shown import listed, short

app = typer.Typer(
    name="export",
    help="What there is, to take elsewhere: feeds as OPML, the state, one feed as files.\n\n"
    "Examples: `feeder export opml`, `feeder export state --output state.jsonl`",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="A new file, instead of standard output."),
]


@app.command()
def opml(
    ctx: typer.Context,
    sources: Annotated[
        bool,
        typer.Option("--sources", help="The feeds that sources are, in place of our own."),
    ] = False,
    output: Output = None,
    quiet: Quiet = False,
    config: ConfigPath = None,
) -> None:
    """Write a list of feeds that every reader can subscribe to.

    It has the public feeds of the configuration, where they are published. With --sources it has
    the addresses of those sources that are feeds themselves.

    Example: `feeder export opml --sources --output subscriptions.opml`
    """
    from feeder.app import load
    from feeder.generator.opml import Opml
    from feeder.porting.outlines import our_feeds, their_feeds

    settings = load(config or ctx.obj)
    catalogue, others = their_feeds(settings) if sources else (our_feeds(settings), ())
    document = Opml().render(catalogue)
    _write(output, [document.body])
    _print_file(output, quiet=quiet)
    if others and not quiet:
        names = listed([source.name for source in others])
        typer.echo(f"no feeds themselves, and left out: {names}", err=True)


@app.command()
def state(
    ctx: typer.Context,
    pages: Annotated[
        bool, typer.Option("--pages", help="Kept pages too, for `feeder replay`; it may be large.")
    ] = False,
    output: Output = None,
    quiet: Quiet = False,
    config: ConfigPath = None,
) -> None:
    """Write all that is on record, as lines of JSON.

    `feeder import` takes it into an empty state, on this machine or another, in SQLite or
    PostgreSQL; published feeds are the same bytes then. Everything else goes on meanwhile. The
    configuration is not in it.

    Examples: `feeder export state --output state.jsonl`, `feeder export state | gzip > state.gz`
    """
    from datetime import UTC, datetime

    from feeder.app import load, opened_store
    from feeder.porting.state_writing import state_lines

    now = datetime.now(UTC)
    # On standard output the lines themselves show how far it has come.
    is_drawn = output is not None and not quiet
    with (
        opened_store(load(config or ctx.obj), now) as store,
        progress("Writing", None, shown=is_drawn),
    ):
        _write(output, state_lines(store, now, pages=pages))
    _print_file(output, quiet=quiet)


@app.command()
def feed(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="FEED", help="A feed by its name.", autocompletion=completing.sources
        ),
    ],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    quiet: Quiet = False,
    config: ConfigPath = None,
) -> None:
    """Write all entries of a feed as files, for other programs or to keep.

    Each is HTML with front matter that a source of kind "files" reads back with the same id. It has
    all entries on record that the feed may show, and not only the newest.

    Example: `feeder export feed news news-articles`
    """
    from datetime import UTC, datetime

    from feeder.app import load, opened_store
    from feeder.porting.articles import entries_of, write_folder

    settings = load(config or ctx.obj)
    found = next((one for one in settings.feeds if one.name == name), None)
    if found is None:
        names = listed([one.name for one in settings.feeds])
        raise typer.BadParameter(f"there is no feed {name!r}; there are: {names}")
    now = datetime.now(UTC)
    with opened_store(settings, now) as store:
        count = write_folder(folder, entries_of(settings, found, store, now))
    if not quiet:
        typer.echo(f"{short(folder)}/: {'1 article' if count == 1 else f'{count} articles'}")


def _write(output: Path | None, pieces: Iterable[bytes]) -> None:
    from feeder.porting.writing import write_file

    if output is not None:
        write_file(output, pieces)
        return
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _print_file(output: Path | None, *, quiet: bool) -> None:
    if output is not None and not quiet:
        typer.echo(short(output))
