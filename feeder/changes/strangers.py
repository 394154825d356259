"""What stands in place of many articles at once: a wall whose words nobody knows yet.

Articles are changed by their authors, one by one. Where several pages say the same words in one
refresh, and none of them what its entry says, nobody wrote that: it is no article, and no entry is
overwritten by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from feeder.changes.identity import Reading, listed_address
from feeder.changes.likeness import folded, like_text
from feeder.models import Key, Known

_COMPARED = 3_000
"""Characters of words: two articles part long before that."""


class Apart(NamedTuple):
    """Readings that may be what they are taken for, and those that are not."""

    readings: list[Reading]
    strangers: list[Reading]


def apart(readings: Sequence[Reading], known: Mapping[Key, Known]) -> Apart:
    """The readings of a batch, without those that stand in place of the articles on record."""
    entries = [_entry_of(reading, known) for reading in readings]
    if not any(entries):
        return Apart([*readings], [])
    words = [folded(reading.article.text, _COMPARED) for reading in readings]
    sayers: dict[str, set[str]] = defaultdict(set)
    for reading, record, said in zip(readings, entries, words, strict=True):
        sayers[said].add(record.entry.id if record else reading.address)
    told = Apart([], [])
    for reading, record, said in zip(readings, entries, words, strict=True):
        is_one_of_many = record is not None and len(sayers[said]) > 1
        if is_one_of_many and record and not like_text(reading.article, record.entry):
            told.strangers.append(reading)
        else:
            told.readings.append(reading)
    return told


def _entry_of(reading: Reading, known: Mapping[Key, Known]) -> Known | None:
    """The entry that was read at this address before."""
    listed = listed_address(reading)
    return known.get(listed) if listed else None
