"""Ids of feeds and the prefix of all minted ids: given once, whatever is configured later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from feeder.models import Publication
from feeder.store.identity import mint_prefix, prefix_of
from tests.store.nouns import HOUR, NOON, PREFIX, Place, entry, put, stories

STATE_ID = "0123456789abcdef" * 2
OWN = "tag:0123456789ab.localhost,2026-03-01"


@pytest.mark.parametrize(
    ("host", "prefix"),
    [
        ("feeds.example.org", "tag:feeds.example.org,2026-03-01"),
        ("Feeds.Example.ORG.", "tag:feeds.example.org,2026-03-01"),
        ("новини.example", "tag:xn--b1amarcd.example,2026-03-01"),
        (None, OWN),
        ("", OWN),
        ("localhost", OWN),
        ("feeds.localhost", OWN),
        ("printer.local", OWN),
        ("intranet", OWN),
        ("192.0.2.7", OWN),
        ("127.1", OWN),
        ("2001:db8::1", OWN),
        ("a..b", OWN),
        ("under_score.example", OWN),
        ("x" * 70 + ".example", OWN),
    ],
)
def test_the_prefix_names_who_owns_the_name_else_the_state(host: str | None, prefix: str) -> None:
    assert mint_prefix(host, STATE_ID, NOON) == prefix


def test_the_prefix_bears_the_day_in_utc() -> None:
    late = datetime(2026, 3, 1, 23, tzinfo=timezone(-timedelta(hours=5)))
    assert mint_prefix("example.org", STATE_ID, late) == "tag:example.org,2026-03-02"


def test_the_prefix_is_minted_once_for_all(place: Place) -> None:
    with place.open() as store:
        assert store.authority("example.org", NOON) == PREFIX
        assert store.authority("other.example", NOON + 48 * HOUR) == PREFIX
    with place.open() as store:
        assert store.authority(None, NOON) == PREFIX


def test_the_prefix_is_read_off_minted_ids_and_not_off_documents_own() -> None:
    foreign = [entry(n, id=f"tag:blog.example,2001:post-{n}") for n in range(9)]
    assert prefix_of([*foreign, entry(1)]) == PREFIX
    assert prefix_of(foreign) is None


def test_a_feed_keeps_its_id_and_the_day_it_was_made(place: Place) -> None:
    with place.open_with() as store:
        made = store.feed("town", now=NOON)
        assert (made.name, made.uid, made.created_at) == ("town", f"{PREFIX}:feeds/town", NOON)
        assert store.feed("town", now=NOON + HOUR) == made


def test_a_renamed_feed_keeps_its_id_and_its_old_name_is_free(place: Place) -> None:
    with place.open_with() as store:
        made = store.feed("town", now=NOON)
        renamed = store.feed("city", ["village", "town"], now=NOON + HOUR)
        assert (renamed.name, renamed.uid, renamed.created_at) == ("city", made.uid, NOON)
        assert store.feed("town", now=NOON + HOUR).uid == f"{made.uid}-2"


def test_a_publication_is_what_was_put_in_place_last(place: Place) -> None:
    first = Publication("town", "town.atom", "0" * 64, 5_000_000_000, 60, NOON)
    second = Publication("town", "town.atom", "1" * 64, 10, 1, NOON + HOUR)
    with place.open_with() as store:
        store.feed("town", now=NOON)
        assert store.publication("town", "town.atom") is None
        store.record_publication(first)
        assert store.publication("town", "town.atom") == first
        store.record_publication(second)
        assert store.publication("town", "town.atom") == second
        assert store.publication("town", "town.rss") is None


def test_times_come_back_in_utc_to_the_microsecond(place: Place) -> None:
    exact = datetime(
        2026, 3, 1, 12, 30, 15, 123457, tzinfo=timezone(timedelta(hours=5, minutes=45))
    )
    with place.open_with("news") as store:
        made = store.feed("town", now=exact)
        assert store.feed("town", now=NOON).created_at == exact
        assert store.feed("town", now=NOON).created_at.tzinfo == UTC
        put(store, stories(1))
        assert store.entries()[0].published.tzinfo == UTC
    assert made.created_at == exact
