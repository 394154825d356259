"""Which of the articles that a source lists are read, and which are as they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from feeder.models import Candidate, Resource, Validators

AT_THE_TOP = 3
"""Articles of a page one of which its feed must have: one or two may be pinned there."""


class Pick(NamedTuple):
    """A candidate to be read, and what is remembered of it, if it was met before."""

    candidate: Candidate
    resource: Resource | None = None


class Picked(NamedTuple):
    """What is to be read, and what is remembered of all that is as it was."""

    fresh: list[Pick]
    standing: list[Resource]


def resource_address(candidate: Candidate) -> str:
    """What a candidate is remembered by: on the web the form that all its links have in common."""
    return next((key.value for key in candidate.keys if key.kind == "url"), candidate.address)


def worth_reading(
    candidates: Iterable[Candidate],
    resources: Mapping[str, Resource],
    due: Sequence[Resource] = (),
    *,
    now: datetime,
) -> Picked:
    """The candidates that are not as they were when they were last read, in their order.

    After them come those of `due`, which are no longer listed and whose time has come. What is
    standing keeps its fault until it changes.
    """
    picked = Picked([], [])
    met = set[str]()
    for candidate in candidates:
        address = resource_address(candidate)
        if address in met:
            continue
        met.add(address)
        resource = resources.get(address)
        if resource is None or shown_by(resource) != candidate.validators or is_due(resource, now):
            picked.fresh.append(Pick(candidate, resource))
        else:
            picked.standing.append(resource)
    picked.fresh.extend(
        Pick(resource.candidate, resource)
        for resource in due
        if resource.candidate is not None and resource.address not in met
    )
    return picked


class Beginning(NamedTuple):
    """What is taken of a source that is met for the first time, and what is no news any more."""

    taken: list[Candidate]
    passed: list[Candidate]


def beginning(candidates: Sequence[Candidate], most: int) -> Beginning:
    """The newest articles of a source, in the order in which it lists them.

    What stood there for weeks is no news: readers take all of it for unread, or drop it. What tells
    no date stands where the source put it: those of one list are mostly in their order.
    """
    if len(candidates) <= most:
        return Beginning([*candidates], [])
    dates = [one.facts.published or one.modified for one in candidates]
    places = sorted(range(len(candidates)), key=lambda place: _age(dates[place], place))
    newest = set(places[:most])
    told = Beginning([], [])
    for place, candidate in enumerate(candidates):
        (told.taken if place in newest else told.passed).append(candidate)
    return told


def _age(date: datetime | None, place: int) -> tuple[bool, float, int]:
    return (date is None, -date.timestamp() if date else 0.0, place)


def shown_by(resource: Resource) -> Validators:
    """The validators that its listing showed when it was last read."""
    return resource.candidate.validators if resource.candidate else resource.validators


def is_due(resource: Resource, now: datetime) -> bool:
    """Whether its page is to be asked for (again) by now."""
    return resource.look_at is not None and resource.look_at <= now


def agree(candidates: Sequence[Candidate], others: Sequence[Candidate]) -> bool:
    """Whether a listing tells what a page shows: half of the shorter one is in the other.

    A site's feed may tell more than one of its pages shows, or less, and one of another section
    tells other things; one that stands still lacks what stands at the top of the page. Where the
    page shows nothing, the other is all that there is.
    """
    if not candidates or not others:
        return bool(others)
    here = dict.fromkeys(map(resource_address, candidates))
    there = set(map(resource_address, others))
    is_current = not there.isdisjoint(list(here)[:AT_THE_TOP])
    return is_current and 2 * len(there.intersection(here)) >= min(len(here), len(there))
