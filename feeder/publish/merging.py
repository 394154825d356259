"""Which articles of several sources are one: a feed that combines them shows each once. Pure.

What was merged stays merged, and what readers were once shown stays in its feed: an entry is judged
when it is first met, and never taken away for another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from feeder.changes.likeness import folded
from feeder.models import Heading, Merge
from feeder.urls import address_key

if TYPE_CHECKING:
    from rensa import RMinHash

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 6_000
"""Characters of a text that are compared, some 900 words: what two papers cut of one agency's story
they cut at its end."""
_SHINGLE = 3
"""Words of a piece (Broder 1997: near-duplicates by shingles and MinHash)."""
_PERMUTATIONS = 128
_SEED = 1
_LIKE_TEXT = 0.35
"""Estimated share of pieces that two texts under one title have in common. Of 20,000 pairs of
articles of the corpora 999 in 1,000 have .016 at most; an article that is cut to its half has .5,
one in which every tenth word is another .57 (.41 and .45 in the worst of 100)."""
_FEWEST_WORDS = 20
"""Words without which a text proves nothing: the same caption stands under many pictures."""
_SAME_TITLES = 20
"""Entries of one title that a text is compared with: the newest, lest a site that calls everything
the same costs the square of it."""


class Judged(NamedTuple):
    """Entries that are new to a feed: to be shown, and those that others stand for."""

    shown: list[Heading]
    merges: list[Merge]


def judge(
    fresh: Iterable[Heading], shown: Iterable[Heading], text_of: Callable[[str], str]
) -> Judged:
    """Which of the entries that are new to a feed are articles that it has from another source.

    Of several new ones the earliest published is shown.

    Args:
        shown: what the feed has, as far as it is to be compared.
        text_of: the text of the entry with that id; asked where two have one title.
    """
    judging = _Judging(text_of)
    for entry in sorted(shown, key=_age):
        judging.take(entry)
    judged = Judged([], [])
    for entry in sorted(fresh, key=_age):
        if merge := judging.merge_of(entry):
            judged.merges.append(merge)
        else:
            judged.shown.append(entry)
            judging.take(entry)
    return judged


def _age(entry: Heading) -> tuple[object, ...]:
    return entry.published, entry.first_seen, entry.id


@dataclass(slots=True)
class _Judging:
    """What a feed has, by what it may be recognised by."""

    text_of: Callable[[str], str]
    by_address: dict[str, Heading] = field(default_factory=dict)
    by_title: dict[str, list[Heading]] = field(default_factory=dict)
    sketches: dict[str, RMinHash | None] = field(default_factory=dict)

    def take(self, entry: Heading) -> None:
        if entry.url:
            self.by_address.setdefault(address_key(entry.url), entry)
        if title := folded(entry.title):
            self.by_title.setdefault(title, []).append(entry)

    def merge_of(self, entry: Heading) -> Merge | None:
        same = self.by_address.get(address_key(entry.url)) if entry.url else None
        if same is not None and same.source != entry.source:
            return Merge(entry, same.id, "the same address")
        titled = self.by_title.get(folded(entry.title), [])
        others = [other for other in titled if other.source != entry.source]
        for other in others[: -_SAME_TITLES - 1 : -1]:
            share = self._share(entry.id, other.id)
            if share >= _LIKE_TEXT:
                return Merge(entry, other.id, f"the same title, and {share:.0%} of the text")
        return None

    def _share(self, one: str, other: str) -> float:
        ours, theirs = self._sketch(one), self._sketch(other)
        return 0.0 if ours is None or theirs is None else float(ours.jaccard(theirs))

    def _sketch(self, id_: str) -> RMinHash | None:
        if id_ not in self.sketches:
            self.sketches[id_] = _sketch(self.text_of(id_))
        return self.sketches[id_]


def _sketch(text: str) -> RMinHash | None:
    from rensa import RMinHash  # few articles have the title of another

    words = _WORD.findall(text[:_LONGEST].casefold())
    if len(words) < _FEWEST_WORDS:
        return None
    pieces = [" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)]
    sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    sketch.update(pieces)
    return sketch
