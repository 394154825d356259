"""`feeder quarantine`: batches of articles that looked wrong, and what is to become of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from feeder.cli import completing
from feeder.cli.options import AsJson, ConfigPath

if TYPE_CHECKING:
    from feeder.app import App
    from feeder.store.quarantine import Quarantined

ARTICLES_SHOWN = 20
"""Articles of a batch that `show` tells of; --json has all of them."""
FIRST_WORDS = 160
"""Characters of each."""

app = typer.Typer(
    name="quarantine",
    help="Batches of articles that looked wrong and were held back: look, release or drop them.\n\n"
    "Examples: `feeder quarantine list`, `feeder quarantine release 3`",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Which = Annotated[
    str,
    typer.Argument(
        metavar="ID|SOURCE",
        help="One batch, or all that a source has held back.",
        autocompletion=completing.sources,
    ),
]


@app.command("list")
def list_all(
    ctx: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Those too that were decided, or ended by themselves.")
    ] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """List what is held back, and why.

    Examples: `feeder quarantine list`, `feeder quarantine list --all --json`
    """
    from feeder.app import load, open_app

    with open_app(load(config or ctx.obj)) as opened:
        found = opened.store.quarantine(None if everything else "held")
    if as_json:
        _print_json([_as_data(batch) for batch in found])
        return
    if not found:
        typer.echo("Nothing is held back.")
    for batch in found:
        _print_head(batch)


@app.command()
def show(
    ctx: typer.Context, which: Which, as_json: AsJson = False, config: ConfigPath = None
) -> None:
    """Show the articles of a batch: titles, addresses and first words.

    Examples: `feeder quarantine show 3`, `feeder quarantine show news`
    """
    from feeder.app import load, open_app

    with open_app(load(config or ctx.obj)) as opened:
        told = [(batch, _articles(opened, batch)) for batch in _named(opened, which)]
    if as_json:
        _print_json([{**_as_data(batch), "contents": articles} for batch, articles in told])
        return
    for batch, articles in told:
        _print_head(batch)
        _print_articles(articles)


@app.command()
def release(ctx: typer.Context, which: Which, config: ConfigPath = None) -> None:
    """Put a batch on record after all, and publish it; the like of it is believed from now on.

    Examples: `feeder quarantine release 3`, `feeder quarantine release news`
    """
    from feeder.app import feeds_of, load, open_app
    from feeder.quarantines import release as do
    from feeder.rounds.publishing import publish_feeds

    with open_app(load(config or ctx.obj)) as opened:
        batches = _named(opened, which)
        entries = do(opened, batches)
        published, errors = publish_feeds(opened, feeds_of(opened, {b.source for b in batches}))
        written = ", ".join(feed.feed for feed in published if feed.written)
        typer.echo(f"{entries} new or changed entries; written: {written or 'nothing'}")
        for error in errors:
            raise error


@app.command()
def drop(ctx: typer.Context, which: Which, config: ConfigPath = None) -> None:
    """Never publish a batch; the same articles are refused in silence from now on.

    Examples: `feeder quarantine drop 3`, `feeder quarantine drop news`
    """
    from feeder.app import load, open_app
    from feeder.quarantines import drop as do

    with open_app(load(config or ctx.obj)) as opened:
        batches = _named(opened, which)
        do(opened, batches)
    typer.echo(f"dropped: {', '.join(str(batch.id) for batch in batches)}")


def _named(opened: App, which: str) -> list[Quarantined]:
    """The batch of that number, or what a source has held back, the oldest first."""
    found = opened.store.quarantine()
    # A source may be called by a number, but then its batches have others.
    named = [batch for batch in found if batch.source == which and batch.status == "held"]
    chosen = named or [batch for batch in found if str(batch.id) == which]
    if not chosen:
        raise typer.BadParameter(
            f"nothing is held back as {which!r}; `feeder quarantine list` shows what is",
            param_hint="ID|SOURCE",
        )
    return chosen[::-1]


def _articles(opened: App, batch: Quarantined) -> list[dict[str, str]]:
    from feeder.quarantines import readings_of
    from feeder.refresh.faults import told
    from feeder.text import one_line, shorten

    return [
        {
            "title": one_line(reading.article.title),
            "url": reading.article.url or told(reading.address),
            "text": shorten(one_line(reading.article.text[: 4 * FIRST_WORDS]), FIRST_WORDS),
        }
        for reading in readings_of(opened, batch)
    ]


def _print_head(batch: Quarantined) -> None:
    from feeder.logs import printable

    when = f"{batch.first_seen:%Y-%m-%d %H:%M} UTC"
    times = "once" if batch.times == 1 else f"{batch.times} times"
    typer.echo(
        printable(
            f"{batch.id}  {batch.source}: {batch.articles} articles, {batch.status}; "
            f"seen {times}, first {when}"
        )
    )
    for reason in batch.reasons:
        typer.echo(printable(f"   {reason.message}"))
    if batch.status == "held" and any(reason.is_intrinsic for reason in batch.reasons):
        typer.echo("   it waits for you: release it, or drop it")


def _print_articles(articles: list[dict[str, str]]) -> None:
    from feeder.logs import printable

    for one in articles[:ARTICLES_SHOWN]:
        typer.echo(printable(f"\n   {one['title'] or '(no title)'}"))
        typer.echo(printable(f"   {one['url']}"))
        typer.echo(printable(f"   {one['text']}"))
    if len(articles) > ARTICLES_SHOWN:
        typer.echo(f"\n   … and {len(articles) - ARTICLES_SHOWN} more")


def _print_json(data: list[dict[str, Any]]) -> None:
    import json

    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _as_data(batch: Quarantined) -> dict[str, Any]:
    return {
        "id": batch.id,
        "source": batch.source,
        "status": batch.status,
        "articles": batch.articles,
        "times": batch.times,
        "first_seen": batch.first_seen.isoformat(),
        "last_seen": batch.last_seen.isoformat(),
        "decided_at": batch.decided_at.isoformat() if batch.decided_at else None,
        "reasons": [
            {"name": one.name, "message": one.message, "intrinsic": one.is_intrinsic}
            for one in batch.reasons
        ],
    }
