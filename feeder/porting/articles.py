"""One feed as a folder of HTML files with front matter, which the `files` kind reads back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from feeder.adding import free_name, name_for
from feeder.config.settings import FeedSettings, Settings
from feeder.models import Entry
from feeder.porting.writing import named_failures
from feeder.publish.compose import SourceLabel
from feeder.publish.press import Press, chosen_entries
from feeder.store.store import Store

_WORDS = 5
"""Of a title in the name of a file."""


def entries_of(
    settings: Settings, feed: FeedSettings, store: Store, now: datetime
) -> Iterator[Entry]:
    """All entries on record that the feed may show, the newest first, however many they are."""
    sources = settings.sources_of(feed)
    ids = store.standing((), [source.name for source in sources]).ids
    labels = {s.name: SourceLabel(ids[s.name], s.title, s.url) for s in sources if s.name in ids}
    press = Press(
        settings=feed,
        store=store,
        outputs=(),
        labels=labels,
        public_url=settings.public_url,
        state=settings.state,
        now=now,
    )
    return chosen_entries(press)


def write_folder(folder: Path, entries: Iterator[Entry]) -> int:
    """Write a new folder with a file for each entry; how many those are.

    Raises:
        NotWrittenError: there is something at its place already, or it cannot be written.
    """
    taken = set[str]()
    with named_failures(folder):
        if os.path.lexists(folder):
            raise FileExistsError
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for entry in entries:
                name = free_name(f"{entry.published:%Y-%m-%d}-{_words(entry)}", taken)
                taken.add(name)
                file = scratch / f"{name}.html"
                file.write_text(article_file(entry), encoding="utf-8", errors="replace")
                moment = entry.updated.timestamp()
                os.utime(file, (moment, moment))
            scratch.chmod(0o755)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return len(taken)


def article_file(entry: Entry) -> str:
    """The text of an entry's file."""
    told = yaml.safe_dump(dict(_facts(entry)), allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{told}---\n{entry.html}\n"


def _words(entry: Entry) -> str:
    """The beginning of its title, or the end of its address where that is in no Latin script."""
    name = name_for(" ".join(entry.title.split()[:_WORDS]), entry.url or "")
    return "article" if name == "source" else name


def _facts(entry: Entry) -> Iterator[tuple[str, Any]]:
    told: Mapping[str, Any] = {
        "id": entry.id,
        "title": entry.title,
        "date": entry.published.isoformat(),
        "updated": entry.updated.isoformat(),
        "url": entry.url,
        "authors": list(entry.authors),
        "tags": list(entry.categories),
        "language": entry.language,
        "summary": entry.summary,
        "image": entry.image,
    }
    yield from ((key, value) for key, value in told.items() if value)
    if entry.attribution is not None:
        source = {"name": entry.attribution.name, "url": entry.attribution.url}
        yield "source", {key: value for key, value in source.items() if value}
