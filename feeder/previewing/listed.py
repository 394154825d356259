"""The page that a source begins with: asked for once and for nobody's record, or as it is kept."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from feeder.app import opened_store
from feeder.config.settings import PagesSettings, RulesSettings, Settings, SourceSettings
from feeder.errors import SourceError, StateError
from feeder.jobs import closed_door, planned_job
from feeder.models import Page
from feeder.previewing.target import advised
from feeder.urls import address_key


def first_page(source: SourceSettings, settings: Settings | None) -> Page:
    """The page at a source's address, unread.

    Args:
        settings: None: there is no configuration.

    Raises:
        SourceError: it cannot be had.
        ConfigError: the source's kind is unknown, or its options are wrong.
    """
    rules = settings.rules if settings else RulesSettings()
    pages = settings.pages if settings else PagesSettings()
    with closing(closed_door()) as door:
        job = planned_job(source, rules, pages, "", door)
        try:
            page = job.begin(lambda: False).fetch(job.manner.source.start)
        except SourceError as error:
            raise advised(error, source) from error
    if page is None:
        raise SourceError(f"{job.manner.source.start} gave no answer")
    return page


def kept_page(source: SourceSettings, settings: Settings, now: datetime) -> Page:
    """The same page as the last refresh that had it kept it. Nobody is asked.

    Raises:
        StateError: none is kept, or the state cannot be used.
    """
    start = address_key(source.url or "")
    with opened_store(settings, now) as store:
        for kept in reversed(store.pages(source.name)):
            page = store.page(kept) if address_key(kept.address) == start else None
            if page is not None:
                return page
    raise StateError(
        f"no page that lists the articles of {source.name} is kept",
        advice=f"`feeder refresh {source.name}` keeps it; without --kept it is asked for",
    )
