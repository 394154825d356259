"""Source kinds: what is on a page, and what to fetch next. Pure; they do no input or output."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from feeder.models import Candidate, Draft, Fault, Page, Patience


@dataclass(frozen=True, slots=True)
class Found:
    """What one page shows: candidates in its order, and faults.

    `wanted` are further pages of the same listing, the next one first. `instead` are addresses
    that may tell the same better (a page's own feed): the first that agrees with the page is taken
    in its place. `hints` are sentences for the person who runs feeder. `patience` is when the page
    says that it need not be asked.
    """

    candidates: tuple[Candidate, ...] = ()
    wanted: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    instead: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    patience: Patience | None = None


class Source(Protocol):
    """One kind of source over pages that it is given."""

    @property
    def start(self) -> str:
        """The address to be fetched first."""
        ...

    def discover(self, page: Page) -> Found:
        """Candidates on a listing page.

        Raises:
            SourceError: it is no page that this kind can read.
        """
        ...

    def read(self, candidate: Candidate, page: Page) -> Draft:
        """The draft that a candidate's page shows.

        Raises:
            SourceError: there is no article in it.
        """
        ...


@runtime_checkable
class Paged(Protocol):
    """A source whose list goes on over pages."""

    @property
    def max_pages(self) -> int:
        """How many of them are read at most."""
        ...


@runtime_checkable
class Scripted(Protocol):
    """A source that may read what a page's scripts would draw it from."""

    @property
    def reads_scripts(self) -> bool:
        """Whether it does: then a page without a text is no wall to it."""
        ...


@runtime_checkable
class Selective(Protocol):
    """A source that leaves older articles alone."""

    def is_recent(self, candidate: Candidate, now: datetime) -> bool:
        """Whether the candidate is recent enough to be read."""
        ...
