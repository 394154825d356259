"""Candidates are remembered whole, whatever strangers wrote into them."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from feeder.models import (
    Attribution,
    Candidate,
    Draft,
    Facts,
    Key,
    KeyKind,
    Shape,
    Validators,
)
from feeder.store.candidates import candidate_text, to_candidate

TEXT = st.text(st.characters(exclude_categories=()), max_size=12)  # lone surrogates, too
MAYBE = st.none() | TEXT
ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.none() | st.datetimes(timezones=ZONES | st.just(UTC))
LINES = st.lists(TEXT, max_size=3).map(tuple)
KEYS = st.lists(st.builds(Key, st.sampled_from(get_args(KeyKind)), TEXT), max_size=3).map(tuple)
VALIDATORS = st.builds(Validators, MAYBE, MAYBE)
FACTS = st.builds(
    Facts,
    id=MAYBE,
    url=MAYBE,
    title=MAYBE,
    summary=MAYBE,
    authors=LINES,
    categories=LINES,
    published=MOMENTS,
    modified=MOMENTS,
    image=MAYBE,
    language=MAYBE,
    attribution=st.none() | st.builds(Attribution, TEXT, MAYBE),
)
DRAFTS = st.builds(
    Draft,
    shape=st.sampled_from(get_args(Shape)),
    content=TEXT,
    facts=FACTS,
    base_url=MAYBE,
    keys=KEYS,
    fallback_date=MOMENTS,
    pages=LINES,
)
CANDIDATES = st.builds(
    Candidate,
    address=TEXT,
    keys=KEYS,
    facts=FACTS,
    validators=VALIDATORS,
    modified=MOMENTS,
    draft=st.none() | DRAFTS,
    complete=st.booleans(),
)

FULL = Candidate(
    "https://news.example/1",
    (Key("url", "news.example/1"), Key("guid", "")),
    Facts(
        "urn:1",
        "https://news.example/1",
        "Title",
        "",
        ("Ada", "Боб"),
        ("town",),
        datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        datetime(2026, 3, 2, 12, 0, 0, 1, tzinfo=UTC),
        "https://news.example/1.jpg",
        "en",
        Attribution("", "https://gazette.example/"),
    ),
    Validators('"1"', "Sun, 01 Mar 2026 12:00:00 GMT"),
    datetime(1, 1, 1, tzinfo=UTC),
    Draft(
        "fragment",
        "<p>What happened.</p>",
        Facts(title="Draft"),
        "https://news.example/",
        (Key("content", "c"),),
        datetime(9999, 12, 31, tzinfo=UTC),
        ("https://news.example/1?page=2",),
    ),
    complete=True,
)


def test_each_field_of_a_candidate_comes_back() -> None:
    for noun in (FULL, FULL.facts, FULL.validators, FULL.draft):
        for field in fields(noun):  # type: ignore[arg-type]  # none of them is None
            assert getattr(noun, field.name) is not None, field.name
    again = to_candidate(candidate_text(FULL))
    assert again == FULL
    assert again.facts.published is not None
    assert again.facts.published.isoformat() == "2026-03-01T12:00:00+05:30"


@given(CANDIDATES)
def test_any_candidate_comes_back_as_it_went_in(candidate: Candidate) -> None:
    assert to_candidate(candidate_text(candidate)) == candidate


def test_a_candidate_of_which_only_the_address_is_known_is_a_short_line() -> None:
    assert candidate_text(Candidate("a")) == '{"address":"a"}'


def test_what_a_newer_feeder_wrote_besides_is_passed_over() -> None:
    told = json.loads(candidate_text(FULL))
    for inner in (told, told["facts"], told["facts"]["attribution"], told["draft"]):
        inner["mood"] = {"of": ["a", 1]}
    told["validators"]["strong"] = True
    told["draft"]["facts"]["series"] = 7
    told["keys"].append(["doi", "10.1000/182"])
    assert to_candidate(json.dumps(told)) == FULL
