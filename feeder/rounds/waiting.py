"""What other processes do of a round: waited for, and its outcome taken over."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import UTC, datetime
from itertools import count

from feeder.models import SourceState
from feeder.refresh.job import LEASE
from feeder.rounds.refreshing import Round
from feeder.store.claims import ASKED

LOOK_AGAIN_SECONDS = 0.2
"""Between two looks at whether another process has ended a refresh that we wait for."""
LOOKS_FOR_THE_DEAD = 25
"""Looks after which we try to claim what we wait for: that writes, and so it is done rarely."""

SERVICE_SECONDS = 10.0
"""For the service to begin with what it was asked for. It may have all hands full, know a source
not yet, or hang: what it has not begun by then we do ourselves."""


def left_by_the_service(
    round_: Round, names: Collection[str], started: datetime, *, force: bool
) -> set[str]:
    """Ask the service to refresh these sources, and take over the outcomes.

    Returns:
        Those that it did not refresh, those that wait after a failure among them.
    """
    store = round_.app.store
    asked = set(store.ask(names, started, force=force))
    left, ends = set(names), time.monotonic() + SERVICE_SECONDS
    while True:
        states = [state for state in store.states() if state.name in left]
        for state in states:
            if state.outcome is not None and state.outcome.started >= started:
                left.discard(state.name)
                round_.done(state.outcome)
        under_way = {state.name for state in states if _is_leased(state)}
        asked |= under_way
        idle = {state.name for state in states if state.name in left - under_way}
        # What was under way when it was asked for had looked before.
        again = [s.name for s in states if s.name in idle & asked and s.next_check_at != ASKED]
        if again:
            store.ask(again, datetime.now(UTC), force=True)
        late = time.monotonic() > ends or not store.is_served(datetime.now(UTC))
        if not left & (under_way if late else asked):
            return left
        round_.wait(LOOK_AGAIN_SECONDS)


def _is_leased(state: SourceState) -> bool:
    return state.leased_until is not None and state.leased_until > datetime.now(UTC)


def wait_for_others(
    round_: Round, names: Collection[str], started: datetime, *, force: bool
) -> None:
    """Take over the outcomes of refreshes that other processes have under way."""
    waiting = set(names)
    for look in count(1) if waiting else ():
        states = {state.name: state for state in round_.app.store.states()}
        for name in sorted(waiting):
            state = states[name]
            if _is_leased(state):
                continue
            waiting.discard(name)
            if state.outcome is not None and state.outcome.started >= started:
                round_.done(state.outcome)
            else:  # it backs off, its holder died, or it looked before we were asked to
                store, now = round_.app.store, datetime.now(UTC)
                round_.refresh(store.claim(now, LEASE, names=[name], force=force))
        if waiting and look % LOOKS_FOR_THE_DEAD == 0:  # claiming finds out whose holder has died
            free = round_.app.store.claim(datetime.now(UTC), LEASE, names=waiting, force=force)
            waiting -= {lease.source for lease in free}
            round_.refresh(free)
        if not waiting:
            return
        round_.wait(LOOK_AGAIN_SECONDS)
