"""A redesigned listing is found again by its articles; where these are gone, nothing is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urljoin

import pytest

from feeder.errors import LayoutError, SourceError
from feeder.sources.listing.listing import Listing, Selectors
from feeder.sources.listing.mending import Known, Mended, mend
from tests.sources.listing.pages_set import page
from tests.sources.listing.redesigns import (
    ADDRESS,
    ALIVE,
    GONE,
    KNOWN,
    OLD,
    SELECTORS,
    SHOWN,
    STORIES,
    Build,
)

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))
RECORD = [Known(urljoin(ADDRESS, story.path), story.title) for story in STORIES[KNOWN:]]


def listing(**selectors: str) -> Listing:
    return Listing(url=ADDRESS, list=Selectors.model_validate(selectors or SELECTORS))


def mended(build: Build, shown: int = SHOWN) -> Mended:
    body = build(STORIES[:SHOWN])
    return mend(listing(), page(body, ADDRESS), RECORD, shown)


def is_mended(name: str) -> bool:
    body = page(ALIVE[name](STORIES[:SHOWN]), ADDRESS)
    try:
        found = mend(listing(), body, RECORD, SHOWN)
    except LayoutError:
        return False
    shown = listing(**found.new).discover(body).candidates
    addresses = {one.address for one in shown}
    held = {urljoin(ADDRESS, s.path.replace("/news/2026/", "/artikel/")) for s in STORIES[:SHOWN]}
    held |= {urljoin(ADDRESS, story.path) for story in STORIES[:SHOWN]}
    assert addresses <= held, name  # nothing that is no article, ever
    return len(addresses) >= 8


def test_the_old_selectors_find_nothing_after_each_redesign() -> None:
    assert len(listing().discover(page(OLD(STORIES[:SHOWN]), ADDRESS)).candidates) == SHOWN
    for build in (*ALIVE.values(), *GONE.values()):
        with pytest.raises(LayoutError, match="finds nothing"):
            listing().discover(page(build(STORIES[:SHOWN]), ADDRESS))


def test_most_redesigns_are_mended() -> None:
    assert len(ALIVE) + len(GONE) >= 30
    done = [name for name in ALIVE if is_mended(name)]
    assert len(done) / len(ALIVE) >= FLOORS["mended"]["share"], ALIVE.keys() - set(done)


@pytest.mark.parametrize("name", GONE)
def test_where_the_articles_are_gone_nothing_is_proposed(name: str) -> None:
    for shown in (SHOWN, SHOWN // 2, 0):  # also where nobody knows how many it showed
        with pytest.raises(SourceError):
            mended(GONE[name], shown)


def test_what_speaks_for_a_proposal_is_told() -> None:
    found = mended(ALIVE["other names"])
    assert found.old == SELECTORS
    assert found.new == {"item": ".story", "link": "h2 a"}
    assert (found.known, found.fresh) == (SHOWN - KNOWN, KNOWN)
    assert found.titles[0] == STORIES[KNOWN].title
    assert found.fresh_titles == tuple(story.title for story in STORIES[:KNOWN])


def test_selectors_that_work_are_left_alone() -> None:
    with pytest.raises(LayoutError, match="nothing is to be repaired") as caught:
        mended(OLD)
    assert "status" in caught.value.advice


def test_a_source_without_articles_on_record_has_nothing_to_be_found_by() -> None:
    body = page(ALIVE["articles"](STORIES[:SHOWN]), ADDRESS)
    with pytest.raises(LayoutError, match="0 of 0 articles"):
        mend(listing(), body, [], 0)
