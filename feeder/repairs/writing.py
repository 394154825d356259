"""New selectors in the text of a source's file, and that file in its place."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from feeder.adding import NewSource, made_sources, source_toml
from feeder.config.settings import Settings, SourceSettings
from feeder.errors import StateError
from feeder.outputs import files

_TABLE = re.compile(r"\s*\[(\w+)\]\s*(#.*)?")
_ANY_TABLE = re.compile(r"\s*\[")


def edited(text: str, table: str, old: Collection[str], new: Mapping[str, str]) -> str | None:
    """The text of a source's file with `new` in one of its tables, in place of the keys in `old`;
    None where they are written in another way than one a line."""
    lines = text.splitlines(keepends=True)
    begin = next((n for n, line in enumerate(lines) if _is_head(line, table)), None)
    if begin is None:
        return None
    end = next((n for n in range(begin + 1, len(lines)) if _ANY_TABLE.match(lines[n])), len(lines))
    kept, left = list[str](), dict(new)
    for line in lines[begin + 1 : end]:
        key = line.partition("=")[0].strip()
        if key in left:
            kept.append(_line(key, left.pop(key)))
        elif key not in old:
            kept.append(line)
    first = [_line(key, value) for key, value in left.items()]
    made = "".join([*lines[:begin], lines[begin].rstrip("\r\n") + "\n", *first, *kept])
    made += "".join(lines[end:])
    return made if _says(made) == _wanted(text, table, old, new) else None


def written_anew(table: str, new: Mapping[str, str]) -> str:
    """A table with new selectors alone."""
    return source_toml(NewSource("", {table: dict(new)})).lstrip("\n")


def is_ours(source: SourceSettings, settings: Settings) -> bool:
    """Whether feeder wrote the file of a source: it lies in `sources.d` of the state folder."""
    return source.place.file.path.parent == made_sources(settings)


def write(path: Path, text: str) -> None:
    """Put a new text in the place of a source's file, whole or not at all.

    Raises:
        StateError: it cannot be written.
    """
    try:
        with (
            files.opened(path.parent) as folder,
            files.staged(folder, path.name, text.encode()) as staged,
        ):
            os.replace(staged, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror}") from error


def _is_head(line: str, table: str) -> bool:
    head = _TABLE.fullmatch(line.rstrip())
    return head is not None and head[1] == table


def _line(key: str, value: str) -> str:
    return source_toml(NewSource("", {key: value})).strip() + "\n"


def _says(text: str) -> Mapping[str, object] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _wanted(
    text: str, table: str, old: Collection[str], new: Mapping[str, str]
) -> Mapping[str, object]:
    told = tomllib.loads(text)
    kept = {key: value for key, value in told[table].items() if key not in old}
    return {**told, table: {**kept, **new}}
