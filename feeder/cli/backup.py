"""`feeder backup` and `feeder restore`: the record, copied while in use, and put back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from feeder.cli.options import ConfigPath


def backup(ctx: typer.Context, config: ConfigPath = None) -> None:
    """Copy the database into STATE/backups, checked, while everything goes on.

    The three newest copies are kept.

    Example: `feeder backup`
    """
    from datetime import UTC, datetime

    from feeder.app import load, open_app

    with open_app(load(config or ctx.obj)) as app:
        typer.echo(app.store.backup(datetime.now(UTC)))


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy made by `feeder backup`.")],
    config: ConfigPath = None,
) -> None:
    """Put a copy in the place of the database. What it replaces is kept beside it.

    Example: `feeder restore var/state/backups/feeder-20260301T120000.db`
    """
    from feeder.app import load, restore_state

    kept = restore_state(load(config or ctx.obj), file)
    typer.echo(f"restored {file}" + (f"; what it replaced is {kept}" if kept else ""))
