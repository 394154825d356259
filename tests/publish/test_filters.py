"""`keep` and `drop`: what an entry is like, and what a hostile text cannot do."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from feeder.config.settings import FeedSettings, FilterSettings
from feeder.models import Entry
from feeder.publish.filters import wanted_by

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
ENTRY = Entry(
    id="tag:news.example,2026:1",
    source="river",
    title="Überflutung am Fluss",
    html="<p>The water rose.</p>",
    text="The water rose in the night and fell again by noon.",
    published=NOON - timedelta(days=3),
    updated=NOON,
    first_seen=NOON,
    url="https://news.example/local/flood",
    authors=("Ann Example", "Bob"),
    categories=("Rivers",),
    language="de-AT",
)


def wants(entry: Entry = ENTRY, **told: Any) -> bool:
    settings = FeedSettings.model_validate({"name": "news", **told})
    return wanted_by(settings, NOON)(entry)


@pytest.mark.parametrize(
    "told",
    [
        {"title": "flut"},
        {"title": "ÜBER"},
        {"text": r"water .* night"},
        {"author": "^bob$"},
        {"category": "river"},
        {"url": "/local/"},
        {"language": ["en", "de"]},
        {"language": ["de-at"]},
        {"min_words": 11},
        {"max_words": 11},
        {"newer_than": "4d"},
        {"older_than": "2d"},
        {"title": "flut", "language": ["de"], "min_words": 5},
    ],
)
def test_what_is_alike_is_kept_or_dropped(told: dict[str, Any]) -> None:
    assert wants(keep=[told])
    assert not wants(drop=[told])


@pytest.mark.parametrize(
    "told",
    [
        {"title": "flood"},
        {"author": "^Ann$"},
        {"category": "x"},
        {"url": "/sport/"},
        {"language": ["de-CH"]},
        {"language": ["den"]},
        {"min_words": 12},
        {"max_words": 10},
        {"newer_than": "2d"},
        {"older_than": "4d"},
        {"title": "flut", "language": ["en"]},
    ],
)
def test_what_is_not_alike_is_neither(told: dict[str, Any]) -> None:
    assert not wants(keep=[told])
    assert wants(drop=[told])


def test_any_of_several_filters_is_enough_and_drop_has_the_last_word() -> None:
    assert wants(keep=[{"title": "nothing"}, {"author": "Ann"}])
    assert not wants(keep=[{"author": "Ann"}], drop=[{"title": "nothing"}, {"language": ["de"]}])


def test_an_entry_without_a_language_author_or_address_is_like_no_filter_that_names_one() -> None:
    bare = replace(ENTRY, language=None, authors=(), url=None)
    for told in ({"language": ["de"]}, {"author": "."}, {"url": "."}):
        assert not wants(bare, keep=[told])


def test_a_pattern_takes_linear_time_whatever_it_is_held_against() -> None:
    hostile = replace(ENTRY, text="a" * 100_000 + "\ud800\0")
    started = time.process_time()
    assert not wants(hostile, keep=[{"text": "(a+)+b"}, {"text": "(a|aa|aaa)*c$"}])
    assert time.process_time() - started < 2


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", "(?=look)", r"(a)\1"])
def test_what_is_no_pattern_is_a_fault_of_the_configuration(pattern: str) -> None:
    with pytest.raises(ValueError, match="RE2"):
        FilterSettings(title=pattern)
