"""The tests in a rule file: addresses, and what their articles must hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from feeder.rules.lines import Line
from feeder.urls import resolve


@dataclass(frozen=True, slots=True)
class Example:
    """A `test_url` with its line, and the `test_contains` that follow it."""

    line: int
    url: str
    contains: tuple[str, ...] = ()


def examples_in(lines: Iterable[Line]) -> list[Example]:
    """All tests of a file whose addresses are any."""
    found: list[Example] = []
    for line in lines:
        if line.directive == "test_url":
            found.append(Example(line.number, line.value))
        elif line.directive == "test_contains" and found and line.value:
            found[-1] = replace(found[-1], contains=(*found[-1].contains, line.value))
    return [one for one in found if resolve(one.url)]
