"""`feeder refresh`: sources brought up to date, once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feeder.cli.options import AsJson, ConfigPath, Names
from feeder.cli.shown import place_of, print_fault, short

if TYPE_CHECKING:
    from feeder.models import Outcome
    from feeder.rounds import PublishedFeed, Report

FEEDS_SHOWN = 5
"""Feeds whose newest titles are shown; the table has the paths of all."""
FAULTS_SHOWN = 10
"""Faults shown of each source; `--json` and `feeder status` have all of them."""


def refresh(
    ctx: typer.Context,
    names: Names = None,
    due: Annotated[bool, typer.Option("--due", help="Only the sources that are due.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also those that wait after failures.")
    ] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Bring sources up to date and publish their feeds.

    All sources, or those named; without --force not those that wait after a failure. What has not
    changed is not read again.

    Examples: `feeder refresh`, `feeder refresh news --force`, `feeder refresh --due --json`
    """
    from feeder.app import load, open_app
    from feeder.rounds import refresh_once

    with open_app(load(config or ctx.obj)) as app:
        with _progress(len(names or app.jobs), shown=not as_json) as advance:
            report = refresh_once(app, names or (), due_only=due, force=force, on_outcome=advance)
        if as_json:
            _print_json(report)
        else:
            _print_plain(report)
    raise typer.Exit(report.exit_code)


@contextmanager
def _progress(total: int, *, shown: bool) -> Iterator[Callable[[Outcome], None]]:
    """A bar on a terminal; on a pipe nothing, since the log tells it line by line."""
    if not shown or not sys.stderr.isatty():
        yield lambda outcome: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Refreshing", total=total)
        yield lambda outcome: bar.update(task, advance=1, description=outcome.source)


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
        "path": str(published.path),
        "url": published.url,
        "entries": published.entries,
        "size": published.size,
        "written": published.written,
        "newest": list(published.newest),
        "faults": [asdict(fault) for fault in published.faults],
    }


def _print_plain(report: Report) -> None:
    from feeder.cli.tables import print_table

    paths: dict[str, list[str]] = {}
    for feed in report.published:
        for source in feed.sources:
            paths.setdefault(source, []).append(short(feed.path))
    rows = [_row(outcome, paths.get(outcome.source, [])) for outcome in report.outcomes]
    print_table(("source", "found", "new", "changed", "dropped", "faults", "feed"), rows)
    for outcome in report.outcomes:
        _print_faults(outcome)
    for name in report.skipped:
        typer.echo(f"{name}: not refreshed, it waits after failures (see feeder status, --force)")
    for error in report.errors:
        print_fault("publishing", error.message, error.advice)
    for feed in report.published:
        for fault in feed.faults:
            print_fault(place_of(feed.feed, fault), fault.message, fault.advice)
    _print_feeds(report)


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


def _print_faults(outcome: Outcome) -> None:
    if outcome.failure:
        print_fault(outcome.source, outcome.failure.message, outcome.failure.advice)
    for fault in outcome.faults[:FAULTS_SHOWN]:
        print_fault(place_of(outcome.source, fault), fault.message, fault.advice)
    if len(outcome.faults) > FAULTS_SHOWN:
        typer.echo(f"{outcome.source}: and {len(outcome.faults) - FAULTS_SHOWN} more (--json)")
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
    about = [f for f in report.published if f.written or refreshed.intersection(f.sources)]
    for feed in sorted(about, key=lambda feed: not feed.written)[:FEEDS_SHOWN]:
        _print_feed(feed)
    if len(about) > FEEDS_SHOWN:
        typer.echo(f"\n{len(about)} feeds, {sum(feed.written for feed in about)} of them written")


def _print_feed(published: PublishedFeed) -> None:
    from feeder.logs import printable

    entries = "1 entry" if published.entries == 1 else f"{published.entries} entries"
    state = "written" if published.written else "unchanged"
    typer.echo(f"\n{short(published.path)}  ({entries}, {published.size / 1000:.0f} kB, {state})")
    for title in published.newest:
        typer.echo(f"  • {printable(title)}")
    if published.entries > len(published.newest):
        typer.echo(f"  … and {published.entries - len(published.newest)} more")
