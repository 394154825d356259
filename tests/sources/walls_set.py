"""The pages of tests/sources/walls: walls, and pages that only look like one.

Pages of `sealed` are only counted: nobody looked at them while signs and limits were chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from feeder.models import Page

FOLDER = Path(__file__).parent / "walls"
Part = Literal["open", "sealed"]


class Case(NamedTuple):
    """A page, the wall that it is (None: none), what was expected in its place, and where."""

    name: str
    wall: str | None
    listing: bool
    asked: str
    page: Page


def cases(part: Part) -> Iterator[Case]:
    """All of one part."""
    for line in (FOLDER / "index.tsv").read_text(encoding="utf-8").splitlines():
        where, name, wall, expected, asked, final = line.split("\t")
        if where == part:
            body = (FOLDER / part / f"{name}.html").read_bytes()
            told = None if wall == "-" else wall
            yield Case(name, told, expected == "listing", asked, Page(asked, final, body))
