"""What publishing costs: 60 entries of 8 kB, each format beside plain feedgen in the same run.

    python benchmarks/publishing.py

Times are CPU milliseconds, the least of several rounds; the ratio is to feedgen building and
writing the same feed with none of its traps mended, nothing sanitised and nothing checked.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

from feedgen.feed import FeedGenerator

from feeder.config.settings import FeedSettings
from feeder.generator import Renderer
from feeder.generator.atom import Atom
from feeder.generator.html import Html
from feeder.generator.json_feed import JsonFeed
from feeder.generator.rss import Rss
from feeder.models import Document, Entry, Feed
from feeder.outputs.codings import codings
from feeder.outputs.directory import Directory
from feeder.publish.build import build_feed
from feeder.publish.compose import compose
from feeder.store.feeds import FeedRecord

ENTRIES = 60
ROUNDS = 15
NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
SENTENCE = "The river — “quiet” for weeks — went down in the night & the bridge opened. "


def entry(number: int) -> Entry:
    paragraphs = [f"{number}.{line} " + SENTENCE * 5 for line in range(20)]
    html = "".join(f"<p>{paragraph.replace('&', '&amp;')}</p>" for paragraph in paragraphs)
    return Entry(
        id=f"tag:news.example,2026:{number}",
        source="river",
        title=f"Story {number}",
        html=html,
        text="\n\n".join(paragraphs),
        published=NOON - timedelta(hours=number),
        updated=NOON,
        first_seen=NOON,
        url=f"https://news.example/{number}",
        authors=("Ann Example",),
        categories=("Rivers", "Bridges"),
    )


def plain_feedgen(feed: Feed) -> bytes:
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.updated(feed.updated)
    generator.author({"name": feed.author})
    generator.link(href=feed.self_url, rel="self")
    for shown in feed.entries:
        built = generator.add_entry(order="append")
        built.id(shown.id)
        built.title(shown.title)
        built.published(shown.published)
        built.updated(shown.updated)
        built.content(shown.html, type="html")
        built.summary(shown.summary)
        built.link(href=shown.url)
        built.author([{"name": name} for name in shown.authors])
        built.category([{"term": name} for name in shown.categories])
    body: bytes = generator.atom_str()
    return body


def least(work: Callable[[], object]) -> float:
    """CPU milliseconds of the quickest round."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000


def main() -> None:
    numbers = count(ENTRIES)
    entries = [entry(number) for number in range(ENTRIES)]
    record = FeedRecord("river", "tag:news.example,2026:feeds/river", NOON)
    settings = FeedSettings(name="river", title="River news", max_bytes=10_000_000)

    def composed() -> Feed:
        shown = [compose(one, None, settings) for one in entries]
        return build_feed(settings, record, shown, self_url="https://news.example/river.atom")

    def with_a_new_entry() -> Feed:
        entries[:] = [*entries[1:], entry(next(numbers))]
        return composed()

    feed = composed()
    baseline = least(lambda: plain_feedgen(feed))
    size = len(Atom().render(feed).body)
    print(f"{ENTRIES} entries of {len(feed.entries[0].html.encode()):,} bytes; ", end="")
    print(f"an Atom document of {size:,} bytes; plain feedgen {baseline:.1f} ms")
    show("compose, one entry new", least(with_a_new_entry), baseline)
    for renderer in (Atom(), Rss(), JsonFeed(), Html()):
        for what, taken in stages(renderer, with_a_new_entry).items():
            show(f"{type(renderer).__name__}: {what}", taken, baseline)


def stages(renderer: Renderer, feed: Callable[[], Feed]) -> dict[str, float]:
    """What one format takes in the feed's life, CPU milliseconds each."""

    def made() -> Document:
        document = renderer.render(feed())
        renderer.check(document)
        return document

    made()
    document = made()
    with tempfile.TemporaryDirectory() as folder:
        gzipped = Directory(Path(folder), packed=[one for one in codings() if one.suffix == ".gz"])
        gzipped.put(document)
        digest = sha256(document.body).hexdigest()
        return {
            "one new entry, composed, rendered, checked": least(made),
            "the same, and put with .gz": least(lambda: gzipped.put(made())),
            "unchanged": least(lambda: gzipped.holds(document.path, len(document.body), digest)),
        }


def show(what: str, milliseconds: float, baseline: float) -> None:
    """One line of figures."""
    print(f"{what:56}{milliseconds:8.1f} ms{milliseconds / baseline:8.2f} ×")


if __name__ == "__main__":
    main()
