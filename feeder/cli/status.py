"""`feeder status`: every source, how it is, and what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from feeder.cli.options import AsJson, ConfigPath
from feeder.cli.shown import place_of, print_fault

if TYPE_CHECKING:
    from feeder.app import App
    from feeder.models import Fault, SourceState


def status(ctx: typer.Context, as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Show how each source is, and what to do where one fails.

    That is: how many entries are on record, what was wrong when it was last read and since when,
    and when it is due. It never waits for a refresh that is under way.

    Examples: `feeder status`, `feeder status --json`
    """
    from feeder.app import load, open_app

    with open_app(load(config or ctx.obj)) as app:
        states = app.store.states()
        if as_json:
            _print_json(app, states)
        else:
            _print_plain(states)
            for source in app.settings.sources:
                for note in source.notes:
                    typer.echo(f"{source.name}: {note}")


def _print_json(app: App, states: list[SourceState]) -> None:
    import json

    data = {
        "sources": [_as_data(state) for state in states],
        "feeds": [
            {"name": feed.name, "sources": [s.name for s in app.settings.sources_of(feed)]}
            for feed in app.settings.feeds
        ],
    }
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _as_data(state: SourceState) -> dict[str, Any]:
    from feeder.cli.refresh import outcome_as_data

    def when(moment: Any) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "name": state.name,
        "title": state.title,
        "state": state_of(state),
        "entries": state.entries,
        "failures": state.failures,
        "failing_since": when(state.failing_since),
        "last_success": when(state.last_success),
        "next_check_at": when(state.next_check_at),
        "outcome": outcome_as_data(state.outcome) if state.outcome else None,
    }


def state_of(state: SourceState) -> str:
    """A source's state in a word."""
    if not state.enabled:
        return "off"
    if state.failures:
        gone = state.outcome and state.outcome.failure and state.outcome.failure.kind == "gone"
        return "stopped" if gone and state.next_check_at is None else "failing"
    return "ok" if state.last_success else "new"


def _print_plain(states: list[SourceState]) -> None:
    from feeder.cli.tables import print_table

    def minute(moment: Any) -> str:
        return f"{moment:%Y-%m-%d %H:%M}Z" if moment else "–"

    rows = [
        (
            state.name,
            state_of(state),
            state.entries,
            len(_faults(state)),
            minute(state.last_success),
            "now" if state.leased_until else minute(state.next_check_at),
        )
        for state in states
    ]
    print_table(("source", "state", "entries", "faults", "last good", "next"), rows)
    for state in states:
        for fault in _faults(state):
            _print_fault(state, fault)
        for hint in state.outcome.hints if state.outcome else ():
            print_fault(state.name, hint, "")


def _faults(state: SourceState) -> tuple[Fault, ...]:
    if state.outcome is None:
        return ()
    failure = (state.outcome.failure,) if state.outcome.failure else ()
    return (*failure, *state.outcome.faults)


def _print_fault(state: SourceState, fault: Fault) -> None:
    since = f" (since {state.failing_since:%Y-%m-%d %H:%M}Z)" if state.failing_since else ""
    print_fault(place_of(state.name, fault), f"{fault.message}{since}", fault.advice)
