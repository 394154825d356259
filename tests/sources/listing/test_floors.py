"""The articles of listings of many systems and languages are found, and little else."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from feeder.errors import LayoutError
from feeder.sources.listing.listing import Listing
from tests.sources.listing.built_set import built
from tests.sources.listing.pages_set import Case, cases, page

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["open", "sealed"])
def test_found_links_stay_above_their_floors(name: str) -> None:
    right = found = expected = 0
    for case in cases(name):
        links = case.found()
        right += len(links & case.expected)
        found += len(links)
        expected += len(case.expected)
    assert right / found >= FLOORS[name]["precision"]
    assert right / expected >= FLOORS[name]["recall"]


@pytest.mark.parametrize("name", FLOORS["built"])
def test_pages_of_many_builds_are_read_as_well_as_before(name: str) -> None:
    assert sum(map(_is_well_read, built(name))) >= FLOORS["built"][name]


def _is_well_read(case: Case) -> bool:
    found = case.found()
    right = found & case.expected
    return len(right) >= 0.9 * len(case.expected) and len(found - right) <= 0.02 * len(found)


def test_the_sets_are_as_large_as_they_are_said_to_be() -> None:
    assert len(list(cases("open"))) >= 33
    assert len(list(cases("sealed"))) >= 19
    thirty = [*built("open"), *built("sealed")]
    assert len({case.name for case in thirty}) == 30
    assert min(len(case.expected) for case in thirty) >= 6


@pytest.mark.parametrize(
    "case", [case for case in cases("open") if not case.expected], ids=lambda case: case.name
)
def test_a_page_that_is_no_listing_is_named_with_what_was_tried(case: Case) -> None:
    with pytest.raises(LayoutError, match="tried: structured data") as caught:
        Listing(url=case.address).discover(page(case.body, case.address))
    assert caught.value.advice


def test_pages_of_articles_are_no_listings() -> None:
    address = "https://site.example/2024/an-article"
    pages = sorted((Path(__file__).parents[2] / "cleaner" / "pages").rglob("*.html"))
    found = [
        file.name
        for file in pages
        if Case(file.name, address, frozenset(), file.read_bytes()).found()
    ]
    assert len(pages) > 50
    # None of 58 when the thresholds were chosen; three where two links needed a worth of 5.0.
    assert len(found) <= 1, found
