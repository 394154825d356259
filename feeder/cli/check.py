"""`feeder check`: is the configuration right?"""

from __future__ import annotations

from urllib.parse import urlsplit

import typer

from feeder.cli.options import ConfigPath


def check(ctx: typer.Context, config: ConfigPath = None) -> None:
    """Name everything that is wrong in the configuration.

    It is read whole. Nothing is started and nothing written.

    Example: `feeder check --config /etc/feeder`
    """
    from feeder.app import load
    from feeder.cli.shown import listed, short

    settings = load(config or ctx.obj)
    sources = [source.name for source in settings.sources if source.enabled]
    typer.echo(f"{short(settings.folder)}: good")
    typer.echo(f"  sources: {listed(sources)}")
    typer.echo(f"  feeds:   {listed([feed.name for feed in settings.feeds])}")
    typer.echo(f"  state:   {short(settings.state)}")
    typer.echo(f"  public:  {short(settings.public)}")
    if (urlsplit(settings.public_url).hostname or "") in ("localhost", "127.0.0.1", "::1"):
        typer.echo(f"  note:    readers elsewhere cannot reach public_url {settings.public_url}")
