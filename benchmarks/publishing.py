"""What publishing costs: 60 entries of 8 kB, each stage beside plain feedgen in the same run.

    python benchmarks/publishing.py

Times are CPU milliseconds, the least of several rounds; the ratio is to feedgen building and
writing the same feed with none of its traps mended, nothing sanitised and nothing checked.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedgen.feed import FeedGenerator

from feeder import publish as publishing
from feeder.config.settings import FeedSettings
from feeder.generator.atom import Atom
from feeder.models import Entry, Feed
from feeder.outputs.directory import Directory
from feeder.publish import build_feed, compose
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
    entries = [entry(number) for number in range(ENTRIES)]
    record = FeedRecord("river", "tag:news.example,2026:feeds/river", NOON)
    settings = FeedSettings(name="river", title="River news")

    def composed() -> Feed:
        shown = map(compose, entries)
        return build_feed(settings, record, shown, self_url="https://news.example/river.atom")

    def composed_anew() -> Feed:
        publishing._clean.clear()
        return composed()

    feed, atom = composed(), Atom()
    document = atom.render(feed)
    baseline = least(lambda: plain_feedgen(feed))
    print(f"{ENTRIES} entries of {len(feed.entries[0].html.encode()):,} bytes; ", end="")
    print(f"a document of {len(document.body):,} bytes; plain feedgen {baseline:.1f} ms")
    with tempfile.TemporaryDirectory() as folder:
        output = Directory(Path(folder))
        bodies = iter(document.body + b" " * number for number in range(ROUNDS))
        stages: dict[str, Callable[[], object]] = {
            "compose, all entries new": composed_anew,
            "compose, all entries seen before": composed,
            "render": lambda: atom.render(feed),
            "check": lambda: atom.check(document),
            "put, changed": lambda: output.put(replace(document, body=next(bodies))),
            "put, unchanged": lambda: output.put(document),
        }
        taken = {name: least(work) for name, work in stages.items()}
    unchanged = [name for name in taken if name not in ("compose, all entries new", "put, changed")]
    taken["together, unchanged"] = sum(taken[name] for name in unchanged)
    for name, milliseconds in taken.items():
        print(f"{name:34}{milliseconds:8.1f} ms{milliseconds / baseline:8.2f} ×")


if __name__ == "__main__":
    main()
