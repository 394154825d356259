"""What a refresh would put on record, as the guard looks at it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from feeder.changes.decide import Decision
from feeder.changes.identity import Reading
from feeder.changes.likeness import folded
from feeder.models import Entry, Key, Known

COMPARED = 3_000
"""Characters of words: two articles part long before that."""
_FIRST_WORDS = 12
_TAG = re.compile("<[^<>]*>")
# Scripts that put no space between words: two characters are about one word.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Told:
    """An article that is new (`before` is None) or would change the entry `before`.

    `listed` is what its listing calls it.
    """

    reading: Reading
    before: Entry | None = None
    listed: str = ""

    @cached_property
    def title(self) -> str:
        """Its title without case and marks."""
        return folded(self.reading.article.title)

    @cached_property
    def said(self) -> str:
        """Its first words, in the same way."""
        return folded(self.reading.article.text, COMPARED)

    @cached_property
    def words(self) -> int:
        """How many words it has."""
        return count_words(self.reading.article.text)

    @cached_property
    def linked(self) -> float:
        """The share of its characters that stand in links."""
        text = len(self.reading.article.text)
        return min(1.0, sum(map(_linked, self.reading.article.html.split("<a ")[1:])) / (text or 1))

    @cached_property
    def shown(self) -> str:
        """The same, and the addresses of its pictures and recordings: under each there may be the
        same words."""
        article = self.reading.article
        pieces = article.html.split("<img ")[1:]
        pictures = (piece.partition('src="')[2].partition('"')[0] for piece in pieces)
        return "\0".join((self.said, *pictures, *(one.url for one in article.enclosures)))

    @property
    def host(self) -> str:
        """The server that it is on, as far as that is told."""
        return host_of(self.reading)

    @cached_property
    def mark(self) -> str:
        """A short word for it: the same title, first words and length have the same."""
        first = " ".join(self.said.split()[:_FIRST_WORDS])
        return short_hash(f"{self.title}\0{first}\0{self.words.bit_length()}")


@dataclass(frozen=True, slots=True)
class Batch:
    """All that one part of a refresh would put on record.

    Args:
        listed: how many articles its listing shows; `fresh` how many of these nobody knew.
        is_first: nothing is on record of the source.
        is_local: it is of files on this machine.
        titles: titles on record, asked for only where they matter.
        is_wall: whether a title and text say what walls say.
        hosts: the servers on which it found articles that are on record.
    """

    told: Sequence[Told]
    listed: int = 0
    fresh: int = 0
    is_first: bool = False
    is_local: bool = False
    titles: Callable[[], Sequence[str]] = tuple
    is_wall: Callable[[str, str], bool] = lambda title, text: False
    hosts: frozenset[str] = frozenset()

    @property
    def new(self) -> list[Told]:
        return [one for one in self.told if one.before is None]

    @property
    def overlap(self) -> float:
        """The share of the listing that was known."""
        return 1 - self.fresh / self.listed if self.listed else 1.0


def told_by(
    readings: Sequence[Reading],
    decision: Decision,
    known: Mapping[Key, Known],
    listed: Mapping[str, str],
) -> list[Told]:
    """What a decision puts on record anew or changes, and what says the same as that.

    Args:
        listed: what the listing calls them, by address.
    """
    entries = {record.entry.id: record.entry for record in known.values()}
    kinds = {change.address: change for change in decision.changes}
    copies = dict(decision.copies)
    told: list[Told] = []
    for reading in readings:
        change = kinds.get(reading.address) or kinds.get(copies.get(reading.address, ""))
        if change is not None and change.kind in ("new", "changed"):
            before = entries.get(change.entry.id) if change.kind == "changed" else None
            told.append(Told(reading, before, folded(listed.get(reading.address, ""))))
    return told


def hosts_of(readings: Sequence[Reading], decision: Decision) -> frozenset[str]:
    """The servers on which a decision found articles that are on record."""
    known = {change.address for change in decision.changes if change.kind != "new"}
    return frozenset(host_of(one) for one in readings if one.address in known) - {""}


def host_of(reading: Reading) -> str:
    """The server that an article is on, as far as that is told."""
    try:
        return urlsplit(reading.article.url or "").hostname or ""
    except ValueError:  # such as http://[::1
        return ""


def count_words(text: str) -> int:
    """How many words a text has, in any script."""
    return len(text.split()) + len(_UNSPACED.findall(text)) // 2


def short_hash(text: str) -> str:
    """A short word for a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _linked(piece: str) -> int:
    """How many characters a link has, given what follows its beginning."""
    inside = piece.partition("</a>")[0].partition(">")[2]
    return len(_TAG.sub("", inside))
