"""Sources: how each of them is, and was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from feeder.models import Fault, Outcome, Transition
from feeder.server.api.answers import Address, ProblemError, Told, Words
from feeder.server.api.endpoints import Asked, Endpoint, Nothing, Page
from feeder.store.board import Seen, Standing
from feeder.store.claims import ASKED

_TRANSITIONS = 200
"""As many as are kept."""


class FaultTold(Told):
    """What went wrong, and what to do."""

    kind: str
    message: Words
    address: Words = Field(default="", description="what failed, if it is one thing among others")
    advice: Words = ""


class OutcomeTold(Told):
    """How a refresh ended."""

    source: str
    started: datetime
    ended: datetime
    found: int = Field(description="articles that the source shows")
    new: int
    changed: int
    dropped: int = Field(description="blocks that were no part of an article")
    failure: FaultTold | None = Field(description="why the source as a whole could not be read")
    faults: tuple[FaultTold, ...] = Field(description="of single things in it")
    waiting: int = Field(description="articles whose turn comes with a later refresh")
    hints: tuple[Words, ...] = Field(description="what would serve the source better")


class SourceTold(Told):
    """How a source is."""

    name: str
    title: Words
    kind: str
    url: Address | None
    enabled: bool
    state: Standing = Field(description="how it is, in a word")
    condition_since: datetime | None
    entries: int = Field(description="on record")
    failures: int = Field(description="failed refreshes in a row")
    failing_since: datetime | None
    last_success: datetime | None
    next_check_at: datetime | None = Field(description="none: only when it is asked for")
    because: Words | None = Field(description="why it is due then")
    asked_for: bool = Field(description="whether somebody has asked for it, and it is next")
    refreshing: bool = Field(description="whether it is being refreshed just now")
    paused_at: datetime | None
    last_run: OutcomeTold | None


class SourcesTold(Told):
    """A page of sources, by name."""

    sources: tuple[SourceTold, ...]
    next: str | None = Field(description="`after` for the next page; none: this is the last one")


class TransitionTold(Told):
    """A change in how a source is."""

    at: datetime
    was: str | None
    was_since: datetime | None
    becomes: str
    reason: Words
    advice: Words


class SourceInFull(SourceTold):
    """All that there is to be said of a source."""

    feeds: tuple[str, ...] = Field(description="the feeds that it is part of")
    history: tuple[TransitionTold, ...] = Field(description="the latest change first")


class SourcesPage(Page):
    """Which sources."""

    state: Standing | None = Field(default=None, description="those alone that are so")


def outcome_told(outcome: Outcome) -> OutcomeTold:
    """A refresh as it is answered."""
    return OutcomeTold(
        source=outcome.source,
        started=outcome.started,
        ended=outcome.ended,
        found=outcome.found,
        new=outcome.new,
        changed=outcome.changed,
        dropped=outcome.dropped,
        failure=_fault_told(outcome.failure) if outcome.failure else None,
        faults=tuple(map(_fault_told, outcome.faults)),
        waiting=len(outcome.waiting),
        hints=outcome.hints,
    )


def found(asked: Asked[Any]) -> Seen:
    """The source that the path names.

    Raises:
        ProblemError: there is none.
    """
    name = asked.path["name"]
    seen = asked.app.store.seen_as(name)
    if seen is None:
        raise ProblemError(
            404,
            "no such source",
            f"no source is called {name!r}",
            "GET /api/v1/sources lists all there are",
        )
    return seen


def _fault_told(fault: Fault) -> FaultTold:
    return FaultTold.model_validate(fault)


def _source_told(seen: Seen, now: datetime) -> dict[str, object]:
    state = seen.state
    return {
        "name": state.name,
        "title": state.title,
        "kind": seen.kind,
        "url": seen.url,
        "enabled": state.enabled,
        "state": seen.standing,
        "condition_since": state.condition_since,
        "entries": state.entries,
        "failures": state.failures,
        "failing_since": state.failing_since,
        "last_success": state.last_success,
        "next_check_at": state.next_check_at,
        "because": state.because,
        "asked_for": state.next_check_at == ASKED,
        "refreshing": state.leased_until is not None and state.leased_until > now,
        "paused_at": state.paused_at,
        "last_run": outcome_told(state.outcome) if state.outcome else None,
    }


def _list(asked: Asked[SourcesPage]) -> SourcesTold:
    query, now = asked.query, asked.now
    # One more than is told shows whether there is another page.
    seen = asked.app.store.browser.sources(
        query.after or "", limit=query.limit + 1, standing=query.state
    )
    shown = seen[: query.limit]
    return SourcesTold(
        sources=tuple(SourceTold.model_validate(_source_told(one, now)) for one in shown),
        next=shown[-1].state.name if len(seen) > query.limit else None,
    )


def _one(asked: Asked[Nothing]) -> SourceInFull:
    seen, app = found(asked), asked.app
    name = seen.state.name
    history = app.store.transitions(name, _TRANSITIONS)
    return SourceInFull.model_validate(
        {
            **_source_told(seen, asked.now),
            "feeds": tuple(feed.name for feed in app.feeds_by_source.get(name, ())),
            "history": tuple(_transition_told(one) for one in history),
        }
    )


def _transition_told(told: Transition) -> TransitionTold:
    return TransitionTold.model_validate(told)


ENDPOINTS = (
    Endpoint(
        "/sources",
        "How the sources are, by name.",
        _list,
        SourcesTold,
        SourcesPage,
    ),
    Endpoint(
        "/sources/{name}",
        "One source, and how it was: its history of conditions.",
        _one,
        SourceInFull,
        faults={404: "no source is called so"},
    ),
)
