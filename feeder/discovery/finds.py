"""The nouns of discovery: what was found, what stands in its way, and what the look gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from feeder.changes.picking import resource_address
from feeder.models import Candidate


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of a source, and what to do. With `is_final` it would give nothing."""

    message: str
    advice: str = ""
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Find:
    """Something that could be subscribed to.

    `kind` is that of the source which reads it, `options` what its file says beside `kind` and
    `url`. `form` is what it is, `told_by` how it was found, both in words. `candidates` are the
    articles that it lists, without their texts; `parts` is how many documents it consists of.
    `text` is how many characters the one article has that was looked at; None: none was.
    `selectors` are those of `[list]` that find the same articles on a page.
    """

    kind: str
    form: str
    url: str
    told_by: str
    candidates: tuple[Candidate, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    language: str | None = None
    parts: int = 1
    text: int | None = None
    selectors: Mapping[str, str] = field(default_factory=dict)
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def newest(self) -> datetime | None:
        """The date of its newest article."""
        return max(filter(None, map(moment_of, self.candidates)), default=None)

    @property
    def dated(self) -> int:
        """How many of its articles tell a date."""
        return sum(moment_of(one) is not None for one in self.candidates)

    @property
    def whole(self) -> int:
        """How many of its articles it has the whole text of, so that no page is asked for."""
        return sum(one.complete for one in self.candidates)

    @property
    def is_whole(self) -> bool:
        """Whether it has the whole text of most of them."""
        return 2 * self.whole > len(self.candidates)

    @property
    def is_blocked(self) -> bool:
        """Whether it would give nothing."""
        return any(one.is_final for one in self.obstacles)

    @property
    def addresses(self) -> frozenset[str]:
        """What its articles are remembered by, to be compared with those of others."""
        return frozenset(map(resource_address, self.candidates))


@dataclass(frozen=True, slots=True)
class Discovery:
    """What there is at an address. `finds` are ranked, the best first.

    `url` is where the address that was given led to; `asked` are the addresses that were asked
    for, each with what came of it in a word or two. `requests` counts those for robots.txt and of
    redirects too. `ended` is why the look ended early; "" where it did not.
    """

    url: str
    title: str = ""
    finds: tuple[Find, ...] = ()
    asked: tuple[tuple[str, str], ...] = ()
    requests: int = 0
    ended: str = ""

    @property
    def best(self) -> Find | None:
        """The first that would give something."""
        return next((find for find in self.finds if not find.is_blocked), None)


def moment_of(candidate: Candidate) -> datetime | None:
    """When an article appeared, as far as its listing tells."""
    return candidate.facts.published or candidate.modified
