"""`feeder run`: the scheduler, until it is told to stop."""

from __future__ import annotations

import os

import typer

from feeder.cli.options import ConfigPath


def run(ctx: typer.Context, config: ConfigPath = None) -> None:
    """Keep all feeds fresh until SIGTERM or Ctrl-C.

    Each source is looked at when it is due (`every` in its file). Log lines go to standard error,
    one a refresh.

    Example: `feeder --log-format json run --config /etc/feeder`
    """
    from feeder.app import load, open_app
    from feeder.service import run_service

    with open_app(load(config or ctx.obj)) as app:
        if not run_service(app):
            # Python would wait for its threads, and closing the store under one is no good either.
            os._exit(0)
