"""`feeder check`: is the configuration right, and do the sources show what they should?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from feeder.cli.options import ConfigPath
from feeder.cli.shown import listed, place_of, print_fault, short

if TYPE_CHECKING:
    from feeder.config.settings import Settings
    from feeder.models import Candidate
    from feeder.online import Sight

ARTICLES_SHOWN = 5


def check(
    ctx: typer.Context,
    online: Annotated[
        bool,
        typer.Option("--online", help="Also ask one page of each source for what it shows."),
    ] = False,
    config: ConfigPath = None,
) -> None:
    """Name everything that is wrong in the configuration.

    It is read whole. Nothing is started and nothing written. With --online one page of each source
    is asked for besides, and what a refresh would find in it is shown.

    Examples: `feeder check --config /etc/feeder`, `feeder check --online`
    """
    from feeder.app import load

    settings = load(config or ctx.obj)
    sources = [source.name for source in settings.sources if source.enabled]
    typer.echo(f"{short(settings.folder)}: good")
    typer.echo(f"  sources: {listed(sources)}")
    typer.echo(f"  feeds:   {listed([feed.name for feed in settings.feeds])}")
    typer.echo(f"  state:   {short(settings.state)}")
    typer.echo(f"  public:  {short(settings.public)}")
    for warning in settings.warnings:
        typer.echo(f"  note:    {warning}")
    if online:
        raise typer.Exit(_look(settings, sources))


def _look(settings: Settings, sources: list[str]) -> int:
    from feeder.online import look_at

    status = 0
    for sight in look_at(settings, sources):
        _print_sight(sight)
        if sight.failure:
            status = 1
    return status


def _print_sight(sight: Sight) -> None:
    from feeder.logs import printable

    typer.echo()
    if sight.failure:
        print_fault(sight.source, sight.failure.message, sight.failure.advice)
        return
    count = len(sight.candidates)
    typer.echo(f"{sight.source}: {'1 article' if count == 1 else f'{count} articles'} listed")
    for candidate in sight.candidates[:ARTICLES_SHOWN]:
        typer.echo(f"  • {printable(_words(candidate))}")
    if count > ARTICLES_SHOWN:
        typer.echo(f"  … and {count - ARTICLES_SHOWN} more")
    for fault in sight.faults:
        print_fault(f"  {place_of(sight.source, fault)}", fault.message, fault.advice)
    for hint in sight.hints:
        typer.echo(f"  note: {printable(hint)}")


def _words(candidate: Candidate) -> str:
    moment = candidate.facts.published or candidate.modified
    date = f"{moment:%Y-%m-%d} " if moment else ""
    title = candidate.facts.title
    return f"{date}{title}  {candidate.address}" if title else f"{date}{candidate.address}"
