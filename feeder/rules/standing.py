"""The lines that hold for a page, each with its file, and those that others overrule. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from feeder.rules.grammar import SWITCHES, UNHEEDED, WORDS
from feeder.rules.lines import DIRECTIVES, Line

IN_TURN = frozenset({"title", "author", "date", "body", "single_page_link", "next_page_link"})
"""Directives of which the first line to find something counts."""
_OF_TESTS = frozenset({"test_url", "test_contains"})
_READ_ALONE = frozenset(
    "requires_login not_logged_in_xpath login_uri login_username_field login_password_field"
    " login_extra_fields single_page_link_in_feed".split()
)


class Placed(NamedTuple):
    """A line in its file."""

    path: Path
    line: Line


class Standing(NamedTuple):
    """A line, and by what it does not count: another line that says the same, or otherwise.

    `turn` is the place of its expression among those that are tried one after the other, from 1.
    """

    placed: Placed
    overruled_by: Placed | None = None
    is_heeded: bool = True
    turn: int | None = None


def standings(files: Sequence[tuple[Path, Iterable[Line]]]) -> list[Standing]:
    """How each line of some files stands, the nearest file first; tests are left out."""
    lines = [Placed(path, line) for path, told in files for line in told]
    deciding = _deciding(lines)
    found: list[Standing] = []
    turns: dict[str, int] = {}
    for placed in lines:
        line = placed.line
        if not line.directive or line.directive in _OF_TESTS:
            continue
        first = deciding.get(_sense(line), placed)
        turn = None
        if first is placed and line.directive in IN_TURN:
            turn = turns[line.directive] = turns.get(line.directive, 0) + 1
        is_heeded = line.directive in DIRECTIVES - UNHEEDED - _READ_ALONE
        found.append(Standing(placed, None if first is placed else first, is_heeded, turn))
    return found


def _deciding(lines: Iterable[Placed]) -> dict[tuple[str, ...], Placed]:
    """The line of each sense that counts: of the nearest file, and there the last of what is said
    once, but the first of a list."""
    found: dict[tuple[str, ...], Placed] = {}
    for placed in lines:
        sense = _sense(placed.line)
        known = found.get(sense)
        is_said_once = placed.line.directive in SWITCHES | WORDS | {"http_header"}
        if known is None or (is_said_once and known.path == placed.path):
            found[sense] = placed
    return found


def _sense(line: Line) -> tuple[str, ...]:
    """What makes two lines the same rule: of switches the name alone."""
    if line.directive in SWITCHES | WORDS:
        return (line.directive,)
    if line.directive == "http_header":
        return line.directive, line.argument.lower()
    if line.directive in ("replace_string", "if_page_contains") and not line.argument:
        # They belong to the line before them.
        return line.directive, str(line.number), line.value
    return line.key
