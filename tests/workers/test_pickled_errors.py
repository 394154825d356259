"""Errors cross from one process to another whole."""

from __future__ import annotations

import copy
import inspect
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from feeder import errors

FORESEEN = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.FeederError)
]
VALUES: dict[str, Any] = {
    "message": "what happened",
    "faults": [errors.ConfigFault("a.toml", 1, 2, "key", "is wrong")],
    "advice": "what to do",
    "wall": "consent",
    "status": 429,
    "body": b"beginning",
    "until": datetime(2026, 1, 2, tzinfo=UTC),
    "line": 3,
    "networks": ("10.0.0.0/8",),
}


def whole(kind: type[errors.FeederError]) -> errors.FeederError:
    """An error with a value of its own for all that its class takes."""
    taken = inspect.signature(kind).parameters
    first, *others = [VALUES[name] for name in taken]
    return kind(first, **dict(zip(list(taken)[1:], others, strict=True)))


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", FORESEEN)
def test_every_error_survives_pickling_with_all_it_holds(
    kind: type[errors.FeederError], protocol: int
) -> None:
    error = whole(kind)
    error.add_note("a note")
    again = pickle.loads(pickle.dumps(error, protocol))
    assert type(again) is kind
    assert (again.args, vars(again), str(again)) == (error.args, vars(error), str(error))


@pytest.mark.parametrize("kind", FORESEEN)
def test_every_error_can_be_copied(kind: type[errors.FeederError]) -> None:
    error = whole(kind)
    assert vars(copy.copy(error)) == vars(error)


def test_an_error_of_a_plug_in_that_takes_other_arguments_survives_too() -> None:
    again = pickle.loads(pickle.dumps(OddError(7)))
    assert (again.number, again.message) == (7, "number 7")


class OddError(errors.SourceError):
    def __init__(self, number: int) -> None:
        super().__init__(f"number {number}")
        self.number = number
