"""100,000 entries into archives, in pieces: time, and the peak memory of a process of its own.

`python -m benchmarks.archives [ENTRIES …]`; for each number of entries of 8 kB, the seconds that
feeder takes to close, render, check and put all archives in Atom (read from the record, packed,
put in place whole), and those of plain feedgen for documents of the same size in one process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeder.models import Change, Entry, Key, Outcome

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
_BODY = "".join(f"<p>Paragraph {n} of an article, {'word ' * 70}</p>" for n in range(20))
_AT_ONCE = 50


def entry(number: int) -> Entry:
    when = NOON - timedelta(minutes=number)
    return Entry(
        id=f"tag:news.example,2026:river/{number:06}",
        source="river",
        title=f"Story {number}",
        html=f"<p>Story {number}.</p>{_BODY}",
        text=f"Story {number}.",
        published=when,
        updated=when,
        first_seen=NOON,
        url=f"https://news.example/{number}",
    )


def fill(state: Path, count: int) -> None:
    """A record of so many entries."""
    from feeder.store.opening import open_store
    from feeder.store.sources import SourceSpec

    with open_store(state, now=NOON) as store:
        store.authority("news.example", NOON)
        store.sync([SourceSpec("river", "river", "files")], NOON)
        for start in range(0, count, 2_000):
            (lease,) = store.claim(NOON, timedelta(minutes=1), names=["river"], force=True)
            some = [entry(number) for number in range(start, min(count, start + 2_000))]
            changes = [
                Change("new", e, (Key("path", e.id),), e.id, f"{e.id}-b", e.id) for e in some
            ]
            store.record(lease, changes, [], Outcome("river", NOON, NOON), NOON, NOON, failed=False)


def with_feeder(folder: Path, _count: int) -> None:
    """Publish the feed with its history."""
    from feeder.config.settings import FeedSettings
    from feeder.generator.atom import Atom
    from feeder.outputs.directory import Directory
    from feeder.publish.compose import SourceLabel
    from feeder.publish.flow import publish
    from feeder.publish.press import Press
    from feeder.store.opening import open_store

    with open_store(folder / "state", now=NOON) as store:
        press = Press(
            settings=FeedSettings(name="news", title="News", history=True, max_entries=100),
            store=store,
            outputs=[Directory(folder / "public")],
            labels={"river": SourceLabel("tag:news.example,2026:sources/river", "The river")},
            public_url="https://news.example/",
            state=folder / "state",
            now=NOON,
            formats={"atom": Atom()},
        )
        publish(press, list(press.formats.values()), store.standing(["news"], ["river"]))


def with_feedgen(folder: Path, count: int) -> None:
    """The same entries in documents of the same size; nothing is checked, packed or recorded."""
    from feedgen.feed import FeedGenerator

    for start in range(0, count, _AT_ONCE):
        feed = FeedGenerator()
        feed.id("tag:news.example,2026:feeds/news")
        feed.title("News")
        feed.updated(NOON)
        for number in range(start, min(count, start + _AT_ONCE)):
            told, made = entry(number), feed.add_entry(order="append")
            made.id(told.id)
            made.title(told.title)
            made.link(href=told.url)
            made.published(told.published)
            made.updated(told.updated)
            made.content(told.html, type="html")
        (folder / f"{start:06}.atom").write_bytes(feed.atom_str(pretty=True))


WORK: dict[str, Callable[[Path, int], None]] = {"feeder": with_feeder, "feedgen": with_feedgen}


def measured(kind: str, folder: Path, count: int) -> dict[str, float]:
    """CPU and wall seconds, and megabytes, of a child process."""
    command = [sys.executable, "-m", "benchmarks.archives", kind, str(folder), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def rows(counts: list[int]) -> Iterator[str]:
    """The table, a line for each number of entries."""
    yield "entries  feeder CPU s  wall s  peak MB  | feedgen CPU s  | ratio"
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "plain").mkdir()
            fill(folder / "state", count)
            ours = measured("feeder", folder, count)
            theirs = measured("feedgen", folder / "plain", count)
            ratio = ours["cpu"] / theirs["cpu"]
            yield (
                f"{count:7}  {ours['cpu']:12.1f}  {ours['wall']:6.1f}  {ours['peak']:7.0f}  | "
                f"{theirs['cpu']:13.1f}  | {ratio:5.2f}"
            )


def main() -> None:
    """Measure, or be the child that is measured."""
    if len(sys.argv) > 1 and sys.argv[1] in WORK:
        began, cpu = time.monotonic(), time.process_time()
        WORK[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        seconds = time.process_time() - cpu
        print(json.dumps({"cpu": seconds, "wall": time.monotonic() - began, "peak": peak}))
        return
    for line in rows([int(one) for one in sys.argv[1:]] or [10_000, 100_000]):
        print(line, flush=True)


if __name__ == "__main__":
    main()
