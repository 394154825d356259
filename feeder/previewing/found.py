"""What a preview finds."""

from __future__ import annotations

from dataclasses import dataclass

from feeder.config.settings import SourceSettings
from feeder.models import Article, Fault, FeedEntry, Page


@dataclass(frozen=True, slots=True)
class Previewed:
    """An article as its feed would have it, and what it was made of.

    `page` is its page as it was fetched, None where its listing has all of it: then `markup` is
    what the listing has. `oddities` are sentences.
    """

    entry: FeedEntry
    article: Article
    address: str
    page: Page | None = None
    markup: str = ""
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a source lists, and its newest articles; `failure` is why there is nothing."""

    source: SourceSettings
    listed: int = 0
    articles: tuple[Previewed, ...] = ()
    faults: tuple[Fault, ...] = ()
    hints: tuple[str, ...] = ()
    failure: Fault | None = None

    @property
    def is_failure(self) -> bool:
        """Whether there is nothing to be seen, and something failed."""
        return self.failure is not None or (not self.articles and bool(self.faults))
