"""What published feeds still know after a database was lost: entries with their ids and dates.

An article is recognised again by its own id, its address or what it says, so that no reader sees it
twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from feeder.changes.material import material
from feeder.cleaner.plain import text_of
from feeder.generator.atom_reading import read_entries
from feeder.models import Entry, FeedEntry, Key, Known
from feeder.urls import address_key

_SOURCE_UID = re.compile(r":sources/([a-z0-9-]{1,64})$")


def published_entries(
    folders: Iterable[Path], feeds: Mapping[str, Sequence[str]]
) -> Iterator[Known]:
    """The entries of all published Atom documents that can be read.

    Args:
        folders: where documents are put.
        feeds: the names of feeds and of their sources. An entry of a combined feed tells its
            source; one of a feed of a single source is of that.
    """
    for folder in folders:
        for feed, sources in feeds.items():
            for entry in read_entries(_bytes(folder / f"{feed}.atom")):
                source = _source_of(entry, sources)
                if source:
                    yield _known(entry, source)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # what cannot be read cannot help
        return b""


def _source_of(entry: FeedEntry, sources: Sequence[str]) -> str | None:
    told = _SOURCE_UID.search(entry.origin.id) if entry.origin else None
    if told:
        return told.group(1)
    return sources[0] if len(sources) == 1 else None


def _known(entry: FeedEntry, source: str) -> Known:
    text = text_of(entry.html)
    fingerprint = material(entry.title, text)
    keys = [Key("id", entry.id)]
    if entry.url:
        keys.append(Key("url", address_key(entry.url)))
    keys.append(Key("content", fingerprint))
    return Known(_entry(entry, source, text), tuple(keys), fingerprint)


def _entry(entry: FeedEntry, source: str, text: str) -> Entry:
    return Entry(
        id=entry.id,
        source=source,
        title=entry.title,
        html=entry.html,
        text=text,
        published=entry.published,
        updated=entry.updated,
        first_seen=entry.updated,  # the nearest that a feed tells
        url=entry.url,
        summary=entry.summary,
        authors=entry.authors,
        categories=entry.categories,
        image=entry.image,
        language=entry.language,
        attribution=entry.attribution,
        enclosures=entry.enclosures,
    )
