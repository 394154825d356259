"""What is read back from published feeds is recognised again when its articles are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from feeder.models import Feed, FeedEntry, Origin
from feeder.recovery import published_entries
from tests.changes.record import NOON, SITE, Record, article, item
from tests.generator.test_atom import FEED, rendered

PREFIX = "tag:example.org,2026-01-01"


def entry(subject: str, url: str, origin: Origin | None = None) -> FeedEntry:
    what = article(subject)
    return FeedEntry(
        id=f"{PREFIX}:s/{subject}",
        title=what.title,
        html=what.html,
        published=NOON,
        updated=NOON,
        url=url,
        origin=origin,
    )


def recovered(folder: Path, feed: Feed, *sources: str) -> dict[str, Record]:
    """What would be on record of each source after a rebuild from one published feed."""
    (folder / "f.atom").write_bytes(rendered(feed))
    records = {source: Record() for source in sources}
    for known in published_entries([folder], {"f": sources}):
        record = records[known.entry.source]
        record.entries[known.entry.id] = known.entry, known.material
        record.keys |= dict.fromkeys(known.keys, known.entry.id)
    return records


def feed_of(*entries: FeedEntry) -> Feed:
    return replace(FEED, entries=entries)


def test_an_article_is_recognised_by_its_address_however_that_is_linked(tmp_path: Path) -> None:
    feed = feed_of(entry("one", SITE + "/a"))
    for link in ("http://www.example.org/a/", SITE + "/a?utm_source=feed"):
        record = recovered(tmp_path, feed, "s")["s"]
        edited = article("one", text=article("one").text + " And more.", published=NOON)
        (change,) = record.refresh(item(link, edited, guid="g")).changes
        assert (change.kind, change.entry.id) == ("changed", f"{PREFIX}:s/one")


def test_an_article_that_moved_meanwhile_is_recognised_by_its_words(tmp_path: Path) -> None:
    record = recovered(tmp_path, feed_of(entry("one", SITE + "/a")), "s")["s"]
    (change,) = record.refresh(item("/b", article("one"))).changes
    assert change.entry.id == f"{PREFIX}:s/one"


def test_episodes_with_one_address_are_recognised_and_a_new_one_is_new(tmp_path: Path) -> None:
    feed = feed_of(*(entry(f"e{n}", SITE + "/show") for n in range(3)))
    record = recovered(tmp_path, feed, "s")["s"]
    for n in range(4):
        what = article(f"e{n}", published=NOON + n * timedelta(days=1))
        record.refresh(item("/show", what, guid=f"g{n}"))
    assert {record.of(f"e{n}") for n in range(3)} == {f"{PREFIX}:s/e{n}" for n in range(3)}
    assert len(record.entries) == 4


def test_an_address_that_two_sources_have_leads_to_the_entry_of_each(tmp_path: Path) -> None:
    origins = {s: Origin(id=f"{PREFIX}:sources/{s}", title=s, updated=NOON) for s in ("s", "t")}
    both = [
        replace(entry("one", SITE + "/a", origin), id=f"{PREFIX}:{name}/one")
        for name, origin in origins.items()
    ]
    for name, record in recovered(tmp_path, feed_of(*both), "s", "t").items():
        (change,) = record.refresh(item("/a", article("one", title="Edited"))).changes
        assert change.entry.id == f"{PREFIX}:{name}/one"
