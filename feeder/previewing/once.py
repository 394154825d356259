"""A fetcher that asks for nothing twice, and keeps what came: a preview shows the pages too."""

from __future__ import annotations

from dataclasses import dataclass, field

from feeder.fetch import Draws, Fetcher
from feeder.models import Page, Validators


@dataclass(slots=True)
class Once:
    """`pages` are those that came, by the address that was asked for."""

    fetcher: Fetcher
    pages: dict[str, Page] = field(default_factory=dict)

    def fetch(self, address: str, validators: Validators | None = None) -> Page | None:
        """The page at `address`, asked for if it was not before. Raises as its fetcher does."""
        page = self.pages.get(address) or self.fetcher.fetch(address, validators)
        if page is not None:
            self.pages[address] = page
        return page


@dataclass(slots=True)
class _Drawing(Once):
    """One that can have pages drawn, each once; they are kept as they were drawn."""

    draws: Draws = field(kw_only=True)
    drawn: set[str] = field(default_factory=set)

    def draw(self, page: Page) -> Page:
        if page.url in self.drawn:
            return page
        self.drawn.add(page.url)
        self.pages[page.url] = self.draws.draw(page)
        return self.pages[page.url]


def once_of(fetcher: Fetcher) -> Once:
    """One for that fetcher, which draws pages if that does."""
    return _Drawing(fetcher, draws=fetcher) if isinstance(fetcher, Draws) else Once(fetcher)
