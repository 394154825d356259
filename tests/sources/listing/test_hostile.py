"""Whatever a listing holds, it ends soon, and in candidates or one named error."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeder.errors import SourceError
from feeder.sources.listing.listing import MOST_CANDIDATES, Listing
from tests.sources.listing.pages_set import cases, page

LINK = "<a href='/news/{0}-a-b-c'>Title of article {0}</a>"
PAGES: dict[str, Callable[[], str]] = {
    "links beside each other": lambda: "".join(map(LINK.format, range(30_000))),
    "links in items": lambda: "".join(f"<li>{LINK.format(n)}</li>" for n in range(30_000)),
    "links at places of their own": lambda: "".join(
        f"<div class='{chr(97 + n % 26) * (n // 26 + 1)}'>{LINK.format(n)}</div>"
        for n in range(1_000)
    ),
    "links far down": lambda: "<div>" * 1_900 + "".join(map(LINK.format, range(5_000))),
    "links ever deeper": lambda: "".join(f"<div>{LINK.format(n)}" for n in range(1_900)),
    "too deep": lambda: "<div>" * 100_000 + LINK,
    "too many tags": lambda: "<b>" * 500_000,
    "many attributes": lambda: "<a " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</a>",
    "many quoted attributes": lambda: "<a " + " ".join(f"a{n}='<'" for n in range(30_000)) + ">",
    "tags in tags": lambda: "<a" * 400_000,
    "tags in values of tags": lambda: "<a b='" * 100_000 + '<a b="' * 100_000,
    "many attributes behind what no parser reads as tags": lambda: (
        "<script>if (a<b) c=\"</script><!-- <p d='--><style>e<f g='</style><p "
        + " ".join(f"a{n}=1" for n in range(100_000))
        + ">'\""
    ),
    "long text": lambda: f"<a href=/x-y-z>{'word ' * 200_000}</a>" * 2,
    "long classes": lambda: f"<div class='{'a ' * 200_000}'>{LINK.format(1)}</div>" * 2,
    "deep JSON": lambda: f"<script type='application/ld+json'>{'[' * 500_000}</script>",
    "a row of numbers": lambda: (
        "<p class=pagination>" + "".join(f"<a href='/p/{n}'>{n}</a>" for n in range(20_000))
    ),
    "a row of cells": lambda: (
        "<table><tr>" + "".join(f"<td>{LINK.format(n)}" for n in range(20_000))
    ),
    "bases": lambda: "<base href='http://[::'>" * 1_000 + "<a href=x>One two three</a>" * 3,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_no_page_takes_long(name: str) -> None:
    body = page("<html><body>" + PAGES[name]())
    begun = time.process_time()
    try:
        found = Listing(url="https://example.org/").discover(body)
        assert len(found.candidates) <= MOST_CANDIDATES
    except SourceError as error:
        assert error.message
    # Each takes under 1.2 s; what is quadratic takes ten times that.
    assert time.process_time() - begun < 6


def test_data_in_one_long_attribute_is_no_attack() -> None:
    items = "".join(f"<li>{LINK.format(n)}</li>" for n in range(9))
    body = f"<div data-page='{'a b=c ' * 40_000}'></div><ul>{items}</ul>"
    assert len(Listing(url="https://example.org/").discover(page(body)).candidates) == 9


@given(st.binary(max_size=400), st.integers(0, 2_000), st.sampled_from(list(cases("open"))[:6]))
@settings(max_examples=60, deadline=None)
def test_any_bytes_anywhere_end_in_candidates_or_a_named_error(
    junk: bytes, place: int, case: object
) -> None:
    body = getattr(case, "body", b"")
    broken = body[:place] + junk + body[place:]
    try:
        Listing(url="https://example.org/").discover(page(broken))
    except SourceError as error:
        assert error.message
