"""The feed as it would be: what a source lists, its newest articles read, and nothing stored.

    target → survey → the newest → articles → decide → compose

These are the steps of a refresh (`refresh/flow.py`) over an empty record that is thrown away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from feeder.changes.decide import decide
from feeder.changes.identity import Reading
from feeder.changes.picking import Pick, beginning, resource_address
from feeder.config.settings import (
    FeedSettings,
    PagesSettings,
    RulesSettings,
    Settings,
    SourceSettings,
)
from feeder.errors import LayoutError, SourceError
from feeder.jobs import Door, closed_door, planned_job
from feeder.models import Candidate, Entry, Fault, Key, Page, Resource
from feeder.previewing.found import Preview, Previewed
from feeder.previewing.oddities import SHORT, oddities
from feeder.previewing.once import Once, once_of
from feeder.previewing.target import UNNAMED, advised, looks_like_sitemap, unnamed
from feeder.publish.compose import compose
from feeder.publish.filters import wanted_by
from feeder.refresh.articles import Articles, Gathered
from feeder.refresh.faults import copy_fault, fault_of, told, unforeseen
from feeder.refresh.flow import SETTLING
from feeder.refresh.job import Job
from feeder.refresh.reading import read_article
from feeder.refresh.survey import Survey, look
from feeder.urls import address_key
from feeder.workers import Work

LIMIT = 5
"""Articles that are read unless somebody asks for more: a request each, a second apart."""
_PREFIX = "tag:preview.invalid,2000-01-01"
"""Ids are minted and thrown away (RFC 4151; RFC 6761 keeps the host from being anybody's)."""


def preview(
    source: SourceSettings,
    settings: Settings | None,
    work: Work,
    *,
    limit: int = LIMIT,
    article: str | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Preview:
    """What the feed of a source would have, if it were met for the first time now.

    Args:
        settings: None: there is no configuration.
        work: where strangers' bytes are read.
        limit: how many articles are read, the newest.
        article: the address of one article (of a file, its name) that is read in their place.

    Raises:
        ConfigError: its kind is unknown, or its options are wrong.
        UnreadableError: a folder of site rules is not there.
    """
    with closing(closed_door()) as door:
        looking = _Looking(source, settings, work, limit, article, stopping, door)
        try:
            return looking.preview()
        except SourceError as error:
            return Preview(looking.source, failure=fault_of(advised(error, source)))
        except Exception as error:
            bug = unforeseen(error, source.name, told(source.url or ""))
            return Preview(looking.source, failure=fault_of(bug))


@dataclass(slots=True)
class _Looking:
    """A preview under way."""

    source: SourceSettings
    settings: Settings | None
    work: Work
    limit: int
    article: str | None
    stopping: Callable[[], bool]
    door: Door
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def preview(self) -> Preview:
        job = self._job(self.source)
        once = once_of(job.begin(self.stopping))
        if self.article is not None:
            survey = self._listed_if_it_can_be(job, once)
            picked = [self._named(self.article, survey.candidates)]
        else:
            job, survey = self._survey(job, once)
            picked = beginning(survey.candidates, self.limit).taken
        gathered = self._gathered(job, once, picked)
        previewed, copies = self._composed(gathered, picked, once)
        return Preview(
            self.source,
            len(survey.candidates),
            previewed,
            (*survey.faults, *gathered.faults, *copies),
            tuple(dict.fromkeys(survey.hints)),
        )

    def _gathered(self, job: Job, once: Once, picked: Iterable[Candidate]) -> Gathered:
        articles = Articles(job, once, self.work, self.now, self.stopping, _keep_none)
        made = articles.gather([Pick(candidate) for candidate in picked])
        if made.waiting and job.host is None:
            time.sleep(SETTLING.total_seconds())
            again = articles.gather([Pick(candidate) for candidate in made.waiting])
            made.readings += again.readings
            made.faults += again.faults
            made.faults += (
                Fault("still-changing", "it is still being written to", one.address)
                for one in again.waiting
            )
        return made

    def _job(self, source: SourceSettings) -> Job:
        rules = self.settings.rules if self.settings else RulesSettings()
        pages = self.settings.pages if self.settings else PagesSettings()
        return planned_job(source, rules, pages, "", self.door)

    # What is listed

    def _survey(self, job: Job, once: Once) -> tuple[Job, Survey]:
        """What the source lists; of an address that nobody described, in whichever way it can."""
        try:
            return job, self._look(job, once)
        except LayoutError as error:
            page = once.pages.get(job.manner.source.start)
            if self.source.name != UNNAMED or page is None:
                raise
            if looks_like_sitemap(page):
                sitemap = unnamed(job.manner.source.start, "sitemap", self.settings)
                self.source = sitemap.model_copy(update={"fetch": self.source.fetch})
                job = self._job(self.source)
                return job, self._look(job, once)
            return job, self._alone(job, page, error)

    def _look(self, job: Job, once: Once) -> Survey:
        return look(job, once, self.work, _nothing, self.now, _keep_none, enough=self.limit)

    def _alone(self, job: Job, page: Page, error: LayoutError) -> Survey:
        """The page as an article, if it is one.

        Raises:
            LayoutError: it is none either.
        """
        candidate = _candidate(page.url)
        try:
            read = self.work.submit(read_article, job.manner, candidate, page).result()
        except SourceError:
            raise error from None
        if len(read.reading.article.text) < SHORT:
            raise error
        hint = "it is an article and lists none: a source is the page that lists a site's articles"
        return Survey((candidate,), hints=[hint])

    def _listed_if_it_can_be(self, job: Job, once: Once) -> Survey:
        """What the source lists: it may tell a date or an author that the page does not."""
        try:
            return self._look(job, once)
        except SourceError as error:
            return Survey(faults=[fault_of(error, job.manner.source.start)])

    def _named(self, address: str, listed: Iterable[Candidate]) -> Candidate:
        known = {resource_address(one): one for one in listed}
        key = address_key(address) if "://" in address else address
        return known.get(key) or _candidate(address)

    # What becomes of it

    def _composed(
        self, gathered: Gathered, picked: Iterable[Candidate], once: Once
    ) -> tuple[tuple[Previewed, ...], list[Fault]]:
        readings = gathered.readings
        decision = decide(
            readings, {}, source=self.source.name, prefix=_PREFIX, elsewhere=(), now=self.now
        )
        entries = {change.address: change.entry for change in decision.changes}
        candidates = {resource_address(one): one for one in picked}
        odd = oddities(readings, self.now)
        made = [
            self._one(reading, entries[reading.address], candidates[reading.address], once, words)
            for reading, words in zip(readings, odd, strict=True)
            if reading.address in entries
        ]
        made.sort(key=lambda one: one.entry.published, reverse=True)
        return tuple(made), [copy_fault(*pair) for pair in decision.copies]

    def _one(
        self,
        reading: Reading,
        entry: Entry,
        candidate: Candidate,
        once: Once,
        words: Sequence[str],
    ) -> Previewed:
        feeds = self._feeds()
        left_out = [feed.name for feed in feeds if not wanted_by(feed, self.now)(entry)]
        draft = candidate.draft
        return Previewed(
            compose(entry, policy=feeds[0] if feeds else None),
            reading.article,
            told(candidate.address),
            once.pages.get(candidate.address),
            draft.content if draft else "",
            (*words, *(f"the feed {name} leaves it out, by its keep or drop" for name in left_out)),
        )

    def _feeds(self) -> list[FeedSettings]:
        """The feeds that have the source. The first says how entries are composed."""
        if self.settings is None:
            return []
        return [
            feed
            for feed in self.settings.feeds
            if any(one.name == self.source.name for one in self.settings.sources_of(feed))
        ]


def _candidate(address: str) -> Candidate:
    key = Key("url", address_key(address)) if "://" in address else Key("path", address)
    return Candidate(address, keys=(key,))


def _nothing(addresses: Iterable[str]) -> Mapping[str, Resource]:
    """What an empty record remembers."""
    return {}


def _keep_none(address: str, page: Page) -> None:
    """Nothing is kept."""
