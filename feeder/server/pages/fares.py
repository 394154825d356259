"""How a source fares, in the words of a page: when it is next looked at, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feeder.models import Fault, SourceState
from feeder.store.board import Run, Seen
from feeder.store.claims import ASKED


@dataclass(frozen=True, slots=True)
class Due:
    """When a source is next looked at: a moment, or in words where there is none; and why."""

    word: str = ""
    at: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A source as a list shows it."""

    seen: Seen
    due: Due
    runs: tuple[Run, ...]
    held: int
    faults: tuple[Fault, ...]

    @property
    def state(self) -> SourceState:
        """What the store knows of it."""
        return self.seen.state


def due(state: SourceState, now: datetime) -> Due:
    """When a source is next looked at, and why then."""
    why = state.because or ""
    if not state.enabled:
        return Due("never", because="it is switched off in the configuration")
    if state.leased_until is not None and state.leased_until > now:
        return Due("now", because="it is being refreshed")
    if state.paused_at is not None:
        return Due("when it is resumed", because="it is paused")
    if state.next_check_at is None:
        return Due("when you refresh it", because=why)
    if state.next_check_at <= ASKED:
        return Due("now", because="somebody asked for it")
    if state.next_check_at <= now:
        return Due("now", because="it is due")
    return Due(at=state.next_check_at, because=why)


@dataclass(frozen=True, slots=True)
class Faults:
    """Faults that are the same but for what they are of."""

    first: Fault
    addresses: tuple[str, ...]


def grouped(faults: Sequence[Fault]) -> list[Faults]:
    """The same faults of several things told once, in the order in which they were met."""
    found: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        found.setdefault((fault.kind, fault.message, fault.advice), []).append(fault)
    return [
        Faults(some[0], tuple(filter(None, (one.address for one in some))))
        for some in found.values()
    ]


def faults_of(state: SourceState) -> tuple[Fault, ...]:
    """What was wrong when it was last refreshed."""
    if state.outcome is None:
        return ()
    failure = (state.outcome.failure,) if state.outcome.failure else ()
    return (*failure, *state.outcome.faults)
