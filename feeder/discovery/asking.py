"""Asking what there is at an address: few requests, within the guard, and no more after a refusal.

The page itself comes first, then what it names (its feeds, WordPress's API, JSON), then the
sitemaps; at last one article, for whether its text can be had, unless the best has whole texts.
Usual places are guessed only where nothing that the page names is a feed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from importlib.resources import files
from urllib.parse import urljoin

from feeder.config.settings import FetchSettings
from feeder.discovery.articles import with_an_article
from feeder.discovery.finds import Discovery, Find, Obstacle
from feeder.discovery.looks import Look
from feeder.discovery.ranking import ranked
from feeder.discovery.reading import selectors_for
from feeder.discovery.site import Site
from feeder.errors import (
    BudgetError,
    SourceError,
    WaitError,
)
from feeder.fetch.web import Client
from feeder.models import Page
from feeder.workers import Work

MOST_REQUESTS = 24
"""Of one look: robots.txt, the page, what it names, guesses, an article, and some redirects."""
SECONDS = 90.0
"""After which nothing more is asked for; a request a second is the pace."""
PRELOAD = (
    "feeder.sources.listing.automatic",
    "feeder.sources.listing.listing",
    "feeder.sources.walls",
)
"""What workers need for each page. What reads feeds (.1 s) or articles (.2 s) comes when it is met:
whoever waits for a look at one site has not met both."""
_MOST_FEEDS = 3
_MOST_SITEMAPS = 2
_REFUSES = frozenset({"challenge", "log-in", "geo block", "parking", "maintenance"})
"""Walls of the whole site: what else is asked for there meets them too, and is one more request
that the site did not want. One that scripts draw, or that asks for consent, may name a feed."""


def discover(
    url: str,
    settings: FetchSettings,
    work: Work,
    stopping: Callable[[], bool] = lambda: False,
    *,
    selectors: bool = False,
    tell: Callable[[str], object] = lambda address: None,
) -> Discovery:
    """What could be subscribed to at an address, ranked.

    Args:
        settings: how sites are asked; no more than 24 requests are made whatever they say.
        work: where strangers' bytes are read.
        selectors: whether those of a page of links are derived too.
        tell: is told each address before it is asked for, as it may be told.

    Raises:
        SourceError: the address itself gives nothing: what stands in the way, and what to do.
    """
    settings = settings.model_copy(update=_manners(settings))
    client = Client()
    try:
        web = client.begin(settings, start=url, seconds=SECONDS, stopping=stopping)
        looking = _Looking(Site(web, work, tell), selectors)
        looking.begin(url)
        return looking.discovery(url)
    finally:
        client.close()


def _manners(settings: FetchSettings) -> dict[str, object]:
    """Few requests; and where networks inside are allowed, no pause between them: the fetcher
    keeps a second of peace for hosts elsewhere whatever is set."""
    told: dict[str, object] = {"max_requests": min(MOST_REQUESTS, settings.max_requests)}
    if settings.allow_networks and "delay" not in settings.model_fields_set:
        told["delay"] = timedelta(0)
    return told


@dataclass(slots=True)
class _Looking:
    """A look under way."""

    site: Site
    selectors: bool
    finds: list[Find] = field(default_factory=list)
    title: str = ""
    language: str | None = None
    ended: str = ""
    final_url: str = ""

    def begin(self, url: str) -> None:
        page = self.site.open_page(url)
        look = self.site.look(page)
        self.final_url, self.title, self.language = page.final_url, look.title, look.language
        where = page.moved_to or url
        if look.what != "listing":
            self._take(look, where, "at the address itself")
            self._until_it_ends(self._read_one)
            return
        self._take_page(look, where, self._selectors(page, look))
        if look.wall in _REFUSES:
            self.ended = f"nothing else was asked for: {self.finds[0].obstacles[0].message}"
            return
        if look.inner:
            self._take(look.inner, where, "the page carries it in a script")
        self._until_it_ends(lambda: self._go_on(look))

    def _until_it_ends(self, go_on: Callable[[], None]) -> None:
        """Ask for more, as long as there may be asked for more."""
        try:
            go_on()
        except (WaitError, BudgetError) as error:
            self.ended = f"it ended early: {error.message}"

    def _read_one(self) -> None:
        self.finds = with_an_article(self.finds, self.site)

    def discovery(self, url: str) -> Discovery:
        return Discovery(
            url=self.final_url or url,
            title=self.title,
            finds=ranked(self.finds),
            asked=tuple(self.site.asked.items()),
            requests=self.site.web.requests,
            ended=self.ended,
        )

    def _go_on(self, look: Look) -> None:
        """Ask for what the page leads to, and for what sites usually have."""
        self._try(look.feeds[:_MOST_FEEDS], "the page names it")
        if look.posts:
            self._try([look.posts], "the page names WordPress's API")
        if not self._has_feed:
            self._try(look.linked, "the page links to it")
        if not self._has_feed:
            self._guess("feed", "it is where feeds usually are")
        self._try(look.documents, "the page names it")
        named = self.site.web.sitemaps(self.final_url)[:_MOST_SITEMAPS]
        if named:
            self._try(named, "robots.txt names it")
        else:
            self._guess("sitemap", "it is where sitemaps usually are")
        self._read_one()

    @property
    def _has_feed(self) -> bool:
        return any(find.kind == "feed" for find in self.finds)

    def _guess(self, what: str, told_by: str) -> None:
        """Ask at usual places until one of them has it."""
        for path in _places()[what]:
            if self._try([urljoin(self.final_url, path)], told_by, only=what):
                break

    def _try(self, addresses: Iterable[str], told_by: str, only: str = "") -> bool:
        """Take what stands at the addresses; whether there was anything.

        Raises:
            WaitError, BudgetError: nothing more is to be asked for.
        """
        taken = False
        for address in addresses:
            if address in self.site.asked:
                continue
            try:
                look = self.site.look(self.site.page(address))
            except (WaitError, BudgetError):
                raise
            except SourceError:
                continue  # it stands in `asked`; the page itself was read
            if look.what != "listing" and only in ("", look.what):
                self._take(look, address, told_by)
                taken = True
        return taken

    def _take(self, look: Look, address: str, told_by: str) -> None:
        if look.form == "index of sitemaps":
            look = self._part(look)
        kind = "listing" if look.what == "posts" else look.what
        obstacles = () if look.candidates else (_nothing_in(look),)
        self.finds.append(
            Find(
                kind,
                look.form,
                address,
                told_by,
                look.candidates,
                look.options,
                look.title or self.title,
                look.language or self.language,
                max(1, len(look.wanted)),
                obstacles=obstacles,
            )
        )

    def _part(self, index: Look) -> Look:
        """An index of sitemaps with what the first of its parts lists."""
        for address in index.wanted[:1]:
            if address not in self.site.asked:
                try:
                    part = self.site.look(self.site.page(address))
                    return replace(part, form=index.form, wanted=index.wanted)
                except (WaitError, BudgetError):
                    raise
                except SourceError:
                    pass
        return index

    def _selectors(self, page: Page, look: Look) -> Mapping[str, str]:
        """Those that find the articles of the page; none where it takes too long."""
        if not self.selectors or not look.candidates:
            return {}
        addresses = [candidate.address for candidate in look.candidates]
        try:
            return self.site.work.submit(selectors_for, page, addresses).result()
        except SourceError:
            return {}

    def _take_page(self, look: Look, address: str, selectors: Mapping[str, str]) -> None:
        fault = look.fault
        obstacles = (Obstacle(fault.message, fault.advice, is_final=True),) if fault else ()
        self.finds.append(
            Find(
                "listing",
                look.form,
                address,
                "it is the page at the address",
                look.candidates,
                look.options,
                look.title,
                look.language,
                selectors=selectors,
                obstacles=obstacles,
            )
        )


def _nothing_in(look: Look) -> Obstacle:
    """A feed may be new; the others are found by what is in them."""
    return Obstacle(f"there is nothing in this {look.form}", is_final=look.what != "feed")


@cache
def _places() -> dict[str, Sequence[str]]:
    lines = files("feeder.discovery").joinpath("places.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {what: paths.split() for what, paths in rows}
