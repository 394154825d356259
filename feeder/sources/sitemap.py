"""The articles in a sitemap, newest first (sitemaps.org, and Google's sitemaps of news)."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field

from feeder.config.options import Count, Duration, Options, WebUrl, Zone
from feeder.config.settings import ListSettings
from feeder.errors import LayoutError
from feeder.languages import read_language
from feeder.models import Candidate, Draft, Facts, Fault, Key, Page, Validators
from feeder.sources import Found
from feeder.sources.moments import moment_of
from feeder.sources.pages import draft_of
from feeder.sources.patterns import Patterns
from feeder.sources.sitemap_picking import CANDIDATES, Picked, Picks
from feeder.sources.sitemap_reading import Listed, read_sitemap
from feeder.sources.sites import site_of
from feeder.text import one_line
from feeder.urls import address_key, resolve, without_tracking

_MOST_SITEMAPS = 50
_LISTS = 4  # the rank of sitemaps that list lists
_UNKNOWN = 2
_WORD = re.compile(r"[a-z]+")
_MOST_KEYWORDS = 20  # Google reads ten
_LONGEST_ETAG = 100


class Sitemap(Options):
    """Every article in a sitemap, the newest first."""

    url: WebUrl = Field(description="the sitemap, or an index of several")
    list: ListSettings = Field(
        default=ListSettings(), description="include and exclude: which addresses count"
    )
    newer_than: Duration | None = Field(
        default=None, description="articles older than this are left alone"
    )
    max_pages: Count = Field(
        default=_MOST_SITEMAPS, ge=1, le=_MOST_SITEMAPS, description="sitemaps of an index read"
    )
    timezone: Zone = Field(default=ZoneInfo("UTC"), description="of dates that tell none")

    @property
    def start(self) -> str:
        """The sitemap or the index."""
        return self.url

    def discover(self, page: Page) -> Found:
        """The newest articles of a sitemap, or the sitemaps of an index.

        Raises:
            LayoutError: it is no sitemap, or there is nothing whole in it.
            TooLargeError: it is larger than a sitemap may be.
            UnreadableError: it is compressed and cannot be unpacked.
        """
        reading = _Reading(self, page)
        broken = read_sitemap(page, reading.take)
        return reading.found(broken)

    def read(self, candidate: Candidate, page: Page) -> Draft:
        """The article's page.

        Raises:
            SourceError: there is no text in it.
        """
        return draft_of(candidate, page)

    def is_recent(self, candidate: Candidate, now: datetime) -> bool:
        """Whether an article is within `newer_than`; one without a date is."""
        moment = candidate.facts.published or candidate.modified
        return self.newer_than is None or moment is None or now - moment <= self.newer_than


class _Reading:
    """One sitemap under way."""

    def __init__(self, options: Sitemap, page: Page) -> None:
        self._options, self._page = options, page
        self._base = page.final_url or page.url
        self._patterns = Patterns(options.list.include, options.list.exclude)
        self._picks = Picks(sections=bool(options.list.include))
        self._sitemaps: dict[str, tuple[int, float]] = {}
        self._elsewhere: set[str] = set()
        self._listed = self._wrong = self._left_out = 0

    def take(self, listed: Listed) -> None:
        self._listed += 1
        address = resolve(listed.address, self._base)
        if address is None:
            self._wrong += 1
        elif listed.is_sitemap:
            self._take_sitemap(address, listed)
        elif self._patterns.wants(address := without_tracking(address)):
            moment = self._moment(listed.published) or self._moment(listed.lastmod)
            self._picks.take(address, listed, moment)
        else:
            self._left_out += 1

    def found(self, broken: str) -> Found:
        if broken and not self._picks and not self._sitemaps:
            raise LayoutError(f"the sitemap cannot be read: {broken}")
        return Found(
            candidates=tuple(map(self._candidate, self._picks.newest(CANDIDATES))),
            wanted=self._wanted(),
            faults=tuple(self._faults(broken)),
            hints=tuple(self._hints()),
        )

    def _take_sitemap(self, address: str, listed: Listed) -> None:
        # sitemaps.org wants them on the host of the index; that of a sister host (www, static)
        # is taken too. Elsewhere anybody could have fifty requests sent to whom they like.
        if site_of(address) != site_of(self._base):
            self._elsewhere.add(site_of(address)[:60])
        elif address not in (self._page.url, self._base):
            moment = self._moment(listed.lastmod)
            self._sitemaps[address] = _rank(address), -moment.timestamp() if moment else 0.0

    def _wanted(self) -> tuple[str, ...]:
        """The sitemaps of an index: those of articles first, of them the newest."""
        order = sorted(self._sitemaps, key=self._sitemaps.__getitem__)
        articles = [address for address in order if self._sitemaps[address][0] < _LISTS]
        return tuple((articles or order)[: self._options.max_pages])

    def _candidate(self, picked: Picked) -> Candidate:
        listed, base = picked.listed, self._base
        facts = Facts(
            title=one_line(listed.title) or None,
            categories=_keywords(listed.keywords),
            published=self._moment(listed.published),
            image=resolve(listed.image, base) if listed.image else None,
            language=read_language(listed.language),
        )
        return Candidate(
            address=picked.address,
            keys=(Key("url", address_key(picked.address)),),
            facts=facts,
            validators=Validators(etag=listed.lastmod[:_LONGEST_ETAG] or None),
            modified=self._moment(listed.lastmod),
        )

    def _moment(self, text: str) -> datetime | None:
        return moment_of(text, self._options.timezone) if text else None

    def _faults(self, broken: str) -> list[Fault]:
        said = []
        if broken:
            said.append(f"the sitemap is broken, and only what stands before that counts: {broken}")
        if self._wrong:
            said.append(f"{self._wrong:,} of {self._listed:,} in the sitemap are no web addresses")
        return [Fault(LayoutError.kind, text, self._page.url) for text in said]

    def _hints(self) -> list[str]:
        hints = []
        if self._elsewhere:
            sites = ", ".join(sorted(self._elsewhere)[:3])
            hints.append(f"sitemaps on other sites are sources of their own: {sites}")
        if self._left_out and self._left_out == self._listed:
            hints.append(f"include and exclude leave out all {self._listed:,} addresses")
        return hints


def _keywords(text: str) -> tuple[str, ...]:
    words = (one_line(word) for word in text.split(",")[:_MOST_KEYWORDS])
    return tuple(dict.fromkeys(word for word in words if word))


def _rank(address: str) -> int:
    """How likely articles are in a sitemap, by the words in its file's name; 0 is the likeliest."""
    name = urlsplit(address).path.lower().rstrip("/").rpartition("/")[2].removesuffix(".gz")
    words = _WORD.findall(name.rpartition(".")[0] or name)
    return max(
        (rank for word in words if (rank := _names().get(word)) is not None), default=_UNKNOWN
    )


@cache
def _names() -> dict[str, int]:
    lines = files("feeder.sources").joinpath("sitemap_names.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {word: int(rank) for word, rank in rows}
