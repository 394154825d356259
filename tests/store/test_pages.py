"""Pages that are kept of a source, within its budget, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from feeder.models import Page
from feeder.store.pages import Budget, KeptPage, kept_page
from feeder.store.store import Store
from tests.store.nouns import HOUR, NOON, Place

ROOMY = Budget(1_000_000, timedelta(days=30))


def fetched(number: int, body: bytes = b"") -> Page:
    address = f"https://news.example/{number}"
    return Page(address, address, body or f"page {number}".encode() * 99, "text/html", "utf-8")


def keep(
    store: Store, *pages: Page, now: datetime = NOON, budget: Budget = ROOMY, source: str = "news"
) -> list[KeptPage]:
    kept = [kept_page(page.url, page, store.files.put(page.body), now) for page in pages]
    store.keep_pages(source, kept, budget, now)
    return kept


def files(place: Place) -> set[str]:
    return {file.name.removesuffix(".gz") for file in (place.state / "pages").rglob("*.gz")}


def test_pages_come_back_whole_in_the_order_of_their_fetching(place: Place) -> None:
    with place.open_with("news", "sport") as store:
        later = keep(store, fetched(1), now=NOON + HOUR)
        earlier = keep(store, fetched(2), fetched(3))
        assert store.pages("news") == [*earlier, *later]
        assert [store.page(one) for one in store.pages("news")] == [
            fetched(2),
            fetched(3),
            fetched(1),
        ]
        assert store.pages("sport") == []


def test_a_page_that_changed_takes_the_place_of_the_older_one(place: Place) -> None:
    with place.open_with("news") as store:
        keep(store, fetched(1))
        (now,) = keep(store, fetched(1, b"changed"), now=NOON + HOUR)
        assert store.pages("news") == [now]
        assert files(place) == {now.file.sha256}


@pytest.mark.parametrize("budget", [Budget(120, ROOMY.age), Budget(ROOMY.size, 2 * HOUR)])
def test_the_oldest_go_with_their_files(place: Place, budget: Budget) -> None:
    with place.open_with("news") as store:
        for number in range(9):
            keep(store, fetched(number), now=NOON + number * HOUR, budget=budget)
        kept = store.pages("news")
        assert 0 < len(kept) <= 4
        assert kept[-1].address.endswith("/8")
        assert files(place) == {one.file.sha256 for one in kept}


def test_a_file_that_another_source_has_too_stays(place: Place) -> None:
    with place.open_with("news", "sport") as store:
        keep(store, fetched(1, b"same"))
        keep(store, fetched(1, b"same"), source="sport")
        keep(store, fetched(1, b"other"))
        (one,) = store.pages("sport")
        assert store.page(one) is not None


def test_an_address_of_any_length_is_kept(place: Place) -> None:
    long = "https://news.example/" + "x" * 3_000
    with place.open_with("news") as store:
        keep(store, Page(long, long, b"body"))
        assert [one.address for one in store.pages("news")] == [long]


def test_what_is_no_file_any_more_is_none(place: Place) -> None:
    with place.open_with("news") as store:
        (one,) = keep(store, fetched(1))
        store.files.remove([one.file.sha256, "0" * 64])
        assert store.page(one) is None


def test_a_file_with_other_bytes_than_its_name_says_is_none(files: Place) -> None:
    with files.open_with("news") as store:
        one, other = keep(store, fetched(1), fetched(2))
        paths = [next(files.state.rglob(f"{k.file.sha256}.gz")) for k in (one, other)]
        paths[0].write_bytes(paths[1].read_bytes())
        assert (store.page(one), store.page(other)) == (None, fetched(2))


def test_files_are_for_their_owner_alone(files: Place) -> None:
    with files.open_with("news") as store:
        keep(store, fetched(1))
    for path in [files.state / "pages", *(files.state / "pages").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0
