"""One article of what was found, for whether its text can be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from feeder.discovery.finds import Find, Obstacle
from feeder.discovery.ranking import ranked
from feeder.discovery.site import Site
from feeder.errors import (
    BudgetError,
    FetchError,
    RobotsError,
    SourceError,
    StatusError,
    WaitError,
    WallError,
)
from feeder.models import Candidate

_FORBIDDEN = (401, 402, 403, 451)


def with_an_article(finds: Sequence[Find], site: Site) -> list[Find]:
    """The finds with what an article of the best of them showed, unless that has whole texts.

    It is noted of all whose articles lie on the same host.

    Raises:
        WaitError, BudgetError: nothing more is to be asked for.
    """
    usable = [find for find in ranked(finds) if not find.is_blocked]
    first = _first(usable)
    if first is None or usable[0].is_whole:
        return [*finds]
    text: int | None = None
    obstacle: Obstacle | None = None
    try:
        text = site.text_of(first)
    except (WaitError, BudgetError):
        raise
    except SourceError as error:
        obstacle = Obstacle(_of_articles(error), error.advice, _is_final(error))
    host = urlsplit(first.address).netloc
    return [
        _noted(find, text, obstacle) if find in usable and _host(find) == host else find
        for find in finds
    ]


def _first(finds: Sequence[Find]) -> Candidate | None:
    """The first article that has to be read from a page of its own."""
    asked_for = (find for find in finds if not find.is_whole)
    return next((one for find in asked_for for one in find.candidates if _has_page(one)), None)


def _has_page(candidate: Candidate) -> bool:
    return not candidate.complete and "#" not in candidate.address


def _host(find: Find) -> str:
    first = _first([find])
    return urlsplit(first.address).netloc if first else ""


def _noted(find: Find, text: int | None, obstacle: Obstacle | None) -> Find:
    """A feed has its teasers still where the others would have nothing."""
    if obstacle is None:
        return replace(find, text=text)
    if find.kind == "feed":
        obstacle = replace(obstacle, is_final=False)
    return replace(find, obstacles=(*find.obstacles, obstacle))


def _is_final(error: SourceError) -> bool:
    """Whether the other articles would fare no better than the one that was looked at: one that is
    gone, or that is none, says nothing of them."""
    is_refused = isinstance(error, StatusError) and error.status in _FORBIDDEN
    return is_refused or isinstance(error, WallError | RobotsError)


def _of_articles(error: SourceError) -> str:
    what = "keeps robots away from" if isinstance(error, RobotsError) else "does not show"
    if isinstance(error, WallError | FetchError):
        return f"the site {what} its articles: {error.message}"
    return f"its first article cannot be read: {error.message}"
