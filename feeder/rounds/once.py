"""One round for the command line; the scheduler does the same steps at each tick.

Another process may be doing them too. What it holds is waited for, and its outcome reported.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches

from feeder.app import App
from feeder.errors import FeederError, UnforeseenError, UnknownSourceError
from feeder.models import Outcome
from feeder.refresh.job import LEASE
from feeder.rounds.publishing import (
    PublishedFeed,
    back_up,
    begun_feeds,
    list_feeds,
    publish_feeds,
    retire_feeds,
)
from feeder.rounds.refreshing import Round, Wait
from feeder.rounds.waiting import left_by_the_service, wait_for_others

TELLING_SECONDS = 5.0
"""For hubs and people to be told what happened; what takes longer is told by the next run."""


@dataclass(frozen=True)
class Report:
    """What one round did. `skipped` are sources that wait after a failure, `paused` those that wait
    for a person."""

    outcomes: tuple[Outcome, ...] = ()
    published: tuple[PublishedFeed, ...] = ()
    errors: tuple[FeederError, ...] = ()
    skipped: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all good; 1 some source or output failed; 3 a lock was not to be had."""
        met = any(outcome.failure or _met_a_bug(outcome) for outcome in self.outcomes)
        failed = met or bool(self.skipped)  # they fail still, as far as anybody knows
        codes = {error.exit_code for error in self.errors}
        return max(codes | {1}) if failed or codes else 0


def _met_a_bug(outcome: Outcome) -> bool:
    return any(fault.kind == UnforeseenError.kind for fault in outcome.faults)


def refresh_once(
    app: App,
    names: Collection[str] = (),
    *,
    due_only: bool = False,
    force: bool = False,
    wait: Wait = time.sleep,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> Report:
    """Refresh all sources that are not paused, or those named, and publish every feed.

    Where a service of this machine keeps them fresh, it is asked to do it now.

    Raises:
        UnknownSourceError: a name is no enabled source's.
        StateError: the database cannot be used.
    """
    wanted = checked_names(app, names)
    paused = {state.name for state in app.store.states() if state.paused_at is not None}
    left_out = set() if names or due_only else wanted & paused
    wanted -= left_out
    started = datetime.now(UTC)
    round_ = Round(app, wait, on_outcome)
    ours = wanted
    if not due_only and app.store.is_served(started):
        ours = left_by_the_service(round_, wanted - paused, started, force=force)
        ours |= wanted & paused
    leases = app.store.claim(started, LEASE, names=ours, due_only=due_only, force=force)
    round_.refresh(leases)
    if not due_only:
        others = ours - {lease.source for lease in leases}
        wait_for_others(round_, others, started, force=force)
    seen = {outcome.source for outcome in round_.outcomes}
    skipped = () if due_only else tuple(sorted(wanted - seen))
    retire_feeds(app)
    published, errors = publish_feeds(app, begun_feeds(app))
    errors = [*round_.errors, *errors, *list_feeds(app)]
    if any(outcome.new or outcome.changed for outcome in round_.outcomes):
        errors += back_up(app)
    app.teller.tell(TELLING_SECONDS)
    return Report(
        tuple(round_.outcomes), tuple(published), tuple(errors), skipped, tuple(sorted(left_out))
    )


def checked_names(app: App, names: Collection[str]) -> set[str]:
    """The sources of these names, or all that are enabled.

    Raises:
        UnknownSourceError: a name is no enabled source's.
    """
    for name in names:
        if name not in app.jobs:
            near = get_close_matches(name, app.jobs, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(app.jobs)}"
            raise UnknownSourceError(f"no source is called {name!r}", advice=hint)
    return set(names or app.jobs)
