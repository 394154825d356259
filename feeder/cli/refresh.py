"""`feeder refresh`: sources brought up to date, once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feeder.cli.options import AsJson, ConfigPath, Names, Quiet
from feeder.cli.progress import Step, progress
from feeder.cli.shown import place_of, print_fault, short

if TYPE_CHECKING:
    from feeder.models import Outcome
    from feeder.rounds.once import Report
    from feeder.rounds.publishing import PublishedFeed

FEEDS_SHOWN = 5
"""Feeds whose newest titles are shown; the table names all."""
FAULTS_SHOWN = 10
"""Faults shown of each source; `--json` and `feeder status` have all of them."""


def refresh(
    ctx: typer.Context,
    names: Names = None,
    due: Annotated[bool, typer.Option("--due", help="Only the sources that are due.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also those that wait after failures.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Bring sources up to date and publish their feeds.

    All sources, or those named; without --force not those that wait after a failure. What has not
    changed is not read again.

    Examples: `feeder refresh`, `feeder refresh news --force`, `feeder refresh --due --quiet`
    """
    from feeder.app import load, open_app
    from feeder.rounds.once import refresh_once

    with open_app(load(config or ctx.obj)) as app:
        total = None if due else len(names or app.jobs)
        with progress("Refreshing", total, shown=not (quiet or as_json)) as step:
            report = refresh_once(
                app, names or (), due_only=due, force=force, on_outcome=partial(_told, step)
            )
        if as_json:
            _print_json(report)
        else:
            _print_plain(report, quiet=quiet)
    raise typer.Exit(report.exit_code)


def _told(step: Step, outcome: Outcome) -> None:
    step(outcome.source, new=outcome.new, failed=outcome.failure is not None)


def _print_json(report: Report) -> None:
    import json

    typer.echo(json.dumps(as_data(report), ensure_ascii=False, indent=2))


def as_data(report: Report) -> dict[str, Any]:
    """A report as plain values for JSON. Keys are part of the interface; they only get more."""
    return {
        "sources": [outcome_as_data(outcome) for outcome in report.outcomes],
        "feeds": [_published_as_data(published) for published in report.published],
        "faults": [{"message": e.message, "advice": e.advice} for e in report.errors],
        "skipped": list(report.skipped),
        "paused": list(report.paused),
        "exit": report.exit_code,
    }


def outcome_as_data(outcome: Outcome) -> dict[str, Any]:
    """One outcome as plain values for JSON."""
    from dataclasses import asdict

    data = asdict(outcome)
    data["started"] = outcome.started.isoformat()
    data["ended"] = outcome.ended.isoformat()
    return data


def _published_as_data(published: PublishedFeed) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "name": published.feed,
        "path": str(published.path) if published.path else None,
        "url": published.url,
        "entries": published.entries,
        "size": published.size,
        "written": published.written,
        "newest": list(published.newest),
        "faults": [asdict(fault) for fault in published.faults],
    }


def _print_plain(report: Report, *, quiet: bool) -> None:
    if not quiet:
        _print_outcomes(report)
    for outcome in report.outcomes:
        _print_faults(outcome, quiet=quiet)
    for name in report.skipped:
        typer.echo(f"{name}: not refreshed, it waits after failures (see feeder status, --force)")
    for name in () if quiet else report.paused:
        typer.echo(f"{name}: not refreshed, it is paused (see feeder resume)")
    for error in report.errors:
        print_fault("publishing", error.message, error.advice)
    for first, *_ in _by_feed(report.published):
        for fault in first.faults:
            print_fault(place_of(first.feed, fault), fault.message, fault.advice)
    if not quiet:
        _print_feeds(report)


def _print_outcomes(report: Report) -> None:
    from feeder.cli.tables import print_table

    names: dict[str, list[str]] = {}
    for documents in _by_feed(report.published):
        for source in documents[0].sources:
            names.setdefault(source, []).append(_names(documents))
    rows = [_row(outcome, names.get(outcome.source, [])) for outcome in report.outcomes]
    print_table(("source", "found", "new", "changed", "dropped", "faults", "feed"), rows)


def _by_feed(published: Sequence[PublishedFeed]) -> list[list[PublishedFeed]]:
    """The documents of each feed, that of its first format first."""
    feeds: dict[str, list[PublishedFeed]] = {}
    for document in published:
        feeds.setdefault(document.feed, []).append(document)
    return list(feeds.values())


def _names(documents: Sequence[PublishedFeed]) -> str:
    """What a feed's documents are called: "news.atom, .html". Paths stand below the table."""
    names = [PurePosixPath(one.path or one.url) for one in documents]
    return ", ".join([names[0].name, *(name.suffix for name in names[1:])])


def _place(document: PublishedFeed) -> str:
    return short(document.path) if document.path else document.url


def _row(outcome: Outcome, feeds: Sequence[str]) -> tuple[str | int, ...]:
    return (
        outcome.source,
        outcome.found,
        outcome.new,
        outcome.changed,
        outcome.dropped,
        len(outcome.faults) + (outcome.failure is not None),
        ", ".join(feeds),
    )


def _print_faults(outcome: Outcome, *, quiet: bool) -> None:
    if outcome.failure:
        print_fault(outcome.source, outcome.failure.message, outcome.failure.advice)
    for fault in outcome.faults[:FAULTS_SHOWN]:
        print_fault(place_of(outcome.source, fault), fault.message, fault.advice)
    if len(outcome.faults) > FAULTS_SHOWN:
        typer.echo(f"{outcome.source}: and {len(outcome.faults) - FAULTS_SHOWN} more (--json)")
    if quiet:
        return
    _print_waiting(outcome)
    for hint in outcome.hints:
        print_fault(outcome.source, hint, "")


def _print_waiting(outcome: Outcome) -> None:
    """Files that are still being written to, and how many pages there was no time for."""
    pages = sum("://" in address for address in outcome.waiting)
    if pages:
        what = "1 article is" if pages == 1 else f"{pages} articles are"
        print_fault(outcome.source, f"{what} left to the next refreshes", "")
    for address in outcome.waiting:
        if "://" not in address:
            message = f"{address} is still being written to"
            print_fault(outcome.source, message, "the next run has it")


def _print_feeds(report: Report) -> None:
    """A few of the feeds that this was about, those first that have something new."""
    refreshed = {outcome.source for outcome in report.outcomes}
    feeds = [(any(one.written for one in each), each) for each in _by_feed(report.published)]
    about = [(new, each) for new, each in feeds if new or refreshed.intersection(each[0].sources)]
    about.sort(key=lambda feed: not feed[0])
    for _, documents in about[:FEEDS_SHOWN]:
        _print_feed(documents)
    if len(about) > FEEDS_SHOWN:
        typer.echo(f"\n{len(about)} feeds, {sum(new for new, _ in about)} of them written")


def _print_feed(documents: Sequence[PublishedFeed]) -> None:
    from feeder.logs import printable

    typer.echo()
    for one in documents:
        entries = "1 entry" if one.entries == 1 else f"{one.entries} entries"
        state = "written" if one.written else "unchanged"
        typer.echo(f"{_place(one)}  ({entries}, {one.size / 1000:.0f} kB, {state})")
    published = documents[0]
    for title in published.newest:
        typer.echo(f"  • {printable(title)}")
    if published.entries > len(published.newest):
        typer.echo(f"  … and {published.entries - len(published.newest)} more")
