"""How a source fares, in words: in a line of `feeder status`, and in full."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, get_args

import typer

from feeder.cli.shown import place_of, print_fault

if TYPE_CHECKING:
    from feeder.app import App
    from feeder.models import Condition, Fault, Outcome, SourceState
    from feeder.store.quarantine import Quarantined

RUNS_SHOWN = 10
TRANSITIONS_SHOWN = 20

Standing = Literal[
    "gone", "broken", "blocked", "degraded", "failing", "new", "unchanged", "ok", "paused", "off"
]
_ORDER = get_args(Standing)
"""Those first with which there is something to do."""
_REFUSALS = ("wall", "robots", "forbidden-address", "wait")


def stands(state: SourceState) -> Standing:
    """How a source is, in a word: its condition, or "failing" before it is sure to be ill."""
    if not state.enabled:
        return "off"
    if state.paused_at is not None:
        return "paused"
    if state.condition is None and state.failures > 1:
        return _guessed(state)
    if state.condition in ("ok", "unchanged", None) and state.failures:
        return "failing"
    return state.condition or ("ok" if state.last_success else "new")


def since(state: SourceState) -> datetime | None:
    """Since when it stands so."""
    return state.paused_at if stands(state) == "paused" else state.condition_since


def _guessed(state: SourceState) -> Condition:
    """The condition of a source that failed before conditions were on record."""
    kind = state.outcome.failure.kind if state.outcome and state.outcome.failure else ""
    if kind == "gone":
        return "gone"
    return "blocked" if kind in _REFUSALS else "broken"


def stopped(state: SourceState) -> bool:
    """Whether nobody asks it any more by itself, since it said that it is gone."""
    failure = state.outcome.failure if state.outcome else None
    return failure is not None and failure.kind == "gone" and state.next_check_at is None


def order_of(state: SourceState) -> tuple[int, str]:
    """Where a source stands among others: those that are ill first, then by name."""
    return _ORDER.index(stands(state)), state.name


def brief(moment: datetime | None, now: datetime) -> str:
    """How far a moment is from now, before or after it: "12 min", "3 h", "40 d"."""
    if moment is None:
        return "–"
    minutes = int(abs((moment - now).total_seconds()) // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def faults_of(state: SourceState) -> tuple[Fault, ...]:
    """What was wrong when it was last refreshed."""
    if state.outcome is None:
        return ()
    failure = (state.outcome.failure,) if state.outcome.failure else ()
    return (*failure, *state.outcome.faults)


def print_in_full(app: App, state: SourceState, now: datetime) -> None:
    """All that there is to be said of one source."""
    from feeder.logs import printable

    typer.echo(printable(f"{state.name}: {state.title}"))
    for word, told in _facts(state, now):
        typer.echo(printable(f"  {word:<10} {told}"))
    _print_transitions(app, state)
    _print_runs(app.store.runs(state.name, RUNS_SHOWN))
    for fault in faults_of(state):
        print_fault(place_of(state.name, fault), fault.message, fault.advice)
    for batch in app.store.quarantine("held"):
        if batch.source == state.name:
            print_batch(batch)
    for hint in state.outcome.hints if state.outcome else ():
        print_fault(state.name, hint, "")


def print_batch(batch: Quarantined) -> None:
    """A batch of articles that is held back, why, and what to do."""
    reasons = "; ".join(reason.message for reason in batch.reasons)
    only_you = any(reason.is_intrinsic for reason in batch.reasons)
    print_fault(
        f"{batch.source}: quarantine {batch.id}",
        f"{batch.articles} articles are held back: {reasons}",
        f"feeder quarantine release {batch.id}, or drop {batch.id}"
        + ("" if only_you else "; it ends by itself when the next refreshes confirm it"),
    )


def _facts(state: SourceState, now: datetime) -> list[tuple[str, str]]:
    told = [("state", stands(state)), ("entries", str(state.entries))]
    if begun := since(state):
        told[0] = ("state", f"{stands(state)}, since {_ago(begun, now)}")
    if state.failing_since:
        told.append(
            ("failures", f"{state.failures} in a row, since {_ago(state.failing_since, now)}")
        )
    if state.last_success:
        told.append(("last good", _ago(state.last_success, now)))
    told.append(("next", _next(state, now)))
    return told


def is_asked_for(state: SourceState) -> bool:
    """Whether somebody asked for it, and nobody has come to it yet."""
    from feeder.store.claims import ASKED  # which needs SQLAlchemy

    return state.next_check_at == ASKED


def _next(state: SourceState, now: datetime) -> str:
    if state.leased_until is not None and state.leased_until > now:
        return "it is being refreshed now"
    if stands(state) == "paused":
        return f"when it is no longer paused: feeder resume {state.name}"
    if stopped(state):
        return "stopped, since it says that it is gone; feeder refresh asks once more"
    if state.next_check_at is None:
        return "when you refresh it"
    if is_asked_for(state):
        return "now, since somebody asked for it"
    if state.next_check_at <= now:
        return "due"
    when = f"{_minute(state.next_check_at)} (in {brief(state.next_check_at, now)})"
    return f"{when}: {state.because}" if state.because else when


def _ago(moment: datetime, now: datetime) -> str:
    return f"{_minute(moment)} ({brief(moment, now)} ago)"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}Z"


def _print_transitions(app: App, state: SourceState) -> None:
    for told in app.store.transitions(state.name, TRANSITIONS_SHOWN):
        print_fault(f"  {_minute(told.at)} {told.becomes}", told.reason, told.advice)


def _print_runs(runs: list[Outcome]) -> None:
    from feeder.cli.tables import print_table

    if runs:
        head = ("refreshed", "found", "new", "changed", "faults", "ended")
        print_table(head, [_run(run) for run in runs])


def _run(run: Outcome) -> tuple[object, ...]:
    ended = run.failure.kind if run.failure else "well"
    return _minute(run.started), run.found, run.new, run.changed, len(run.faults), ended
