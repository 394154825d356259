"""One article of the web is one entry whatever its site does to guid, address, title and date."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from feeder.changes.identity import Reading, keys_of
from feeder.models import Article, Key
from tests.changes.record import DAY, NOON, SITE, Record, article, item, prose

# Keys of one kind after the other


def test_a_guid_that_moved_beats_the_address_that_it_left_in_any_order() -> None:
    moved = item("/9", article("one"), guid="g1")
    heir = item("/1", article("two"), guid="g2")
    for order in permutations((moved, heir)):
        record = Record()
        record.refresh(item("/1", article("one"), guid="g1"))
        old = record.of("one")
        made = {c.address: c for c in record.refresh(*order).changes}
        assert made[SITE + "/9"].entry.id == old
        assert made[SITE + "/1"].kind == "new"
        assert len(record.entries) == 2


def test_articles_that_swap_their_addresses_keep_their_ids() -> None:
    record = Record()
    record.refresh(item("/1", article("one"), guid="g1"), item("/2", article("two"), guid="g2"))
    ids = record.of("one"), record.of("two")
    record.refresh(item("/2", article("one"), guid="g1"), item("/1", article("two"), guid="g2"))
    assert (record.of("one"), record.of("two")) == ids


@pytest.mark.parametrize(
    "link",
    [
        "http://example.org/a",
        "https://www.example.org/a/",
        "https://EXAMPLE.org:443/a?utm_source=feed#top",
        "https://example.org/a;jsessionid=0123456789ABCDEF",
        "https://example.org/a/index.html?PHPSESSID=0123456789abcdef0123456789abcdef",
    ],
)
def test_an_article_is_one_entry_however_it_is_linked(link: str) -> None:
    record = Record()
    record.refresh(item("/a", article("one")))
    edited = article("one", title="Edited", text=prose("one") + " more")
    (change,) = record.refresh(item(link, edited)).changes
    assert change.kind == "changed"


def test_an_address_that_is_listed_in_two_ways_is_one_entry_and_a_copy() -> None:
    ways = [
        item("https://example.org/a", article("one", text=prose("one") + " 12 readers")),
        item("http://www.example.org/a/", article("one", text=prose("one") + " 13 readers")),
    ]
    for order in permutations(ways):
        record = Record()
        first, again = record.refresh(*order), record.refresh(*order)
        assert [c.kind for c in first.changes] == ["new"]
        assert len(first.copies) == len(again.copies) == 1
        assert len(record.entries) == 1


# Guids


def test_a_guid_that_moves_while_the_address_stays_is_the_same_entry() -> None:
    record = Record()
    what = article("one", published=NOON)
    record.refresh(item("/1", what, guid="old"))
    (change,) = record.refresh(item("/1", what, guid="new")).changes
    assert change.kind == "unchanged"
    assert Key("guid", "new") in change.keys
    edited = article("one", title="Quite another headline", published=NOON)
    (change,) = record.refresh(item("/1", edited, guid="newer")).changes
    assert change.kind == "changed"


def test_a_guid_that_is_an_address_moves_to_https_with_its_article() -> None:
    record = Record()
    record.refresh(item("http://example.org/?p=1", article("one"), guid="http://example.org/?p=1"))
    what = article("two", title="Edited")
    (change,) = record.refresh(item("/?p=1", what, guid="https://example.org/?p=1")).changes
    assert change.kind == "changed"


def test_a_guid_that_is_used_again_for_another_article_is_a_new_entry() -> None:
    record = Record()
    record.refresh(item("/1", article("one", published=NOON), guid="g"))
    old = record.of("one")
    (change,) = record.refresh(item("/2", article("two", published=NOON + DAY), guid="g")).changes
    assert change.kind == "new"
    assert record.of("one") == old
    (again,) = record.refresh(item("/2b", article("two", published=NOON + DAY), guid="g")).changes
    assert again.entry.id == record.of("two")  # it is this one's guid from now on
    (first,) = record.refresh(item("/1", article("one", published=NOON), guid="g")).changes
    assert first.entry.id == old


def test_a_guid_stays_with_an_edited_title_and_the_same_words_at_another_date() -> None:
    record = Record()
    record.refresh(item("/one", article("one", published=NOON), guid="g"))
    edited = article("one", title="All about one, at last", published=NOON + DAY)
    (change,) = record.refresh(item("/one-at-last", edited, guid="g")).changes
    assert change.kind == "changed"


def test_an_address_that_many_are_led_to_does_not_vouch_for_a_guid_that_is_used_again() -> None:
    record = Record()
    for n, subject in enumerate(("one", "two")):
        what = article(subject, published=NOON + n * DAY)
        record.refresh(item(f"/{subject}", what, guid="g", led_to="/blog"))
    assert record.of("one") != record.of("two")


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("/2", {"title": "ALL ABOUT: One!", "published": NOON + DAY}),
        ("/1", {"title": "A wholly different headline", "published": NOON + DAY}),
        ("/2", {"title": "A wholly different headline", "published": NOON}),
    ],
)
def test_a_guid_stays_while_title_address_or_date_do(path: str, facts: dict[str, object]) -> None:
    record = Record()
    record.refresh(item("/1", article("one", published=NOON), guid="g"))
    edited = article("other", **facts)
    (change,) = record.refresh(item(path, edited, guid="g")).changes
    assert change.kind == "changed"


def test_where_no_date_is_told_the_words_tell_a_guid_that_is_used_again() -> None:
    record = Record()
    record.refresh(item("/one", article("one"), guid="g"))
    renamed = article("one", title="Fresh headline", text=prose("one") + " and a line more")
    (moved,) = record.refresh(item("/fresh", renamed, guid="g")).changes
    assert moved.kind == "changed"
    (other,) = record.refresh(item("/two", article("two"), guid="g")).changes
    assert other.kind == "new"


def test_titles_that_count_are_no_edits_of_each_other() -> None:
    record = Record()
    letters = (article(f"l{n}", title=f"Letter {n}", published=NOON + n * DAY) for n in (1, 2))
    for number, letter in enumerate(letters):
        record.refresh(item(f"/{number}", letter, guid="g"))
    assert len(record.entries) == 2


def test_two_items_with_one_guid_are_two_entries_for_good() -> None:
    for order in permutations(("one", "two")):
        record = Record()
        items = {s: item(f"/{s}", article(s, published=NOON), guid="g") for s in order}
        record.refresh(*(items[subject] for subject in order))
        ids = {record.of(subject) for subject in order}
        assert len(ids) == 2
        for subject in order:  # each by itself, when only one of them was edited
            record.refresh(item(f"/{subject}", article(subject, title="Edited"), guid="g"))
        assert {record.of(subject) for subject in order} == ids


def test_two_entries_on_record_stay_two_when_one_gets_the_guid_of_the_other() -> None:
    record = Record()
    record.refresh(
        item("/1", article("one", published=NOON), guid="g1"),
        item("/2", article("two", published=NOON + DAY), guid="g2"),
    )
    ids = record.of("one"), record.of("two")
    record.refresh(item("/1", article("one", published=NOON), guid="g2"))
    assert (record.of("one"), record.of("two")) == ids
    (change,) = record.refresh(item("/3", article("two", published=NOON + DAY), guid="g2")).changes
    assert change.entry.id == ids[1]


def test_guids_that_count_places_in_the_list_shift_no_entry() -> None:
    record = Record()
    for newest in range(3, 8):
        shown = [f"s{n}" for n in range(newest, newest - 3, -1)]
        record.refresh(
            *(
                item(f"/{s}", article(s, published=NOON + int(s[1:]) * DAY), guid=str(place))
                for place, s in enumerate(shown)
            )
        )
    assert len(record.entries) == 7
    assert all(record.of(f"s{n}") for n in range(1, 8))


def test_episodes_whose_links_all_lead_to_the_page_of_their_show_are_entries() -> None:
    record = Record()
    first = [
        item("/show", article(f"e{n}", published=NOON + n * DAY), guid=f"g{n}") for n in (1, 2)
    ]
    record.refresh(*(replace(each, address=f"{SITE}/show#{n}") for n, each in enumerate(first)))
    for n in (3, 4, 5):
        record.refresh(item("/show", article(f"e{n}", published=NOON + n * DAY), guid=f"g{n}"))
    assert len({record.of(f"e{n}") for n in range(1, 6)}) == 5
    edited = [article(f"e{n}", title="Edited", published=NOON + n * DAY) for n in (4, 5)]
    numbered = [item("/show", what, guid=f"g{n}") for n, what in enumerate(edited, 4)]
    apart = [replace(each, address=f"{SITE}/show#{n}") for n, each in enumerate(numbered)]
    made = record.refresh(*apart, elsewhere=["/show"])
    assert [change.kind for change in made.changes] == ["changed", "changed"]


# Stories


def test_a_listings_title_and_date_recognise_a_moved_guid_and_address() -> None:
    record = Record()
    record.refresh(item("/old", article("one"), guid="a", story="s"))
    edited = article("one", text=prose("one") + " and more")
    (change,) = record.refresh(item("/new", edited, guid="b", story="s")).changes
    assert (change.kind, len(record.entries)) == ("changed", 1)


def test_a_story_that_two_share_is_none() -> None:
    record = Record()
    both = [item(f"/{s}", article(s, title="Press release"), story="s") for s in ("one", "two")]
    record.refresh(*both)
    assert len(record.entries) == 2
    similar = article("three", title="Press release", text=prose("two") + prose("three", 40))
    record.refresh(item("/three", similar, story="s"))
    assert len(record.entries) == 3


def test_a_story_of_other_words_is_another_one() -> None:
    record = Record()
    for subject in ("one", "two"):
        record.refresh(item(f"/{subject}", article(subject, title="Press release"), story="s"))
    assert len(record.entries) == 2


def test_a_story_at_a_second_address_is_a_copy_while_the_first_is_listed() -> None:
    record = Record()
    record.refresh(item("/news/1", article("one"), story="s"))
    shorter = article("one", text=prose("one", 80))
    made = record.refresh(item("/sport/1", shorter, story="s"), elsewhere=["/news/1"])
    assert (made.changes, [copy for copy, _ in made.copies]) == ((), [SITE + "/sport/1"])


# What pages give as their address


def test_the_canonical_address_is_a_key_and_leads_to_the_entry() -> None:
    record = Record()
    record.refresh(item("/a?print=1", article("one", url=SITE + "/a")))
    (change,) = record.refresh(item("/a", article("one", title="Edited"))).changes
    assert (change.kind, len(record.entries)) == ("changed", 1)


@pytest.mark.parametrize(
    "canonical", ["https://example.org/", "https://example.org", "https://other.example/a"]
)
def test_a_front_page_or_another_site_is_no_key_of_an_article(canonical: str) -> None:
    kinds = [key.kind for key in keys_of(item("/a", article("one", url=canonical), led_to="/"))]
    assert kinds == ["url", "content"]


def test_an_article_that_is_the_front_page_keeps_its_address() -> None:
    assert keys_of(item("/", article("one")))[0] == Key("url", "example.org")


def test_a_file_has_no_key_of_its_published_address() -> None:
    reading = Reading("a.txt", article("one", url=SITE + "/a.txt"), (Key("path", "a.txt"),))
    assert [key.kind for key in keys_of(reading)] == ["path", "content"]


@pytest.mark.parametrize("at_once", [30, 1])
def test_a_page_that_all_name_as_theirs_or_are_led_to_makes_no_two_one(at_once: int) -> None:
    everywhere = [
        item(f"/{n}", article(f"s{n}", url=SITE + "/news"), led_to="/blog") for n in range(30)
    ]
    record = Record()
    for _ in range(2):
        for start in range(0, 30, at_once):
            record.refresh(*everywhere[start : start + at_once])
    assert len({record.of(f"s{n}") for n in range(30)}) == len(record.entries) == 30


def test_a_page_of_another_view_takes_nothing_from_the_entry_that_is_listed() -> None:
    record = Record()
    record.refresh(item("/a", article("one")))
    one = record.of("one")
    record.refresh(item("/b", article("two", url=SITE + "/a")))
    two = record.of("two")
    (change,) = record.refresh(item("/a", article("one", title="Edited"))).changes
    assert (change.entry.id, record.of("two")) == (one, two)


def test_a_page_to_be_printed_is_a_copy_while_its_article_is_listed() -> None:
    record = Record()
    record.refresh(item("/a", article("one")))
    printed = article("one", text=prose("one", 80), url=SITE + "/a")
    made = record.refresh(item("/a?print=1", printed), elsewhere=["/a"])
    assert (made.changes, len(made.copies)) == ((), 1)


# What articles say


def test_the_same_words_at_two_addresses_are_one_entry_and_stay_one_when_edited() -> None:
    def both(what: Article) -> list[Reading]:
        return [item("/news/1", what), item("/sport/1", what)]

    record = Record()
    record.refresh(*both(article("one")))
    made = record.refresh(*both(article("one", title="Edited")))
    assert [c.kind for c in made.changes] == ["changed"]
    assert made.copies == ((SITE + "/sport/1", SITE + "/news/1"),)
    assert len(record.entries) == 1


def test_what_says_the_same_as_an_entry_is_its_copy_though_it_comes_first() -> None:
    record = Record()
    record.refresh(item("/sport/1", article("one")))
    edited = article("one", title="Edited")
    made = record.refresh(item("/news/1", edited), item("/sport/1", edited))
    assert [c.kind for c in made.changes] == ["changed"]
    assert made.copies == ((SITE + "/news/1", SITE + "/sport/1"),)


def test_what_an_entry_said_until_now_is_kept_where_it_is_said_elsewhere() -> None:
    record = Record()
    record.refresh(item("/latest", article("one")))
    record.refresh(item("/latest", article("two")), item("/archive/1", article("one")))
    assert record.of("one") != record.of("two")


def test_an_article_that_moved_is_known_by_its_words() -> None:
    record = Record()
    record.refresh(item("/2026/one", article("one"), guid="a"))
    (change,) = record.refresh(item("/archive/one", article("one"), guid="b")).changes
    assert (change.kind, len(record.entries)) == ("unchanged", 1)


def stub(**facts: object) -> Article:
    return article("x", title="Access denied", text="You may not see this.", **facts)


@pytest.mark.parametrize("at_once", [12, 1])
def test_a_refusal_in_place_of_many_articles_makes_no_two_one(at_once: int) -> None:
    record = Record()
    for start in range(0, 12, at_once):
        batch = range(start, start + at_once)
        record.refresh(*(item(f"/{n}", stub(), led_to="/log-in") for n in batch))
    assert len(record.entries) == 1
    for n in range(12):
        record.refresh(item(f"/{n}", article(f"s{n}")))
    assert len({record.of(f"s{n}") for n in range(12)}) == len(record.entries) == 12


def test_few_words_of_two_dates_are_two_articles_and_of_one_date_one() -> None:
    teaser = {"title": "Live", "text": "Watch the stream here."}
    days = [article("x", **teaser, published=NOON + n * DAY) for n in range(3)]
    record = Record()
    record.refresh(*(item(f"/{n}", what) for n, what in enumerate(days)))
    assert len(record.entries) == 3
    record.refresh(item("/moved", days[2]))
    assert len(record.entries) == 3


def test_one_text_under_two_titles_is_two_articles() -> None:
    record = Record()
    made = record.refresh(*(item(f"/{t}", article("x", title=t)) for t in ("One", "Two")))
    assert [c.kind for c in made.changes] == ["new", "new"]
