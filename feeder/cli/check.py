"""`feeder check`: is the configuration right?"""

from __future__ import annotations

import typer

from feeder.cli.options import ConfigPath
from feeder.cli.shown import listed, short


def check(ctx: typer.Context, config: ConfigPath = None) -> None:
    """Name everything that is wrong in the configuration.

    It is read whole. Nothing is started and nothing written.

    Example: `feeder check --config /etc/feeder`
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
