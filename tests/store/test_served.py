"""What readers may ask for is read in one look: documents, lists, what moved and what is gone."""

from __future__ import annotations

from feeder.models import Publication
from feeder.store.served import Told
from tests.store.nouns import HOUR, NOON, Place


def document(feed: str, path: str) -> Publication:
    return Publication(feed, path, "0" * 64, 1, 1, NOON)


def test_everything_that_is_on_record_is_told_and_nothing_twice(place: Place) -> None:
    with place.open() as store:
        for name in ("old", "gone", "town"):
            store.feed(name, now=NOON)
            store.record_publication(document(name, f"{name}.atom"))
        store.record_publication(document("town", "town/archive/0001.atom"))
        store.record_overview("feeds.opml", "made of", 1, "0" * 64)
        kept = {"new": ("old",), "town": ()}
        documents = {"new": ["new.atom"], "town": ["town.atom"]}
        store.retire(kept, documents, NOON)
        store.feed("new", ("old",), now=NOON)
        store.record_publication(document("new", "new.atom"))
        store.clear("town", ["town.atom"], NOON + HOUR)
        found = store.served()
    assert set(found.documents) == {
        Told("new", "old.atom", False),
        Told("new", "new.atom", False),
        Told("town", "town.atom", True),
        Told("town", "town/archive/0001.atom", False),
    }
    assert list(found.overviews) == ["feeds.opml"]
    assert dict(found.moved) == {"old.atom": "new.atom"}
    assert set(found.gone) == {"gone.atom"}
