"""Reading one TOML file, and saying where in it something is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feeder.config.positions import KeyPath, Position, find_positions
from feeder.errors import ConfigError, ConfigFault

LARGEST = 1_000_000
"""Bytes of one file. What people write by hand stays far below; a wrong file often does not."""


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file that was read: its table, and where each key of it stands."""

    path: Path
    table: Mapping[str, Any] = field(repr=False)
    positions: Mapping[KeyPath, Position] = field(repr=False)

    def fault(self, key: KeyPath, message: str) -> ConfigFault:
        """A fault at `key`, or at the nearest table around it that the file names."""
        place = next((self.positions[key[:n]] for n in range(len(key), 0, -1)
                      if key[:n] in self.positions), None)  # fmt: skip
        line, column = place or (None, None)
        name = ".".join(part for part in key if isinstance(part, str))
        return ConfigFault(str(self.path), line, column, name, message)


@dataclass(frozen=True, slots=True)
class Place:
    """A table in a file, and the folder at which its relative paths start."""

    file: TomlFile
    base: Path | None = None
    at: KeyPath = ()

    @property
    def table(self) -> Mapping[str, Any]:
        """What stands there."""
        found: Any = self.file.table
        for part in self.at:
            found = found[part]
        table: Mapping[str, Any] = found
        return table

    def inside(self, *key: str | int) -> Place:
        """The table at `key` of this one."""
        return Place(self.file, self.base, (*self.at, *key))

    def fault(self, key: KeyPath, message: str) -> ConfigFault:
        """A fault at `key` of this table."""
        return self.file.fault((*self.at, *key), message)


NOWHERE = Place(TomlFile(Path(), {}, {}))
"""The place of what was not read from a file."""


def read_toml(path: Path) -> TomlFile:
    """The file at `path`.

    Raises:
        ConfigError: with one fault; it cannot be read, is not UTF-8, or is no TOML.
    """
    text = _decode(path, _read(path))
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise _error(path, "arrays or tables are nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError, or a number too long for int()
        raise _syntax_error(path, text, str(error)) from None
    return TomlFile(path, table, find_positions(text))


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():  # opening a named pipe would wait for ever
            raise _error(path, "is not a file")
        if path.stat().st_size > LARGEST:
            raise _error(path, f"is larger than {LARGEST:,} bytes; is it a configuration?")
        return path.read_bytes()
    except OSError as error:
        raise _error(path, f"cannot be read: {error.strerror}") from None


def _decode(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise _error(path, "is not UTF-8, as TOML must be", line, column) from None


def _syntax_error(path: Path, text: str, message: str) -> ConfigError:
    """tomllib ends its message with "(at line 3, column 5)" or "(at end of document)"."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.S)
    if match is None:
        return _error(path, f"no valid TOML: {message}")
    if match[2]:
        return _error(path, f"no valid TOML: {match[1]}", int(match[2]), int(match[3]))
    lines = text.split("\n")
    return _error(path, f"no valid TOML: {match[1]}", len(lines), len(lines[-1]) + 1)


def _error(
    path: Path, message: str, line: int | None = None, column: int | None = None
) -> ConfigError:
    return ConfigError([ConfigFault(str(path), line, column, "", message)])
