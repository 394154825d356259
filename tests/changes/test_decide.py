"""Identity survives renames and edits; `updated` moves only when the words did."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from feeder.changes.decide import Decision, decide
from feeder.changes.identity import Reading, keys_of
from feeder.models import Article, Change, Key, Known

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
PREFIX = "tag:example.org,2026-01-01"
UUID_A = "urn:uuid:4bf85728-565d-47c3-8025-e25cf575c2e6"
UUID_B = "urn:uuid:00000000-0000-4000-8000-00000000000b"


def article(text: str, title: str = "A title", id: str | None = None) -> Article:
    return Article(title=title, html=f"<p>{text}</p>", text=text, id=id)


def reading(path: str, what: Article) -> Reading:
    return Reading(path, what, (Key("path", path),), published=NOON - timedelta(days=1))


class Record:
    """What a store would hold after these refreshes."""

    def __init__(self) -> None:
        self.known: dict[Key, Known] = {}

    def refresh(
        self, *readings: Reading, elsewhere: tuple[str, ...] = (), now: datetime = NOON
    ) -> Decision:
        made = decide(readings, self.known, source="s", prefix=PREFIX, elsewhere=elsewhere, now=now)
        for change in made.changes:
            others = {k for k, known in self.known.items() if known.entry.id == change.entry.id}
            keys = tuple({*others, *change.keys})
            for key in keys:
                self.known[key] = Known(change.entry, keys, change.material)
        return made

    def one(self, *readings: Reading, elsewhere: tuple[str, ...] = ()) -> Change:
        (change,) = self.refresh(*readings, elsewhere=elsewhere, now=LATER).changes
        return change


def test_a_documents_own_uuid_becomes_the_entrys_id() -> None:
    assert Record().one(reading("a", article("One.", id=UUID_A))).entry.id == UUID_A


@pytest.mark.parametrize("own", ["https://example.org/1", "tag:not a uri", "javascript:alert(1)"])
def test_an_id_that_is_no_uri_made_for_it_is_only_a_key(own: str) -> None:
    change = Record().one(reading("a", article("One.", id=own)))
    assert change.entry.id.startswith(PREFIX + ":s/")
    assert Key("id", own) in change.keys


def test_a_rename_is_the_same_entry_unchanged() -> None:
    record = Record()
    old = record.one(reading("a", article("One.")))
    new = record.one(reading("b", article("One.")))
    assert (new.kind, new.entry.id, new.entry.updated) == (
        "unchanged",
        old.entry.id,
        old.entry.updated,
    )


def test_an_old_name_given_to_another_text_is_a_new_entry() -> None:
    record = Record()
    old = record.one(reading("a", article("One.")))
    record.one(reading("b", article("One.")))
    change = record.one(reading("a", article("Two.")), elsewhere=("b",))
    assert change.kind == "new"
    assert change.entry.id == change.fallback_id == old.entry.id  # the store mints another


def test_an_edit_is_the_same_entry_changed() -> None:
    record = Record()
    old = record.one(reading("a", article("One.")))
    new = record.one(reading("a", article("Two.")))
    assert (new.kind, new.entry.id, new.entry.revision) == ("changed", old.entry.id, 2)
    assert new.entry.updated == LATER
    assert new.entry.published == old.entry.published


def test_a_rename_with_an_edit_is_found_by_the_documents_id() -> None:
    record = Record()
    record.one(reading("a", article("One.", id=UUID_A)))
    change = record.one(reading("b", article("Two.", id=UUID_A)))
    assert (change.kind, change.entry.id) == ("changed", UUID_A)


def test_a_path_used_again_for_another_document_is_a_new_entry() -> None:
    record = Record()
    record.one(reading("latest", article("One.", id=UUID_A)))
    change = record.one(reading("latest", article("Two.", id=UUID_B)))
    assert (change.kind, change.entry.id) == ("new", UUID_B)


def test_a_second_file_with_the_same_id_gets_an_id_of_its_own() -> None:
    record = Record()
    record.one(reading("a", article("One.", id=UUID_A)))
    second = record.one(reading("b", article("Two.", id=UUID_A)), elsewhere=("a",))
    assert second.kind == "new"
    assert second.entry.id.startswith("tag:")
    edited = record.one(reading("b", article("Three.", id=UUID_A)), elsewhere=("a",))
    assert edited.entry.id == second.entry.id


def test_two_new_files_with_one_id_are_told_apart_whatever_their_order() -> None:
    a = reading("a", article("One.", id=UUID_A))
    b = reading("b", article("Two.", id=UUID_A))
    made = Record().refresh(a, b)
    assert [c.entry.id == UUID_A for c in made.changes] == [True, False]
    record = Record()
    record.refresh(b)
    again = {c.address: c for c in record.refresh(a, b).changes}
    assert again["b"].entry.id == UUID_A
    assert again["a"].entry.id != UUID_A


def test_files_that_swap_their_names_keep_their_ids() -> None:
    for order in permutations(("a", "b")):
        record = Record()
        record.refresh(
            reading("a", article("One.", id=UUID_A)), reading("b", article("Two.", id=UUID_B))
        )
        texts = {"a": article("Two.", id=UUID_B), "b": article("One.", id=UUID_A)}
        made = record.refresh(*(reading(path, texts[path]) for path in order))
        assert {c.entry.id for c in made.changes} == {UUID_A, UUID_B}
        assert {c.kind for c in made.changes} == {"unchanged"}


def test_names_that_are_shifted_along_take_no_words_with_them() -> None:
    record = Record()
    record.refresh(reading("news.1", article("One.")), reading("news.2", article("Two.")))
    made = record.refresh(
        *(reading(f"news.{n}", article(text)) for n, text in enumerate(["New.", "One.", "Two."], 1))
    )
    assert [c.kind for c in made.changes] == ["new", "unchanged", "unchanged"]


def test_a_copy_is_no_second_entry() -> None:
    record = Record()
    record.one(reading("a", article("One.")))
    made = record.refresh(reading("b", article("One.")), elsewhere=("a",))
    assert made == Decision((), (("b", "a"),))
    both = Record().refresh(reading("a", article("One.")), reading("b", article("One.")))
    assert [c.address for c in both.changes] == ["a"]
    assert both.copies == (("b", "a"),)


def test_noise_changes_nothing_and_a_better_rendering_is_stored_in_silence() -> None:
    record = Record()
    old = record.one(reading("a", article("Seen 3 min ago.\n\n12 comments\n\nBody.")))
    noisy = record.one(reading("a", article("Seen  9 min ago.\n\n15 comments\n\nBody.")))
    assert (noisy.kind, noisy.entry) == ("unchanged", old.entry)
    better = replace(article(old.entry.text), html="<p><a href='https://x.example/'>Seen</a></p>")
    change = record.one(reading("a", better))
    assert (change.kind, change.entry.updated) == ("retouched", old.entry.updated)


@pytest.mark.parametrize("back", [timedelta(0), timedelta(hours=1)])
def test_a_change_moves_updated_on_though_the_clock_stood_still_or_was_put_back(
    back: timedelta,
) -> None:
    record = Record()
    old = record.refresh(reading("a", article("One.")), now=NOON).changes[0].entry
    moved = record.refresh(reading("a", article("Two.")), now=NOON).changes[0].entry
    again = record.refresh(reading("a", article("Three.")), now=NOON - back).changes[0].entry
    assert old.updated < moved.updated < again.updated


def test_dates_are_never_ahead_of_us_nor_before_1970() -> None:
    unknown = datetime(1970, 1, 1, tzinfo=UTC)
    for odd in (LATER + timedelta(days=400), datetime(1899, 1, 1, tzinfo=UTC), unknown):
        what = replace(article("One."), published=odd, modified=odd)
        entry = Record().one(reading("a", what)).entry
        assert entry.published == entry.updated == NOON - timedelta(days=1)


def test_an_article_without_a_title_is_named_by_its_first_words() -> None:
    entry = Record().one(reading("a", article("Word " * 40, title=" \x00 "))).entry
    assert entry.title.startswith("Word Word")
    assert len(entry.title) <= 80


def test_keys_stand_in_order_of_trust() -> None:
    kinds = [key.kind for key in keys_of(reading("a", article("One.", id=UUID_A)))]
    assert kinds == ["id", "path", "content"]
