"""`feeder backup` and `feeder restore`: the record, copied while in use, and put back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from feeder.cli.options import ConfigPath, Quiet
from feeder.cli.shown import short


def backup(ctx: typer.Context, quiet: Quiet = False, config: ConfigPath = None) -> None:
    """Copy the database into the state folder's backups.

    The copy is checked, and everything else goes on meanwhile. The three newest are kept.

    Example: `feeder backup`
    """
    from datetime import UTC, datetime

    from feeder.app import load, open_app

    with open_app(load(config or ctx.obj)) as app:
        copy = app.store.backup(datetime.now(UTC))
    if not quiet:
        typer.echo(short(copy))


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy made by `feeder backup`.")],
    quiet: Quiet = False,
    config: ConfigPath = None,
) -> None:
    """Put a backup in the place of the database.

    What it replaces is kept, and what was published since is taken over.

    Example: `feeder restore var/state/backups/feeder-20260301T120000.db`
    """
    from feeder.app import load, restore_state

    kept = restore_state(load(config or ctx.obj), file)
    if not quiet:
        typer.echo(f"restored {file}" + (f"; what it replaced is {short(kept)}" if kept else ""))
