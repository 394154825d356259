"""`feeder check`: is the configuration right, and do the sources show what they should?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from feeder.cli.options import ConfigPath, Quiet
from feeder.cli.progress import progress
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
    alarms: Annotated[
        bool, typer.Option("--alarms", help="Also send a test message to each alarm.")
    ] = False,
    quiet: Quiet = False,
    config: ConfigPath = None,
) -> None:
    """Name everything that is wrong in the configuration.

    It is read whole. Nothing is started and nothing written. With --online one page of each source
    is asked for besides, and what a refresh would find in it is shown. With --alarms whoever an
    [[alarm]] names is sent a message that says that it is a test.

    Examples: `feeder check --config /etc/feeder`, `feeder check --online`
    """
    from feeder.app import load

    settings = load(config or ctx.obj)
    sources = [source.name for source in settings.sources if source.enabled]
    if not quiet:
        _print_settings(settings, sources)
    status = _find_browsers(settings, quiet=quiet)
    if alarms:
        status = max(status, _try_alarms(settings, quiet=quiet))
    if online:
        status = max(status, _look(settings, sources, quiet=quiet))
    raise typer.Exit(status)


def _print_settings(settings: Settings, sources: list[str]) -> None:
    typer.echo(f"{short(settings.folder)}: good")
    typer.echo(f"  sources: {listed(sources)}")
    typer.echo(f"  feeds:   {listed([feed.name for feed in settings.feeds])}")
    typer.echo(f"  state:   {short(settings.state)}")
    typer.echo(f"  public:  {short(settings.public)}")
    for warning in settings.warnings:
        typer.echo(f"  note:    {warning}")


def _find_browsers(settings: Settings, *, quiet: bool) -> int:
    """Say which browser draws the pages of sources that want one; whether it is missing."""
    drawn = [one for one in settings.sources if one.enabled and one.browser.use != "never"]
    if not drawn:
        return 0
    from feeder.errors import BrowserError
    from feeder.fetch.browser.fetcher import is_root
    from feeder.fetch.browser.found import browser_for

    status = 0
    found: set[str] = set()
    for source in drawn:
        try:
            found.add(short(browser_for(source.browser)))
        except BrowserError as error:
            print_fault(source.name, error.message, error.advice)
            status = 1
    if found and not quiet:
        typer.echo(f"  browser: {listed(sorted(found))}")
        if is_root():
            typer.echo("  note:    root's browser has no sandbox: run feeder as a user of its own")
    return status


def _try_alarms(settings: Settings, *, quiet: bool) -> int:
    from feeder.telling.trial import tried

    status = 0
    for name, failure in tried(settings):
        if failure is not None:
            print_fault(name, failure.message, failure.advice)
            status = 1
        elif not quiet:
            typer.echo(f"{name}: a test message was taken")
    if not settings.alarms and not quiet:
        typer.echo("there is no [[alarm]] to be tried")
    return status


def _look(settings: Settings, sources: list[str], *, quiet: bool) -> int:
    from feeder.online import look_at

    with progress("Asking", len(sources), shown=not quiet) as step:
        sights = []
        for sight in look_at(settings, sources):
            step(sight.source, failed=sight.failure is not None)
            sights.append(sight)
    for sight in sights:
        if sight.failure or not quiet:
            _print_sight(sight)
    return 1 if any(sight.failure for sight in sights) else 0


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
