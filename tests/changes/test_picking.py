"""What is read again, and what is as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeder.changes.picking import Pick, agree, beginning, worth_reading
from feeder.models import Candidate, Facts, Key, Resource, Validators

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def candidate(address: str, etag: str | None = "1") -> Candidate:
    return Candidate(address, validators=Validators(etag))


def on_web(path: str, *, session: str = "", etag: str | None = "m:") -> Candidate:
    keys = (Key("url", f"site.example{path}"),)
    return Candidate(f"https://site.example{path}{session}", keys, validators=Validators(etag))


def seen(shown: Candidate, **more: object) -> Resource:
    known = Resource(shown.keys[0].value, Validators('m:"a"'), candidate=shown)
    return replace(known, **more)  # type: ignore[arg-type]  # fields of Resource


def test_only_what_is_not_as_it_was_is_read() -> None:
    resources = {x: Resource(x, Validators("1")) for x in "ab"}
    listed = [candidate("a"), candidate("b", "2"), candidate("c", None)]
    fresh, standing = worth_reading(listed, resources, now=NOON)
    assert [pick.candidate.address for pick in fresh] == ["b", "c"]
    assert standing == [resources["a"]]


def test_a_page_is_compared_by_what_its_listing_showed_and_not_by_what_it_said_itself() -> None:
    shown = on_web("/a")
    resources = {"site.example/a": seen(shown)}
    assert worth_reading([shown], resources, now=NOON).fresh == []
    edited = on_web("/a", etag="m:2")
    (pick,) = worth_reading([edited], resources, now=NOON).fresh
    assert pick == Pick(edited, resources["site.example/a"])


def test_a_session_in_a_link_makes_no_other_page_of_it() -> None:
    resources = {"site.example/a": seen(on_web("/a", session="?sid=1"))}
    again = [on_web("/a", session="?sid=2"), on_web("/a", session="?sid=3")]
    assert worth_reading(again, resources, now=NOON).fresh == []


def test_a_look_that_is_due_comes_whether_or_not_the_page_is_still_listed() -> None:
    shown = on_web("/a")
    due = seen(shown, look_at=NOON)
    fresh, _ = worth_reading([shown], {due.address: due}, [due], now=NOON)
    assert fresh == [Pick(shown, due)]
    assert worth_reading([], {}, [due], now=NOON).fresh == [Pick(shown, due)]
    later = seen(shown, look_at=NOON + HOUR)
    assert worth_reading([shown], {later.address: later}, now=NOON).fresh == []


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        ("abcd", "abcd", True),
        ("abcd", "ab", True),
        ("abcd", "abwxyz", True),
        ("abcd", "awxyz", False),
        ("xyab", "ab", True),
        ("xyzab", "ab", False),
        ("abcd", "", False),
        ("", "ab", True),
        ("", "", False),
    ],
)
def test_a_feed_tells_what_a_page_shows_where_half_of_the_shorter_is_in_the_other_and_some_top(
    here: str, there: str, same: bool
) -> None:
    assert agree([candidate(x) for x in here], [candidate(x) for x in there]) == same


def dated(address: str, day: int | None) -> Candidate:
    return Candidate(address, facts=Facts(published=NOON - day * DAY if day is not None else None))


def test_to_begin_with_the_newest_are_taken_in_the_order_of_their_list() -> None:
    listed = [dated("a", 9), dated("b", 1), dated("c", 5), dated("d", 2)]
    taken, passed = beginning(listed, 2)
    assert [one.address for one in taken] == ["b", "d"]
    assert [one.address for one in passed] == ["a", "c"]
    assert beginning(listed, 4) == (listed, [])


def test_what_tells_no_date_stands_where_its_source_put_it() -> None:
    listed = [dated(address, None) for address in "abcd"]
    assert [one.address for one in beginning(listed, 2).taken] == ["a", "b"]
    assert [one.address for one in beginning([*listed, dated("e", 90)], 2).taken] == ["a", "e"]
