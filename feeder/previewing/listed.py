"""The page that a source begins with, asked for once and for nobody's record."""

from __future__ import annotations

from contextlib import closing

from feeder.config.settings import PagesSettings, RulesSettings, Settings, SourceSettings
from feeder.errors import SourceError
from feeder.jobs import closed_door, planned_job
from feeder.models import Page
from feeder.previewing.target import advised


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
