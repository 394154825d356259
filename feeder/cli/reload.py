"""`feeder reload`: the service reads its configuration again."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from feeder.cli.options import ConfigPath, Quiet

if TYPE_CHECKING:
    from feeder.app import App
    from feeder.store.services import Service

PATIENCE_SECONDS = 120.0
"""It reads its files at the next tick; 10,000 sources take it 15 s."""
LOOK_AGAIN_SECONDS = 0.1


def reload(ctx: typer.Context, quiet: Quiet = False, config: ConfigPath = None) -> None:
    """Have the service (`feeder run`) read its configuration again, and wait until it has.

    It is taken over whole. Where anything in it is wrong nothing of it is: the service goes on as
    before, and the reason is told (exit status 2).

    Example: `feeder reload --config /etc/feeder`
    """
    from feeder.app import load, open_app
    from feeder.cli.shown import print_fault

    with open_app(load(config or ctx.obj)) as app:
        if not app.store.services(datetime.now(UTC)):
            print_fault("reload", "no service is running", "`feeder run` reads it when it starts")
            raise typer.Exit(1)
        answers = _answers(app)
    for service in answers:
        name = f"process {service.pid} on {service.machine}"
        if service.refused:
            print_fault(name, service.refused, "it goes on with the configuration it had")
        elif not quiet:
            typer.echo(f"{name}: reloaded")
    raise typer.Exit(2 if any(service.refused for service in answers) else 0)


def _answers(app: App) -> list[Service]:
    """The services, as soon as all of them have answered.

    Raises:
        StateError: one has not.
    """
    from feeder.errors import StateError

    asked = datetime.now(UTC)
    app.store.ask_reload(asked)
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        services = app.store.services(datetime.now(UTC))
        silent = [s for s in services if s.answered_at is None or s.answered_at < asked]
        if not silent:
            return services
        if time.monotonic() > ends:
            raise StateError(
                f"process {silent[0].pid} on {silent[0].machine} has not answered",
                advice="it reads its configuration when it is started anew",
            )
        time.sleep(LOOK_AGAIN_SECONDS)
