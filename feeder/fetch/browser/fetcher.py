"""Fetchers that have a browser draw pages: all of a source's, or those that need it.

fetcher = Always(web, drawer)
page = fetcher.fetch("https://example.org/news")     # as its scripts have drawn it
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from feeder.config.settings import BrowserSettings
from feeder.fetch.browser.errands import MARKUP, Kept, page_of
from feeder.fetch.browser.found import browser_for
from feeder.fetch.browser.process import Plan, draw
from feeder.fetch.web import Web
from feeder.models import Page, Validators

_ALWAYS = ("document", "script", "stylesheet", "xhr", "fetch")
_ON_DEMAND = {"images": ("image",), "fonts": ("font",), "media": ("media", "texttrack")}


@dataclass(slots=True)
class Drawer:
    """Has a browser draw the pages of one refresh. For one thread.

    `language` and `timezone` are those that scripts are told to be in.
    """

    web: Web
    settings: BrowserSettings
    language: str | None = None
    timezone: str | None = None
    _kept: Kept = field(default_factory=Kept)

    def draw(self, page: Page) -> Page:
        """A page that was fetched, as its scripts draw it.

        Raises:
            BrowserError: it was not drawn.
            BudgetError: the refresh has too little left for it.
            TooLargeError: what was drawn is larger than a page may be.
        """
        plan = self._plan(page)
        errands = self.web.errands(page, plan.seconds, self._kept)
        url, html = draw(plan, errands, self.web.budget)
        return page_of(page, url, html)

    def _plan(self, page: Page) -> Plan:
        settings = self.settings
        # Applications may keep in the fragment which of their pages it is.
        _, mark, fragment = page.url.partition("#")
        more = (kind for what in settings.load for kind in _ON_DEMAND[what])
        return Plan(
            path=browser_for(settings),
            url=f"{page.final_url}{mark}{fragment}",
            seconds=min(settings.timeout.total_seconds(), max(self.web.budget.left(), 1.0)),
            memory=settings.memory,
            sandbox=settings.sandbox and not is_root(),
            kinds=(*_ALWAYS, *more),
            wait_for=settings.wait_for,
            scroll=settings.scroll,
            language=self.language,
            timezone=self.timezone,
        )


@dataclass(frozen=True, slots=True)
class Always:
    """Has all pages drawn that are pages: a feed, a sitemap or JSON is taken as it comes."""

    drawer: Drawer

    def fetch(self, address: str, validators: Validators | None = None) -> Page | None:
        """The page at `address`. Raises as `Web.fetch` and `Drawer.draw` do."""
        page = self.drawer.web.fetch(address, validators)
        if page is None or page.media_type not in MARKUP:
            return page
        return self.drawer.draw(page)


@dataclass(frozen=True, slots=True)
class WhenNeeded:
    """Has a page drawn when whoever reads it finds nothing in it, and asks for that."""

    drawer: Drawer

    def fetch(self, address: str, validators: Validators | None = None) -> Page | None:
        """The page at `address` as the server sends it. Raises as `Web.fetch` does."""
        return self.drawer.web.fetch(address, validators)

    def draw(self, page: Page) -> Page:
        """What a browser makes of it. Raises as `Drawer.draw` does."""
        return page if page.media_type not in MARKUP else self.drawer.draw(page)


def is_root() -> bool:
    """Whether we are the one user for whom Chromium has no sandbox."""
    return os.geteuid() == 0
