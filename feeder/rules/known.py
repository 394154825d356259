"""What is known of a source's pages, as something that can be sent to a worker process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from feeder.rules.model import SiteRules
from feeder.rules.options import with_own
from feeder.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class KnownRules:
    """The rules for a page: what comes with feeder, the folders of rule files, the source's own.

    The files are read by whoever asks for rules first in a process, once.
    """

    own: SiteRules
    folders: tuple[Path, ...] = ()
    impersonate: bool = False

    def __call__(self, url: str | None, html: str) -> SiteRules:
        """The rules for a page at its final address.

        Raises:
            UnreadableError: a folder of rules has gone.
        """
        book = rulebook(self.folders, impersonate=self.impersonate)
        return with_own(self.own, book.rules_for(url, html))


@lru_cache(maxsize=8)
def rulebook(folders: tuple[Path, ...], *, impersonate: bool) -> Rulebook:
    """The rule files of these folders, read once a process.

    Raises:
        UnreadableError: a folder is not there or cannot be listed.
    """
    return Rulebook(folders, impersonate=impersonate)
