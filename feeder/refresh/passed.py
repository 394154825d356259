"""What a part of a refresh brought, and what of it may be put on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from feeder.changes.decide import Decision
from feeder.changes.identity import Reading
from feeder.models import Change, Fault, Key, Known, Resource
from feeder.store.quarantine import Guarded


class Reached(NamedTuple):
    """What a part of a refresh brought, before it is judged."""

    readings: Sequence[Reading]
    decision: Decision
    known: Mapping[Key, Known]
    resources: Sequence[Resource]
    listed: Mapping[str, str]
    """What the listing calls the articles that it shows, by address."""


class Passed(NamedTuple):
    """What may be put on record of it, and what is noted of the rest."""

    changes: Sequence[Change]
    resources: Sequence[Resource]
    noted: Guarded | None = None
    faults: Sequence[Fault] = ()
    copies: Sequence[tuple[str, str]] = ()
    held: int = 0
    """How many articles wait for a decision."""


def passing(reached: Reached) -> Passed:
    """All of it."""
    decision = reached.decision
    return Passed(decision.changes, reached.resources, copies=decision.copies)
