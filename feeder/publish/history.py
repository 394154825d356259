"""When which entries of a feed are closed into archives (RFC 5005, 4). Pure.

Every entry that was ever in the feed is in its document or in an archive. An archive never changes
once it is closed: that is what lets a reader fetch it once and for all (RFC 5005, 4: "it is
intended that archive documents be static"). So a correction is seen in the feed as long as it has
the entry, and not in the archive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from feeder.models import Entry

MOST_ENTRIES = 50
"""Entries of one archive; with 8 kB each, half a megabyte."""


class Caps(NamedTuple):
    """How much one archive holds."""

    entries: int
    bytes: int


def archive_name(feed: str, number: int) -> str:
    """What an archive is called where a feed has its name."""
    return f"{feed}/archive/{number:04}"


def caps_of(max_entries: int, max_bytes: int) -> Caps:
    """Half of what the feed's document may have, so that archives are closed now and then, and not
    with each new entry. The other half of the bytes is for what formats write around articles."""
    return Caps(max(1, min(max_entries // 2, MOST_ENTRIES)), max_bytes // 2)


def due(unarchived: Sequence[str], shown: Collection[str]) -> int:
    """How many of the oldest must be closed for all that are left to be shown in the feed."""
    for count in range(len(unarchived), 0, -1):
        if unarchived[count - 1] not in shown:
            return count
    return 0


def batches(entries: Iterable[Entry], count: int, caps: Caps) -> Iterator[list[Entry]]:
    """The first `count` entries in full archives, the last one filled up with those that follow."""
    batch, weight = list[Entry](), 0
    for position, entry in enumerate(entries):
        weighed = len(escape(entry.html, quote=False))
        if batch and (len(batch) == caps.entries or weight + weighed > caps.bytes):
            yield batch
            batch, weight = [], 0
        if not batch and position >= count:
            return
        batch.append(entry)
        weight += weighed
    if batch:
        yield batch
