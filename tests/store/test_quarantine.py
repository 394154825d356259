"""What the guard notes goes on record with its refresh, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from feeder.errors import LostLeaseError
from feeder.store.quarantine import FILES, KEPT, Guarded, Quarantined, Reason
from feeder.store.store import Store
from tests.store.nouns import HOUR, NOON, Place, claim_one

REASON = Reason("same-body", "6 of 6 articles say the same words", "a1b2", is_intrinsic=True)


def batch(store: Store, text: bytes = b"articles", moment: datetime = NOON) -> Quarantined:
    file = store.files.put(text)
    return Quarantined(
        0, "news", moment, moment, 1, "held", (REASON,), 6, frozenset({"one", "two"}),
        file.sha256, file.size,
    )  # fmt: skip


def note(store: Store, noted: Guarded, now: datetime = NOON) -> None:
    lease = claim_one(store, now=now)
    store.abandon(store.record_part(lease, (), (), now + HOUR, noted), now)


def test_a_batch_comes_back_as_it_was_noted(place: Place) -> None:
    with place.open_with("news") as store:
        made = batch(store)
        note(store, Guarded('{"words":[1]}', (made,)))
    with place.open() as store:
        (found,) = store.quarantined("news")
        assert replace(found, id=0) == made
        assert store.quarantine("held") == store.quarantine() == [found]
        assert store.quarantine("ended") == []
        assert store.baseline("news") == '{"words":[1]}'
        assert store.files.get(found.sha256) == b"articles"


def test_who_lost_the_lease_notes_nothing(place: Place) -> None:
    with place.open_with("news") as store:
        lost = claim_one(store)
        claim_one(store, now=NOON + HOUR)
        with pytest.raises(LostLeaseError):
            store.record_part(lost, (), (), NOON + HOUR, Guarded("{}", (batch(store),)))
        assert (store.quarantined("news"), store.baseline("news")) == ([], None)


def test_what_is_held_ends_but_for_what_is_decided(place: Place) -> None:
    with place.open_with("news") as store:
        note(store, Guarded(batches=(batch(store, b"1"), batch(store, b"2"))))
        second, first = store.quarantined("news")
        note(store, Guarded(batches=(replace(first, status="dropped"),)))
        note(store, Guarded(ends=NOON + HOUR))
        assert [each.status for each in store.quarantined("news")] == ["ended", "dropped"]
        assert store.quarantined("news")[0].decided_at == NOON + HOUR
        assert store.files.get(second.sha256) == b"2"


def test_a_file_goes_when_its_batch_has_no_more_use_for_it(place: Place) -> None:
    with place.open_with("news") as store:
        note(store, Guarded(batches=(batch(store, b"1"), batch(store, b"2"))))
        newest, oldest = store.quarantined("news")
        note(store, Guarded(batches=(replace(oldest, sha256="", size=0, status="released"),)))
        assert store.files.get(oldest.sha256) is None
        assert store.files.get(newest.sha256) == b"2"


def test_rows_and_files_of_a_source_are_bounded(place: Place) -> None:
    with place.open_with("news") as store:
        many = [batch(store, f"{n}".encode()) for n in range(KEPT + 4)]
        for start in range(0, len(many), 17):
            note(store, Guarded(batches=tuple(many[start : start + 17])))
        found = store.quarantined("news")
        assert len(found) == KEPT
        assert [bool(each.sha256) for each in found] == [True] * FILES + [False] * (KEPT - FILES)
        kept = [each for each in many if store.files.get(each.sha256) is not None]
        assert kept == many[-FILES:]
