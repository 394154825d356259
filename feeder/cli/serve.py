"""`feeder serve`: the server alone."""

from __future__ import annotations

import typer

from feeder.cli.options import ConfigPath


def serve(ctx: typer.Context, config: ConfigPath = None) -> None:
    """Serve what is published, until SIGTERM or Ctrl-C, and change nothing.

    For where a timer (`feeder refresh --due`) or a service on another machine keeps the feeds
    fresh; `feeder run` has the same server in it. Nothing can be changed through this one.

    Example: `feeder serve --config /etc/feeder`
    """
    from feeder.app import load, open_app
    from feeder.service import run_server

    with open_app(load(config or ctx.obj)) as app:
        run_server(app)
