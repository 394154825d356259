"""Articles as sources read them, and a record of them that does what the store does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from feeder.changes.decide import Decision, decide
from feeder.changes.identity import Reading, keys_of
from feeder.models import Article, Change, Entry, Key, Known
from feeder.urls import address_key

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = "https://example.org"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@cache
def prose(subject: str, length: int = 90) -> str:
    """Words of an article that no other subject shares."""
    random = Random(subject)
    return " ".join([subject, *("".join(random.choices(LETTERS, k=7)) for _ in range(length))])


def article(subject: str, **facts: object) -> Article:
    text = prose(subject)
    plain = Article(title=f"All about {subject}", html=f"<p>{text}</p>", text=text)
    return replace(plain, **facts)  # type: ignore[arg-type]


def item(
    path: str,
    what: Article,
    *,
    guid: str | None = None,
    story: str | None = None,
    led_to: str | None = None,
) -> Reading:
    """As a feed or a listing tells of it: guid, addresses, the hash of title and date."""
    address = path if "://" in path else SITE + path
    keys = [Key("guid", guid)] if guid else []
    keys.append(Key("url", address_key(address)))
    if story:
        keys.append(Key("story", story))
    if led_to:
        keys.append(Key("url", address_key(SITE + led_to)))
    return Reading(address, what, tuple(keys))


@dataclass
class Record:
    """What the store does with changes: keys lead to one entry each, ids are never given twice."""

    entries: dict[str, tuple[Entry, str]] = field(default_factory=dict)
    keys: dict[Key, str] = field(default_factory=dict)
    now: datetime = NOON + 30 * DAY

    def refresh(self, *readings: Reading, elsewhere: Iterable[str] = ()) -> Decision:
        self.now += timedelta(hours=1)
        made = decide(
            readings,
            self.known(key for reading in readings for key in keys_of(reading)),
            source="s",
            prefix="tag:example.org,2026-01-01",
            elsewhere={address_key(SITE + path) for path in elsewhere},
            now=self.now,
        )
        for change in made.changes:
            uid = self._uid(change)
            self.entries[uid] = replace(change.entry, id=uid), change.material
            self.keys |= dict.fromkeys(change.keys, uid)
        return made

    def known(self, keys: Iterable[Key]) -> dict[Key, Known]:
        return {key: self._record(self.keys[key]) for key in keys if key in self.keys}

    def _record(self, uid: str) -> Known:
        entry, material = self.entries[uid]
        keys = tuple(sorted(key for key, leads_to in self.keys.items() if leads_to == uid))
        return Known(entry, keys, material)

    def _uid(self, change: Change) -> str:
        if change.kind != "new":
            return change.entry.id
        uid, number = change.entry.id, 1
        while uid in self.entries:
            uid, number = f"{change.fallback_id}-{number}", number + 1
        return uid

    def of(self, subject: str) -> str:
        """The id of the one entry that tells of a subject."""
        text = prose(subject)[:40]
        (found,) = (uid for uid, (entry, _) in self.entries.items() if entry.text.startswith(text))
        return found
