"""`feeder status`: every source, how it is, and what is to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feeder.cli import completing
from feeder.cli.fares import (
    brief,
    faults_of,
    is_asked_for,
    order_of,
    print_batch,
    print_in_full,
    since,
    stands,
    stopped,
)
from feeder.cli.options import AsJson, ConfigPath
from feeder.cli.shown import place_of, print_fault
from feeder.cli.untold import print_untold, untold_as_data

if TYPE_CHECKING:
    from feeder.app import App
    from feeder.models import Fault, SourceState
    from feeder.store.quarantine import Quarantined

FAULTS_SHOWN = 3
"""Faults of one source in the list of all; the rest is with its name."""

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="One source, in full.",
        show_default=False,
        autocompletion=completing.sources,
    ),
]


def status(
    ctx: typer.Context, name: Name = None, as_json: AsJson = False, config: ConfigPath = None
) -> None:
    """Show how each source is, and what to do where one fails.

    That is: its condition and since when, how many entries are on record, what was wrong when it
    was last read, and when it is due; those that are ill come first. After them stands what hubs
    and alarms are still to be told. It never waits for a refresh that is under way.

    Examples: `feeder status`, `feeder status harbour-news`, `feeder status --json`
    """
    from feeder.app import load, open_app

    with open_app(load(config or ctx.obj)) as app:
        states = _wanted(app.store.states(), name)
        if as_json:
            _print_json(app, states, in_full=name is not None)
        elif name is not None:
            print_in_full(app, states[0], datetime.now(UTC))
        else:
            _print_plain(app, states, datetime.now(UTC))
        if not as_json:
            _print_notes(app, {state.name for state in states})


def _wanted(states: list[SourceState], name: str | None) -> list[SourceState]:
    from difflib import get_close_matches

    from feeder.errors import UnknownSourceError

    found = [state for state in states if name in (None, state.name)]
    if name is not None and not found:
        near = get_close_matches(name, [state.name for state in states], n=1)
        hint = f"did you mean {near[0]}?" if near else "feeder status shows all there are"
        raise UnknownSourceError(f"no source is called {name!r}", advice=hint)
    return found


def _print_json(app: App, states: list[SourceState], *, in_full: bool) -> None:
    import json

    data: dict[str, Any] = {
        "sources": [_as_data(state) | (_history(app, state) if in_full else {}) for state in states]
    }
    data["feeds"] = [
        {"name": feed.name, "sources": [s.name for s in app.settings.sources_of(feed)]}
        for feed in app.settings.feeds
    ]
    names = {state.name for state in states}
    held = [batch for batch in app.store.quarantine("held") if batch.source in names]
    data["quarantine"] = [_batch_as_data(batch) for batch in held]
    data["untold"] = untold_as_data(app.store.undelivered())
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _as_data(state: SourceState) -> dict[str, Any]:
    from feeder.cli.refresh import outcome_as_data

    return {
        "name": state.name,
        "title": state.title,
        "state": state_of(state),
        "condition": stands(state),
        "condition_since": _when(state.condition_since),
        "entries": state.entries,
        "failures": state.failures,
        "failing_since": _when(state.failing_since),
        "last_success": _when(state.last_success),
        "next_check_at": _when(state.next_check_at),
        "because": state.because,
        "is_asked_for": is_asked_for(state),
        "paused_at": _when(state.paused_at),
        "unchanged": state.unchanged,
        "outcome": outcome_as_data(state.outcome) if state.outcome else None,
    }


def _history(app: App, state: SourceState) -> dict[str, Any]:
    from dataclasses import asdict

    from feeder.cli.fares import RUNS_SHOWN, TRANSITIONS_SHOWN
    from feeder.cli.refresh import outcome_as_data

    told = app.store.transitions(state.name, TRANSITIONS_SHOWN)
    return {
        "runs": [outcome_as_data(run) for run in app.store.runs(state.name, RUNS_SHOWN)],
        "transitions": [
            asdict(one) | {"at": _when(one.at), "was_since": _when(one.was_since)} for one in told
        ],
    }


def _batch_as_data(batch: Quarantined) -> dict[str, Any]:
    return {
        "id": batch.id,
        "source": batch.source,
        "first_seen": _when(batch.first_seen),
        "last_seen": _when(batch.last_seen),
        "articles": batch.articles,
        "reasons": [reason.message for reason in batch.reasons],
    }


def state_of(state: SourceState) -> str:
    """A source's state in a word, as its last refresh alone tells it."""
    if not state.enabled:
        return "off"
    if state.failures:
        return "stopped" if stopped(state) else "failing"
    return "ok" if state.last_success else "new"


def _print_plain(app: App, states: list[SourceState], now: datetime) -> None:
    from feeder.cli.tables import print_table

    states = sorted(states, key=order_of)
    head = ("source", "state", "since", "entries", "faults", "last good", "next")
    print_table(head, [_row(state, now) for state in states])
    counts = Counter(stands(state) for state in states)
    if len(states) > 1:
        typer.echo(", ".join(f"{count} {word}" for word, count in counts.items()))
    for state in states:
        _print_what_is_wrong(app, state)
    for batch in app.store.quarantine("held"):
        print_batch(batch)
    print_untold(app.store.undelivered(), now)


def _row(state: SourceState, now: datetime) -> Sequence[object]:
    if is_asked_for(state) or (state.leased_until is not None and state.leased_until > now):
        due = "now"
    elif stands(state) == "paused":
        due = "–"
    elif stopped(state):
        due = "stopped"
    else:
        due = brief(state.next_check_at, now)
    faults = len(faults_of(state))
    begun, good = brief(since(state), now), brief(state.last_success, now)
    return (state.name, stands(state), begun, state.entries, faults, good, due)


def _print_what_is_wrong(app: App, state: SourceState) -> None:
    faults = faults_of(state)
    for fault in faults[:FAULTS_SHOWN]:
        _print_fault(state, fault)
    if len(faults) > FAULTS_SHOWN:
        typer.echo(f"{state.name}: {len(faults) - FAULTS_SHOWN} more: feeder status {state.name}")
    if not faults and state.condition not in ("ok", None) and state.enabled:
        for told in app.store.transitions(state.name, 1):
            print_fault(f"{state.name}: {told.becomes}", told.reason, told.advice)
    for hint in state.outcome.hints if state.outcome else ():
        print_fault(state.name, hint, "")


def _print_fault(state: SourceState, fault: Fault) -> None:
    since = f" (since {state.failing_since:%Y-%m-%d %H:%M}Z)" if state.failing_since else ""
    print_fault(place_of(state.name, fault), f"{fault.message}{since}", fault.advice)


def _print_notes(app: App, names: set[str]) -> None:
    for source in app.settings.sources:
        for note in source.notes if source.name in names else ():
            typer.echo(f"{source.name}: {note}")
