"""Options and arguments that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
AsJson = Annotated[bool, typer.Option("--json", help="Answer as one JSON document.")]
Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help="Sources by name; all of them if none is named."),
]
