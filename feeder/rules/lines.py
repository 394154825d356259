"""Rule files line by line, with their numbers: what people are shown, and what is linted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from feeder.rules.grammar import LINKS, LISTS, MAX_LENGTH, SWITCHES, WORDS, split_line

DIRECTIVES = frozenset(
    {*LISTS, *LINKS, *SWITCHES, *WORDS, "strip_attr", "find_string", "replace_string"}
    | {"if_page_contains", "test_url", "test_contains", "login_extra_fields"}
    | {"http_header", "wrap_in", "move_into"}
)
"""All that a line may begin with."""

_ARGUED = re.compile(r"(http_header|wrap_in|move_into|replace_string)\s*\((.*)\)", re.DOTALL)


class Line(NamedTuple):
    """A line of a rule file that is no comment, and its number from 1.

    `directive` is empty where it is no rule; `argument` is what stands in its brackets.
    """

    number: int
    directive: str
    argument: str
    value: str
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """What its matches on a page are counted under."""
        match self.directive:
            case "replace_string" if self.argument:
                return "replace_string", self.argument
            case "find_string":
                return "replace_string", self.value
            case "wrap_in":
                return f"wrap_in({self.argument.strip().lower()})", self.value
            case "move_into":
                return f"move_into({self.argument.strip()})", self.value
            case "strip_attr":
                return "strip", self.value
        return self.directive, self.value


def read_lines(text: str) -> list[Line]:
    """All lines of a rule file's text but empty ones and comments."""
    found: list[Line] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        command, value = split_line(line)
        argued = _ARGUED.fullmatch(command)
        directive, argument = (argued[1], argued[2]) if argued else (command, "")
        found.append(Line(number, directive, argument, value, line))
    return found


def text_of(path: Path) -> str:
    """What a rule file says, as far as one is read.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(4 * MAX_LENGTH + 1).decode("utf-8", errors="replace")
