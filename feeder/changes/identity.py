"""Which entry on record each article of a batch is.

Decided for the whole batch at once, so that two files that swapped their names, or two that claim
one id, come out the same whatever their order. Strong keys first (the document's own id, a guid,
an address), then what they say, then where they lie.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feeder.changes.material import material
from feeder.models import Article, Key, Known


@dataclass(frozen=True, slots=True)
class Reading:
    """An article just read: from which address, and how its source recognises it again.

    `published` is the date to take where the article tells none.
    """

    address: str
    article: Article
    keys: tuple[Key, ...]
    published: datetime | None = None


def keys_of(reading: Reading) -> tuple[Key, ...]:
    """All keys of a reading, the strongest first; the last is the fingerprint of its content."""
    own = (Key("id", reading.article.id),) if reading.article.id else ()
    content = Key("content", material(reading.article.title, reading.article.text))
    return tuple(dict.fromkeys((*own, *reading.keys, content)))


class Claims:
    """Who of a batch is which entry on record. Strong keys first, then paths, then content."""

    def __init__(
        self,
        readings: Sequence[Reading],
        known: Mapping[Key, Known],
        elsewhere: Collection[str],
    ) -> None:
        self.known = known
        self.elsewhere = elsewhere
        self.keys = {reading.address: keys_of(reading) for reading in readings}
        self.owner: dict[str, Known] = {}
        self.copied: dict[str, str] = {}
        self._taken: set[str] = set()
        self._claim_by_id(readings)
        self._claim_by_content(readings)
        self._claim_by_path(readings)

    def _claim_by_id(self, readings: Sequence[Reading]) -> None:
        strong = self._by_key(readings, ("id", "guid", "url"))
        for key, several in strong.items():
            record = self.known.get(key)
            held = record is not None and self._held_elsewhere(record)
            winner = None if held else self._rightful(record, several)
            for reading in several:
                if reading is not winner and key.kind != "url":
                    self._forget(reading, key)
                elif record is not None and not held:
                    self._take(reading, record)

    def _rightful(self, record: Known | None, several: list[Reading]) -> Reading:
        """The claimant that already is the entry, by its path; else the first."""
        paths = {key for key in record.keys if key.kind == "path"} if record else set()
        return next((r for r in several if paths & set(self.keys[r.address])), several[0])

    def _claim_by_content(self, readings: Sequence[Reading]) -> None:
        """The same words are the same entry before the same path is: names get shifted along
        (`news.1` becomes `news.2`), words do not."""
        for key, several in self._by_key(readings, ("content",)).items():
            record = self.known.get(key)
            if record is None or record.material != key.value:
                continue
            if not self._held_elsewhere(record):
                self._take(self._rightful(record, several), record)
            for reading in several:
                if reading.address not in self.owner:
                    self.copied[reading.address] = self._where(record)

    def _claim_by_path(self, readings: Sequence[Reading]) -> None:
        for key, several in self._by_key(readings, ("path",)).items():
            record = self.known.get(key)
            if record is None or self._held_elsewhere(record):
                continue  # the entry has moved on to another path
            for reading in several:
                if not self._another_document(reading, record):
                    self._take(reading, record)

    def _by_key(
        self, readings: Sequence[Reading], kinds: Collection[str]
    ) -> dict[Key, list[Reading]]:
        claimants: dict[Key, list[Reading]] = {}
        for reading in readings:
            for key in self.keys[reading.address]:
                if key.kind in kinds:
                    claimants.setdefault(key, []).append(reading)
        return claimants

    def _take(self, reading: Reading, record: Known) -> None:
        if reading.address not in self.owner and record.entry.id not in self._taken:
            self.owner[reading.address] = record
            self._taken.add(record.entry.id)

    def _forget(self, reading: Reading, key: Key) -> None:
        keys = self.keys[reading.address]
        self.keys[reading.address] = tuple(k for k in keys if k != key)

    def _held_elsewhere(self, record: Known) -> bool:
        return any(key.kind == "path" and key.value in self.elsewhere for key in record.keys)

    def _another_document(self, reading: Reading, record: Known) -> bool:
        """A path that is used again: both documents have ids of their own, and they differ."""
        theirs = {key for key in record.keys if key.kind in ("id", "guid")}
        ours = {key for key in self.keys[reading.address] if key.kind in ("id", "guid")}
        return bool(theirs and ours and not theirs & ours)

    def _where(self, record: Known) -> str:
        paths = (key.value for key in record.keys if key.kind == "path")
        return next((path for path in paths if path in self.elsewhere), record.entry.id)
