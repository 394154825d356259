"""Fetchers: the only code that reads what is outside. They give pages, unread."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from feeder.models import Page, Validators


class Fetcher(Protocol):
    """Reads one address at a time, within its own bounds."""

    def fetch(self, address: str, validators: Validators | None = None) -> Page | None:
        """The page at `address`, or None where `validators` still hold.

        Raises:
            SourceError: it cannot be read, is too large, or is still being written to.
        """
        ...


@runtime_checkable
class Draws(Fetcher, Protocol):
    """A fetcher that can have a browser draw a page in which nothing was found."""

    def draw(self, page: Page) -> Page:
        """The page as its scripts draw it; itself, if it is none that a browser would draw.

        Raises:
            SourceError: it was not drawn.
        """
        ...
