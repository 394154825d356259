"""What a refresh found is on record as a whole or not at all, and ids are given once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeder.models import (
    Attribution,
    Change,
    Dropped,
    Evidence,
    Fault,
    Key,
    Resource,
    Validators,
)
from tests.store.nouns import (
    HOUR,
    NOON,
    Place,
    change,
    claim_one,
    ended,
    entry,
    outcome,
    path,
    put,
    start,
    stories,
)


def test_an_entry_comes_back_as_it_was_recorded(place: Place) -> None:
    whole = entry(
        1,
        url="https://news.example/1",
        summary="In short.",
        authors=("Ada", "Боб"),
        categories=("town", "ترجمة"),
        image="https://news.example/1.jpg",
        language="en",
        attribution=Attribution("Gazette", "https://gazette.example/"),
    )
    bare = entry(2, attribution=Attribution("Gazette"))
    with place.open_with("news") as store:
        assert put(store, [change(whole, path(1)), change(bare, path(2))]) == (whole, bare)
        assert store.entry(whole.id) == whole
        assert store.entry(bare.id) == bare
        assert store.entry("tag:example.org,2026:unheard-of") is None


def test_any_key_leads_to_the_entry_with_all_its_keys_the_strongest_first(place: Place) -> None:
    keys = (Key("content", "c"), Key("path", "p"), Key("url", "https://a.example/"), Key("id", "i"))
    with place.open_with("news", "sport") as store:
        put(store, [change(entry(1), *keys, material="words")])
        known = store.known("news", [*keys, Key("path", "another"), Key("guid", "p")])
        assert known.keys() == set(keys)
        [record] = set(known.values())
        assert (record.entry, record.material) == (entry(1), "words")
        assert record.keys == tuple(reversed(keys))
        assert store.known("sport", keys) == {}


def test_more_keys_than_fit_into_one_statement(place: Place) -> None:
    with place.open_with("news") as store:
        put(store, stories(*range(700)))
        known = store.known("news", [path(number) for number in range(800)])
        assert len(known) == 700
        assert known[path(699)].keys == (path(699), Key("content", "news 699"))


def test_a_new_entry_whose_id_is_taken_gets_another_one_for_good(place: Place) -> None:
    twin = replace(entry(1), source="sport")
    with place.open_with("news", "sport") as store:
        put(store, [change(entry(1), path(1))])
        own = [change(replace(twin, title=str(n)), path(n), address=str(n)) for n in range(3)]
        recorded = put(store, own, [Resource("2", Validators(), twin.id)], source="sport")
        fallback = own[0].fallback_id
        assert [one.id for one in recorded] == [fallback, f"{fallback}-2", f"{fallback}-3"]
        assert store.known("sport", [path(2)])[path(2)].entry == recorded[2]
        assert store.resources("sport")["2"].entry_id == recorded[2].id
        assert store.entry(twin.id) == entry(1)


def test_an_id_too_long_for_an_index_gives_way_to_the_minted_one(place: Place) -> None:
    endless = entry(1, id="tag:example.org,2026:" + "x" * 5000)
    with place.open_with("news") as store:
        [recorded] = put(store, [replace(change(endless, path(1)), fallback_id="tag:a,2026:b")])
        assert recorded.id == "tag:a,2026:b"


def test_a_change_keeps_identity_and_what_the_entry_said_before(place: Place) -> None:
    first = entry(1)
    said = replace(
        first,
        title="Story 1, corrected",
        text="Better.",
        html="<p>Better.</p>",
        updated=NOON,
        revision=2,
        published=NOON,
        first_seen=NOON + HOUR,
    )
    with place.open_with("news") as store:
        put(store, [change(first, path(1))])
        put(store, [change(said, path(1), kind="changed")])
        now = store.entry(first.id)
        assert now == replace(said, published=first.published, first_seen=first.first_seen)
        before, after = store.revisions(first.id)
        assert (before.number, before.updated, before.text) == (1, first.updated, first.text)
        assert (after.number, after.title, after.html) == (2, said.title, said.html)


def test_a_retouch_is_no_revision_and_unchanged_stores_keys_alone(place: Place) -> None:
    first = entry(1)
    better = replace(first, html="<p><b>What</b> happened on day 1.</p>")
    other = replace(first, html="<p>Something else.</p>")
    with place.open_with("news") as store:
        put(store, [change(first, path(1))])
        put(store, [change(better, path(1), kind="retouched")])
        put(store, [change(other, Key("path", "moved.txt"), kind="unchanged")])
        assert store.entry(first.id) == better
        assert len(store.revisions(first.id)) == 1
        assert len(store.known("news", [path(1), Key("path", "moved.txt")])) == 2


def test_a_key_moves_to_the_entry_that_claims_it_last(place: Place) -> None:
    with place.open_with("news") as store:
        put(store, [change(entry(1), path(1), path(9)), change(entry(2), path(2))])
        put(store, [change(entry(2), path(9), kind="unchanged")])
        known = store.known("news", [path(1), path(9)])
        assert known[path(9)].entry == entry(2)
        assert known[path(1)].keys == (path(1),)


def test_provenance_is_replaced_with_the_entry_and_cut_short(place: Place) -> None:
    seen = replace(
        change(entry(1), path(1)),
        dropped=(Dropped("scrape", "comment-form", "Leave a Reply " * 50),),
        evidence=(Evidence("title", "first-line", "Story 1"), Evidence("url", "link-base")),
    )
    again = replace(
        seen, kind="retouched", dropped=(), evidence=(Evidence("title", "front-matter"),)
    )
    with place.open_with("news") as store:
        put(store, [seen])
        dropped, evidence = store.provenance(entry(1).id)
        assert [(one.step, one.rule, len(one.text)) for one in dropped] == [
            ("scrape", "comment-form", 120)
        ]
        assert evidence == seen.evidence
        put(store, [replace(seen, kind="unchanged", evidence=())])
        assert store.provenance(entry(1).id) == (dropped, evidence)
        put(store, [again])
        assert store.provenance(entry(1).id) == ((), again.evidence)


def test_what_is_remembered_of_addresses_is_replaced_one_by_one(place: Place) -> None:
    good = Resource("a.txt", Validators("1", "Sun, 01 Mar 2026 12:00:00 GMT"), entry(1).id)
    bad = Resource("b.bin", Validators("2"), fault=Fault("binary", "no text", "b.bin", "Remove."))
    long = Resource("c/" + "%D1%84" * 900, Validators("3"))
    with place.open_with("news", "sport") as store:
        put(store, (), [good, bad, long])
        mended = Resource("b.bin", Validators("4"))
        put(store, (), [mended])
        assert store.resources("news") == {r.address: r for r in (good, mended, long)}
        assert store.resources("sport") == {}


def test_long_keys_differ_in_their_last_character(place: Place) -> None:
    long, longer = Key("url", "https://a.example/" + "x" * 9000), Key("path", "y" * 501)
    other = Key("url", long.value + "y")
    with place.open_with("news") as store:
        put(store, [change(entry(1), long, longer), change(entry(2), other)])
        known = store.known("news", [long, longer, other])
        assert known[long].entry == known[longer].entry == entry(1)
        assert known[other].entry == entry(2)
        assert known[long].keys == (long, longer)


NASTY = st.text(st.characters(exclude_categories=()), max_size=40)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=NASTY, name=NASTY, number=st.integers(10, 10**9))
def test_any_text_comes_back_as_it_went_in(place: Place, text: str, name: str, number: int) -> None:
    key = Key("path", f"{number}{name}")
    made = entry(number % 1000, id=f"tag:a,2026:{number}", title=text, authors=(text, name))
    with place.open_with("news") as store:
        told = replace(change(made, key), evidence=(Evidence("title", "rule", text),))
        [recorded] = put(store, [told], [Resource(key.value, Validators(text))])
        assert store.entry(recorded.id) == replace(made, id=recorded.id)
        assert store.known("news", [key])[key].entry == recorded
        assert store.resources("news")[key.value].validators.etag == text
        assert store.provenance(recorded.id)[1] == told.evidence


class Deadly(tuple[Change, ...]):
    """Changes during which the process is killed."""

    def __iter__(self) -> Iterator[Change]:
        yield self[0]
        os.kill(os.getpid(), signal.SIGKILL)


class Failing(tuple[Resource, ...]):
    """Resources that cannot be told."""

    def __iter__(self) -> Iterator[Resource]:
        raise RuntimeError("nobody foresaw this")


def test_a_failure_in_the_middle_leaves_nothing_on_record(place: Place) -> None:
    with place.open_with("news") as store:
        lease = claim_one(store)
        with pytest.raises(RuntimeError, match="foresaw"):
            store.record(
                lease,
                stories(1),
                Failing((Resource("a", Validators()),)),
                outcome(),
                NOON,
                NOON,
                failed=False,
            )
        assert store.entries() == []
        assert store.states()[0].leased_until == lease.until
        store.record(lease, stories(1), (), outcome(), NOON, NOON, failed=False)
        assert len(store.entries()) == 1


def test_a_kill_in_the_middle_of_a_record_leaves_nothing_of_it(place: Place) -> None:
    with place.open_with("news") as store:
        put(store, stories(1))

    def record_and_die() -> None:
        with place.open() as store:
            put(store, Deadly(stories(2, 3)), now=NOON + HOUR)

    assert ended(start(record_and_die)) == -signal.SIGKILL
    with place.open() as store:
        assert store.repaired is None
        assert store.entries() == [entry(1)]
        assert len(store.runs("news")) == 1
        put(store, stories(2), now=NOON + HOUR)
        assert store.entries() == [entry(1), entry(2)]
