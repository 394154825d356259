"""The listings of a set: each a page, its address and the addresses of the articles on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from feeder.errors import LayoutError
from feeder.models import Page
from feeder.sources.listing.listing import Listing

PAGES = Path(__file__).parent / "pages"


class Case(NamedTuple):
    name: str
    address: str
    expected: frozenset[str]
    body: bytes

    def found(self) -> frozenset[str]:
        try:
            found = Listing(url=self.address).discover(page(self.body, self.address))
        except LayoutError:
            return frozenset()
        return frozenset(candidate.address for candidate in found.candidates)


def cases(name: str) -> Iterator[Case]:
    for file in sorted((PAGES / name).glob("*.html")):
        address, *expected = file.with_suffix(".txt").read_text(encoding="utf-8").split()
        yield Case(file.stem, address, frozenset(expected), file.read_bytes())


def page(body: bytes | str, address: str = "https://example.org/") -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page(address, address, data, "text/html")
