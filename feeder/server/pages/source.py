"""The page of one source: how it is and was, what it gave, and what was left out of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from starlette.responses import Response

from feeder.models import Dropped
from feeder.server.pages.answering import Visit, missing, page
from feeder.server.pages.fares import Row, due, faults_of, grouped
from feeder.store.browsing import Brief, Place

OUTCOMES_SHOWN = 20
RUNS_SHOWN = 100
TRANSITIONS_SHOWN = 20
ENTRIES_SHOWN = 20
BATCHES_SHOWN = 10
DROPPED_FROM = 10
"""Newest entries whose provenance is looked at: what is dropped from these is dropped from all."""
RULES_SHOWN = 20


class Step(NamedTuple):
    """What one step of the cleaner dropped."""

    step: str
    number: int
    rules: list[tuple[str, int, str]]


def show(visit: Visit) -> Response:
    """The page of the source that the path names."""
    name = visit.request.path_params["name"]
    store = visit.app.store
    found = store.seen_as(name)
    if found is None:
        return missing(visit, "source")
    batches = store.quarantined(name)
    held = sum(batch.status == "held" for batch in batches)
    runs = store.recent_runs([name], RUNS_SHOWN).get(name, ())
    entries = _entries(visit, name)
    state = found.state
    return page(
        visit,
        "source.html",
        title=state.title,
        events=True,
        row=Row(found, due(state, visit.now), runs, held, faults_of(state)),
        feeds=visit.app.feeds_by_source.get(name, ()),
        faults=grouped(faults_of(state)),
        hints=state.outcome.hints if state.outcome else (),
        outcomes=store.runs(name, OUTCOMES_SHOWN),
        batches=batches[:BATCHES_SHOWN],
        entries=entries[:ENTRIES_SHOWN],
        older=entries[ENTRIES_SHOWN - 1].id if len(entries) > ENTRIES_SHOWN else "",
        dropped=steps(store.dropped_of(name, DROPPED_FROM)),
        looked_at=min(DROPPED_FROM, state.entries),
        transitions=store.transitions(name, TRANSITIONS_SHOWN),
    )


def _entries(visit: Visit, name: str) -> list[Brief]:
    """A page of its entries, and one more if there are older ones; without what they say."""
    store = visit.app.store
    given = visit.asked("before", 2000)
    last = store.entry(given) if given else None
    before = Place(last.published, last.id) if last is not None else None
    return store.browser.entries([name], limit=ENTRIES_SHOWN + 1, before=before)


def steps(dropped: Sequence[Dropped]) -> list[Step]:
    """What was dropped by each step and rule, the most frequent first, with an example."""
    counted = Counter((one.step, one.rule) for one in dropped)
    examples = {(one.step, one.rule): one.text for one in reversed(dropped)}
    by_step = Counter(one.step for one in dropped)
    return [
        Step(
            step,
            number,
            [
                (rule, times, examples[its, rule])
                for (its, rule), times in counted.most_common()
                if its == step
            ][:RULES_SHOWN],
        )
        for step, number in by_step.most_common()
    ]
