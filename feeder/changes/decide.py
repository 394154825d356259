"""What a batch of articles means for the record: new, changed, retouched, unchanged, a copy."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from feeder.changes.identity import Reading
from feeder.changes.matching import Claims
from feeder.models import Article, Change, ChangeKind, Entry, Key, Known
from feeder.text import one_line, shorten
from feeder.urls import is_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINTED_SCHEMES = ("urn:uuid:", "tag:")
"""A document's own id becomes the entry's id only where it is made to be one (RFC 4151, 9562)."""
TITLE_LIMIT = 80
"""Characters of a title that is made of an article's first words."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a batch of readings means: changes to be recorded, and copies that are none."""

    changes: tuple[Change, ...]
    copies: tuple[tuple[str, str], ...] = ()
    """(address, address or id of what it says again)."""


def decide(
    readings: Sequence[Reading],
    known: Mapping[Key, Known],
    *,
    source: str,
    prefix: str,
    elsewhere: Collection[str],
    now: datetime,
) -> Decision:
    """Which entry each reading is, and what that changes, whatever the order of the readings.

    Args:
        readings: articles just read from one source.
        known: what is on record under any of their keys.
        source: the source's name, part of minted ids.
        prefix: the tag URI's authority and date, "tag:example.org,2026-01-01" (RFC 4151).
        elsewhere: values of the path and url keys of what is still there, unchanged since it was
            last read. An entry that one of them holds is not free to be claimed by another.
        now: the moment of this refresh.
    """
    changes: list[Change] = []
    copies: list[tuple[str, str]] = []
    for claimant in Claims(readings, known, elsewhere).claimants:
        reading, keys = claimant.reading, claimant.keys
        if claimant.owner is not None:
            changes.append(_revise(reading, keys, claimant.owner, now))
        elif claimant.copy_of is not None:
            copies.append((reading.address, claimant.copy_of))
        else:
            changes.append(_mint(reading, keys, source=source, prefix=prefix, now=now))
    return Decision(tuple(changes), tuple(copies))


def _mint(
    reading: Reading, keys: tuple[Key, ...], *, source: str, prefix: str, now: datetime
) -> Change:
    article = reading.article
    minted = minted_id(prefix, source, keys[0])
    published = _plausible(article.published, now) or _plausible(reading.published, now) or now
    modified = _plausible(article.modified, now)
    entry = Entry(
        id=_own_id(article, keys) or minted,
        source=source,
        title="",
        html="",
        text="",
        published=_whole(published),
        updated=_whole(max(published, modified) if modified else published),
        first_seen=_whole(now),
    )
    return _change("new", _saying(entry, article), reading, keys, minted)


def _revise(reading: Reading, keys: tuple[Key, ...], record: Known, now: datetime) -> Change:
    old = record.entry
    entry = _saying(old, reading.article)
    if keys[-1].value != record.material:
        # Readers go by it: it moves on although the clock was put back, or a second is not over.
        updated = _whole(max(now, old.updated + timedelta(seconds=1)))
        entry = replace(entry, updated=updated, revision=old.revision + 1)
        return _change("changed", entry, reading, keys, old.id)
    if entry != old and entry.text == old.text:
        return _change("retouched", entry, reading, keys, old.id)
    # The words differ by noise alone: what readers have is as good.
    return _change("unchanged", old, reading, keys, old.id)


def _saying(entry: Entry, article: Article) -> Entry:
    """The entry with all that the article tells, and with its own identity and dates."""
    return replace(
        entry,
        title=title_of(article),
        html=article.html,
        text=article.text,
        url=article.url,
        summary=article.summary,
        authors=article.authors,
        categories=article.categories,
        image=article.image,
        language=article.language,
        attribution=article.attribution,
        enclosures=article.enclosures,
    )


def _change(
    kind: ChangeKind, entry: Entry, reading: Reading, keys: tuple[Key, ...], fallback_id: str
) -> Change:
    return Change(
        kind=kind,
        entry=entry,
        keys=keys,
        material=keys[-1].value,
        fallback_id=fallback_id,
        address=reading.address,
        dropped=reading.article.dropped,
        evidence=reading.article.evidence,
    )


def _own_id(article: Article, keys: tuple[Key, ...]) -> str | None:
    """The document's own id, unless another entry has the better claim to it."""
    own = article.id
    claimed = own is not None and Key("id", own) in keys and is_id(own)
    minted = own is not None and own.startswith(MINTED_SCHEMES)
    return own if claimed and minted else None


def minted_id(prefix: str, source: str, key: Key) -> str:
    """A tag URI (RFC 4151) for an entry, made of the key that it was first recognised by."""
    digest = hashlib.sha256(f"{key.kind}\0{key.value}".encode("utf-8", "surrogatepass"))
    return f"{prefix}:{source}/{digest.hexdigest()[:20]}"


def title_of(article: Article) -> str:
    """An article's title on one line; never empty (RFC 4287 wants one, readers show it)."""
    first = next((line for line in article.text.split("\n") if line.strip()), "")
    return one_line(article.title) or shorten(one_line(first), TITLE_LIMIT)


def _plausible(date: datetime | None, now: datetime) -> datetime | None:
    """A date that a feed may show: none ahead of us, which would stick an entry to the top
    of every reader, none before 1970, and not its first second, which stands for "unknown"."""
    return date if date is not None and EPOCH < date <= now else None


def _whole(date: datetime) -> datetime:
    return date.astimezone(UTC).replace(microsecond=0)
