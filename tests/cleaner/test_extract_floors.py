"""The HTML cleaner on labelled pages: what it reaches there, it does not fall below again."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from feeder.cleaner.markup.extract import extract
from tests.cleaner.figures import CEILINGS, TABLE, Figure, figures, floors_of, see
from tests.cleaner.test_floors import needs_corpora

FLOORS = tomllib.loads((Path(__file__).parent / "extract_floors.toml").read_text(encoding="utf-8"))
SLOW = frozenset({"trafilatura", "wcxb", "readability"})
"""Sets of so many pages that they take more than a few seconds."""


def floors() -> list[tuple[str, str]]:
    return [(name, key) for name, keys in FLOORS.items() for key in keys]


@needs_corpora
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in FLOORS],
)
def test_the_floors_hold_and_nothing_is_raised(name: str) -> None:
    """All of a set in one test, so that of several processes one reads its pages, and once."""
    reached = figures(name, see(name, lambda raw, url: extract(raw, url or None)))
    below = {
        key: (reached[key].value, floor)
        for key, floor in FLOORS[name].items()
        if (reached[key].value > floor if key in CEILINGS else reached[key].value < floor)
    }
    assert below == {}
    assert reached["failed"].value == 0


def test_every_line_of_the_table_has_its_floor() -> None:
    assert {(name, key) for _, name, key in TABLE} == {*floors()}


def test_floors_lie_a_little_below_what_is_reached_and_ceilings_above() -> None:
    found = {"aeb": {"f1": Figure(0.9701, 9)}, "boilerplate": {"loss": Figure(0.0102, 9)}}
    assert floors_of(found) == {"aeb": {"f1": 0.968}, "boilerplate": {"loss": 0.013}}


def test_what_is_perfect_may_not_be_less() -> None:
    found = {"boilerplate": {"loss": Figure(0.0, 9), "exact": Figure(1.0, 9)}}
    assert floors_of(found) == {"boilerplate": {"loss": 0.0, "exact": 1.0}}
