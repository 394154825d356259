"""`feeder schema`: what can be set, for editors to complete, explain and check."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from feeder.cli.options import ConfigPath
from feeder.cli.shown import short
from feeder.errors import FeederError

FOLDER = ".schema"
"""Where a configuration has them: the first lines of its files lead there."""


class Which(StrEnum):
    """What there is a schema of; the value is its file's name too."""

    FEEDER = "feeder"
    SOURCE = "source"


def schema(
    ctx: typer.Context,
    which: Annotated[
        Which | None,
        typer.Argument(
            metavar="feeder|source", show_default=False, help="Print that of one of them."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            show_default=False,
            help="Write them there, as feeder.json and source.json, and not beside feeder.toml.",
        ),
    ] = None,
    config: ConfigPath = None,
) -> None:
    """Write the JSON Schemas of feeder.toml and sources/NAME.toml, for editors.

    An editor that knows TOML (with Taplo or Tombi) then completes keys, shows what they do and
    marks what is wrong, without a network. The files lie in `.schema` beside feeder.toml, where
    `feeder init` has put them; a `#:schema` line at the head of each file leads there. They know
    the kinds of installed plug-ins: write them anew when one comes or goes.

    Examples: `feeder schema`, `feeder schema source`, `feeder schema --output .vscode`
    """
    if which and not output:
        typer.echo(_text(which), nl=False)
        return
    for path in write_schemas(output or _beside(config or ctx.obj), [which] if which else Which):
        typer.echo(short(path))


def write_schemas(folder: Path, which: type[Which] | list[Which] = Which) -> list[Path]:
    """Write schemas into a folder, and give their files.

    Raises:
        FeederError: a file of that name is no schema of ours, or cannot be written.
        PluginError: a plug-in's kind cannot be loaded.
    """
    texts = {folder / f"{one}.json": _text(one) for one in which}
    for path in texts:
        _refuse_others(path)
    for path, text in texts.items():
        _write(path, text)
    return list(texts)


def _beside(config: Path | None) -> Path:
    from feeder.config.places import locate

    return locate(config, os.environ) / FOLDER


def _text(which: Which) -> str:
    import json

    from feeder.config.schema import feeder_schema, source_schema
    from feeder.plugins import names

    if which is Which.SOURCE:
        made = source_schema(_kinds("feeder.sources"))
    else:
        made = feeder_schema(_kinds("feeder.outputs"), names("feeder.renderers"))
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _kinds(group: str) -> dict[str, type]:
    from feeder.plugins import find, names

    return {name: find(group, name) for name in names(group)}


def _refuse_others(path: Path) -> None:
    """Nothing that a person wrote is overwritten."""
    from feeder.config.schema import ORIGIN

    try:
        theirs = ORIGIN not in path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return
    except ValueError:
        theirs = True
    except OSError as error:
        raise _unwritable(path, error) from error
    if theirs:
        raise FeederError(
            f"{path} was not written by `feeder schema`, and is not overwritten",
            advice="name another folder with --output",
        )


def _write(path: Path, text: str) -> None:
    from feeder.outputs import files

    try:
        files.make(path.parent)
        with (
            files.opened(path.parent) as folder,
            files.staged(folder, path.name, text.encode()) as staged,
        ):
            os.replace(staged, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> FeederError:
    return FeederError(
        f"{path} cannot be written: {error.strerror}",
        advice="name a folder that can be with --output",
    )
