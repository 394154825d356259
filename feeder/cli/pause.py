"""`feeder pause` and `feeder resume`: sources that are left alone for a while."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from feeder.cli import completing
from feeder.cli.options import ConfigPath, Quiet

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME",
        help="Names of sources.",
        show_default=False,
        autocompletion=completing.sources,
    ),
]


def pause(
    ctx: typer.Context, names: Sources, quiet: Quiet = False, config: ConfigPath = None
) -> None:
    """Leave sources alone until they are resumed.

    What they published stays. Who asks for one by its name (`feeder refresh NAME`) still gets it
    refreshed.

    Example: `feeder pause harbour-news`
    """
    from feeder.app import load, open_app
    from feeder.rounds.once import checked_names

    with open_app(load(config or ctx.obj)) as app:
        app.store.pause(checked_names(app, names), datetime.now(UTC))
    if not quiet:
        typer.echo(f"paused: {', '.join(sorted(set(names)))}")


def resume(
    ctx: typer.Context, names: Sources, quiet: Quiet = False, config: ConfigPath = None
) -> None:
    """Look after paused sources again. What became due meanwhile is due now.

    Example: `feeder resume harbour-news`
    """
    from feeder.app import load, open_app
    from feeder.rounds.once import checked_names

    with open_app(load(config or ctx.obj)) as app:
        app.store.resume(checked_names(app, names))
    if not quiet:
        typer.echo(f"resumed: {', '.join(sorted(set(names)))}")
