"""Options and arguments that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from feeder.cli import completing

ConfigPath = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="PATH",
        help="Folder of the configuration, or its feeder.toml. "
        "Else $FEEDER_CONFIG, ./config, /etc/feeder.",
        show_default=False,
    ),
]
LOG_FORMAT = "feeder.log_format"
"""Where a command's context has what `--log-format` said."""


def _hushed(ctx: typer.Context, value: bool) -> bool:
    """On a pipe the log would tell line by line what the verb does not; who asked for JSON wants
    to see it."""
    if value and ctx.meta.get(LOG_FORMAT) != "json":
        from feeder.logs import configure

        configure(quiet=True)
    return value


Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", callback=_hushed, help="Say nothing but what is wrong."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as one JSON document.")]
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME",
        help="Sources by name; all of them if none is named.",
        autocompletion=completing.sources,
    ),
]
