"""`feeder check`: is the configuration right?"""

from __future__ import annotations

from urllib.parse import urlsplit

import typer

from feeder.cli.options import ConfigPath


def check(ctx: typer.Context, config: ConfigPath = None) -> None:
    """Read the configuration whole and name everything that is wrong with it.

    Nothing is started and nothing written.

    Example: `feeder check --config /etc/feeder`
    """
    from feeder.app import load

    settings = load(config or ctx.obj)
    sources = [source.name for source in settings.sources if source.enabled]
    typer.echo(f"{settings.folder}: good")
    typer.echo(f"  sources: {', '.join(sources) or 'none'}")
    typer.echo(f"  feeds:   {', '.join(feed.name for feed in settings.feeds) or 'none'}")
    if (urlsplit(settings.public_url).hostname or "") in ("localhost", "127.0.0.1", "::1"):
        typer.echo(f"  note:    readers elsewhere cannot reach public_url {settings.public_url}")
