"""What is best of what was found: a table of what beats what, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeder.discovery.finds import Find, Obstacle
from feeder.discovery.ranking import ranked
from feeder.models import Candidate, Facts, Key

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
BLOCKED = (Obstacle("a log-in page came", is_final=True),)


def find(kind: str, *, form: str = "", first: int = 0, count: int = 10, **given: Any) -> Find:
    """A find of articles that are numbered from `first`, a day apart, the newest first."""
    whole, age = given.pop("whole", False), given.pop("age", timedelta())
    candidates = tuple(
        Candidate(
            f"https://a.example/{number}",
            keys=(Key("url", f"a.example/{number}"),),
            facts=Facts(published=NOON - age - timedelta(days=number - first)),
            complete=whole,
        )
        for number in range(first, first + count)
    )
    form = form or ("list of links" if kind == "listing" else kind)
    return Find(kind, form, f"https://a.example/{kind}", "found", candidates, **given)


PAGE = find("listing")
YEARS = timedelta(days=800)
BETTER = (
    ("whole texts beat teasers", find("feed", whole=True), find("feed")),
    ("a feed of teasers beats the page", find("feed"), PAGE),
    ("WordPress's whole texts beat the page", find("listing", form="API", whole=True), PAGE),
    ("the page beats JSON", PAGE, find("json")),
    ("JSON with whole texts beats the page", find("json", whole=True), PAGE),
    ("JSON beats a sitemap", find("json"), find("sitemap")),
    ("the page beats the sitemap", PAGE, find("sitemap", count=900)),
    ("what works beats what does not", find("sitemap"), find("feed", obstacles=BLOCKED)),
    ("a notice is no end", find("feed", obstacles=(Obstacle("teasers only"),)), find("json")),
)
AT_A_PAGE = (
    ("the page beats a feed of other things", PAGE, find("feed", first=500, whole=True)),
    ("the page beats a feed that lacks its newest", PAGE, find("feed", first=4, whole=True)),
    ("a feed of the page's articles beats it", find("feed", count=40), PAGE),
)
ALIVE = (
    ("what goes on beats what ended", find("sitemap"), find("feed", whole=True, age=YEARS)),
    ("a quarter of a year is no end", find("feed", age=timedelta(days=80)), find("sitemap")),
)


@pytest.mark.parametrize(("why", "better", "worse"), BETTER + ALIVE)
def test_the_better_comes_first(why: str, better: Find, worse: Find) -> None:
    assert ranked([worse, better])[0] == better, why
    assert ranked([better, worse])[0] == better, why


@pytest.mark.parametrize(("why", "better", "worse"), AT_A_PAGE)
def test_what_is_about_the_page_comes_first(why: str, better: Find, worse: Find) -> None:
    assert ranked([worse, better])[0] == better, why


def test_of_a_page_that_lists_nothing_nobody_can_tell_what_is_about_it() -> None:
    shell = replace(PAGE, candidates=(), obstacles=BLOCKED)
    feed = find("feed", first=500)
    assert ranked([shell, feed]) == (feed, shell)


def test_what_is_alike_stays_in_its_order() -> None:
    one, other = find("feed", whole=True), find("feed", whole=True, count=11)
    assert ranked([one, other]) == (one, other)


@settings(max_examples=10)
@given(st.permutations([better for _, better, _ in BETTER] + [worse for *_, worse in BETTER]))
def test_none_is_lost(finds: list[Find]) -> None:
    found = ranked(finds)
    assert sorted(map(repr, found)) == sorted(map(repr, finds))
