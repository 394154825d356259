"""Where in a TOML file each key stands, since tomllib does not tell.

Only for text that tomllib has read: what is no TOML is not recognised, and the rest of the file
is then left without positions.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

KeyPath = tuple[str | int, ...]
"""The way to a value: keys of tables and indexes of arrays, from 0."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# Up to two quotes may stand directly before the three that end a multi-line string.
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


class Position(NamedTuple):
    """A place in a file; both count from 1, columns in characters."""

    line: int
    column: int


class _LostError(Exception):
    """Something that is no TOML."""


def find_positions(text: str) -> Mapping[KeyPath, Position]:
    """The position of each key, and of each item of an array, in `text`.

    A table that only stands in longer names (`[a.b]`, `a.b = 1`) has the position of the first.
    """
    scanner = _Scanner(text.replace("\r\n", "\n"))
    with suppress(_LostError, RecursionError, tomllib.TOMLDecodeError):
        scanner.document()
    return scanner.positions()


class _Scanner:
    """Walks through a document once and notes where keys begin."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[KeyPath, int] = {}
        self._tables: dict[KeyPath, int] = {}  # arrays of tables: how many were opened

    def positions(self) -> dict[KeyPath, Position]:
        begins = [0, *(match.end() for match in re.finditer("\n", self._text))]
        lines = {at: bisect_right(begins, at) for at in self._found.values()}
        return {
            path: Position(lines[at], at - begins[lines[at] - 1] + 1)
            for path, at in self._found.items()
        }

    def document(self) -> None:
        table: KeyPath = ()
        self._match(_BLANK)
        while self._at < len(self._text):
            if self._sees("[["):
                table = self._header(2)
            elif self._sees("["):
                table = self._header(1)
            else:
                self._assignment(table)
            self._match(_BLANK)

    def _header(self, brackets: int) -> KeyPath:
        """`[table]` or `[[array of tables]]`."""
        self._at += brackets
        parts = self._key()
        path: KeyPath = ()
        for number, (name, at) in enumerate(parts, start=1):
            path = self._note((*path, name), at)
            if number == len(parts) and brackets == 2:
                self._tables[path] = self._tables.get(path, 0) + 1
            if path in self._tables:  # `[a.b]` after `[[a]]` belongs to the last of them
                path = self._note((*path, self._tables[path] - 1), at)
        self._at += brackets
        return path

    def _assignment(self, table: KeyPath) -> None:
        path = table
        for name, at in self._key():
            path = self._note((*path, name), at)
        self._expect("=")
        self._match(_BLANK)
        self._value(path)

    def _key(self) -> list[tuple[str, int]]:
        """The parts of a dotted key and where they begin."""
        parts = []
        while True:
            self._match(_BLANK)
            at = self._at
            if self._sees('"') or self._sees("'"):
                # tomllib unescapes a quoted key as it did when it read the file.
                parts.append((next(iter(tomllib.loads(f"{self._match(_STRING)} = 0"))), at))
            else:
                parts.append((self._match(_BARE_KEY), at))
            self._match(_BLANK)
            if not self._sees("."):
                return parts
            self._at += 1

    def _value(self, path: KeyPath) -> None:
        if self._sees('"') or self._sees("'"):
            self._match(_STRING)
        elif self._sees("["):
            self._array(path)
        elif self._sees("{"):
            self._inline_table(path)
        else:
            self._match(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self._expect("[")
        index = 0
        while not self._ends("]"):
            self._value(self._note((*path, index), self._at))
            index += 1
            self._comma()

    def _inline_table(self, path: KeyPath) -> None:
        self._expect("{")
        while not self._ends("}"):
            self._assignment(path)
            self._comma()

    def _comma(self) -> None:
        self._match(_BLANK)
        if self._sees(","):
            self._at += 1

    def _ends(self, bracket: str) -> bool:
        self._match(_BLANK)
        if not self._sees(bracket):
            return False
        self._at += 1
        return True

    def _note(self, path: KeyPath, at: int) -> KeyPath:
        self._found.setdefault(path, at)
        return path

    def _sees(self, mark: str) -> bool:
        return self._text.startswith(mark, self._at)

    def _expect(self, mark: str) -> None:
        if not self._sees(mark):
            raise _LostError
        self._at += len(mark)

    def _match(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise _LostError
        self._at = match.end()
        return match.group()
