"""What it takes to refresh a source, and what all refreshes of a process share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from feeder.changes.due import Plan
from feeder.fetch import Fetcher
from feeder.models import Validators
from feeder.rules.model import RulesFor
from feeder.sources import Source

if TYPE_CHECKING:
    # Workers import this module for `Manner`: SQLAlchemy would take .2 s and 20 MB of theirs.
    from feeder.store.pages import Budget

LEASE = timedelta(minutes=15)
"""How long a claim is good for, from the last sign of work, if its holder cannot be asked because
it is on another machine. Of one that died on this machine we know at once. It outlives the deadline
of asking by the minutes that workers may take for what was asked last."""


class Begin(Protocol):
    """Makes the fetcher of one refresh.

    Raises:
        SourceError: something that it takes is missing, such as a secret.
    """

    def __call__(self, stopping: Callable[[], bool]) -> Fetcher: ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How a source's pages are read. It goes to worker processes, so all of it can be pickled.

    `language` is that of articles that tell none, `rules` what is known of a page's site.
    """

    source: Source
    language: str | None = None
    rules: RulesFor | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What it takes to refresh one source: how it is read, its fetcher, and when it is due again.

    `mark` stands for the options that decide how a thing is read: with another one, all is read
    again. `host` is the server of a source on the web, None of one on this machine, whose listing
    shows every change; `max_articles` is how many pages one refresh may ask for,
    `first_articles` how many articles the first one takes,
    `budget` how much of them is kept. With `guard`, batches that look wrong are held back.
    """

    name: str
    manner: Manner
    begin: Begin
    plan: Plan
    mark: str = ""
    host: str | None = None
    max_articles: int = 100
    first_articles: int = 30
    budget: Budget | None = None
    guard: bool = True

    def marked(self, validators: Validators) -> Validators:
        """Validators as they are remembered: they hold only while things are read this way."""
        return replace(validators, etag=f"{self.mark}:{validators.etag or ''}")

    def holds(self, remembered: Validators) -> bool:
        """Whether things are still read as they were when these were remembered."""
        return (remembered.etag or "").partition(":")[0] == self.mark

    def unmarked(self, validators: Validators) -> Validators | None:
        """What the server gave, to be shown to it again; None where it no longer counts."""
        etag = (validators.etag or "").partition(":")[2]
        if not self.holds(validators) or not (etag or validators.last_modified):
            return None
        return replace(validators, etag=etag or None)

    def remarked(self, remembered: Validators) -> Validators:
        """Validators that were remembered, of a thing that was read anew as things are read now."""
        etag = (remembered.etag or "").partition(":")[2]
        return self.marked(replace(remembered, etag=etag or None))
