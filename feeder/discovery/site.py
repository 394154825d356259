"""The requests of one look, and what came of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from feeder.discovery.looks import Look
from feeder.discovery.reading import look_at, text_of_article, wall_in
from feeder.errors import SourceError, StatusError, WaitError
from feeder.fetch.shown import shown
from feeder.fetch.web import Web
from feeder.models import Candidate, Page
from feeder.workers import Work


@dataclass(slots=True)
class Site:
    """Asks for addresses and has what came read. `asked` has each with a word or two of that;
    `tell` is told each before it is asked for."""

    web: Web
    work: Work
    tell: Callable[[str], object] = lambda address: None
    asked: dict[str, str] = field(default_factory=dict)

    def page(self, address: str) -> Page:
        """The page at an address.

        Raises:
            SourceError: there is none.
        """
        self.tell(shown(address))
        try:
            page = self.web.fetch(address)
        except SourceError as error:
            self.asked[address] = _in_words(error)
            raise
        assert page is not None, "no validators were shown"
        self.asked[address] = "asked"
        return page

    def open_page(self, address: str) -> Page:
        """The page at an address, whose refusal is looked at for what stands in the way.

        Raises:
            WallError: something does, such as a log-in.
            SourceError: there is none.
        """
        try:
            return self.page(address)
        except StatusError as error:
            if not error.body or isinstance(error, WaitError):
                raise
            raise self.work.submit(wall_in, error).result() or error from error

    def look(self, page: Page) -> Look:
        """What a page is.

        Raises:
            SourceError: it cannot be read.
        """
        try:
            look = self.work.submit(look_at, page).result()
        except SourceError as error:
            self.asked[page.url] = _in_words(error)
            raise
        self.asked[page.url] = look.form if look.fault is None else look.fault.kind
        return look

    def text_of(self, candidate: Candidate) -> int:
        """How many characters an article has.

        Raises:
            SourceError: it cannot be had.
        """
        page = self.open_page(candidate.address)
        try:
            return self.work.submit(text_of_article, candidate, page).result()
        except SourceError as error:
            self.asked[candidate.address] = _in_words(error)
            raise


def _in_words(error: SourceError) -> str:
    return str(error.status) if isinstance(error, StatusError) else error.kind
