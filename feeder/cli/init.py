"""`feeder init`: a commented configuration that works as it is written."""

from __future__ import annotations

import os
import shlex
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from feeder.cli.schema import FOLDER, write_schemas
from feeder.errors import FeederError

STARTER = Path(__file__).with_name("starter")
"""The tree that is written, as package data: packages are always installed unpacked."""


def init(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to write config/.", show_default=False)
    ] = Path(),
) -> None:
    """Write a configuration that works at once.

    It is commented and brings a few articles to read, and what editors need to complete and check
    it (`feeder schema`). Nothing that is there already is overwritten.

    Example: `feeder init news && feeder refresh --config news/config`
    """
    for path in write_starter(directory):
        typer.echo(path)
    where = "" if directory == Path() else f" --config {shlex.quote(str(directory / 'config'))}"
    typer.echo(f"Now: feeder refresh{where}")


def write_starter(target: Path) -> list[Path]:
    """Write `target/config` and return its files. It appears whole or not at all.

    Raises:
        FeederError: there is a `config` already, or it cannot be written.
    """
    config = target / "config"
    if os.path.lexists(config):
        raise FeederError(
            f"{config} exists, and nothing in it is overwritten",
            advice=f"name another folder, or use it with --config {config}",
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
        _copy_whole(config)
    except OSError as error:
        raise FeederError(f"{config} cannot be written: {error.strerror}") from error
    return sorted(path for path in config.rglob("*") if path.is_file())


def _copy_whole(config: Path) -> None:
    """Copy beside the final place and rename, so that a half-written one never stands there."""
    with tempfile.TemporaryDirectory(dir=config.parent, prefix=".config-") as folder:
        made = Path(folder) / "config"
        # Not copytree: it takes over modes, and those of an installed package may be read-only.
        for source in (path for path in (STARTER / "config").rglob("*") if path.is_file()):
            copy = made / source.relative_to(STARTER / "config")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
        write_schemas(made / FOLDER)
        made.rename(config)
