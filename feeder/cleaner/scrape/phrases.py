"""What a line of a scrape is worded like: knowledge of words is data, and this looks it up.

`data/comments.tsv` is compiled by `tools/make_phrases.py` (comment forms, share bars and
navigation as publishing systems word them), `data/words.tsv` is written by hand (bylines,
sources, footers …). A row is `kinds<TAB>phrase`; `{}` stands for any words, `{#}` for a number.
A line only *looks like* something here. Whether it goes is decided by where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

Kinds = frozenset[str]
NOTHING: Kinds = frozenset()

LONGEST = 400
"""Characters of the longest line that is looked up: a whole form in one line has some 350."""

_LONG = 160  # characters of a line that is prose, or a whole form that begins as forms do
_MOST_WORDS = 70  # of a line that is taken apart into phrases: a whole form has up to 60
_MAY_MISS = 5  # one word in so many may be unknown
# Characters of a wildcard phrase's fixed beginning or end that index it; a shorter one is indexed
# by its first or last.
_STEM = 4
_COUNTED = frozenset({"count", "counter", "like", "share"})
_LABELS = frozenset({"by", "on", "updated", "tags", "source", "about"})
_LABEL = 4  # words of the longest label that something follows in the same line
_COUNT = re.compile(r"[\d.,%+]+\s*")
_NUMBER = re.compile(r"[\d.,\u066b\u066c%+ ]{1,12}[kmтk]?", re.IGNORECASE)
_PARTS = re.compile(r"(?<=[.!?。！？।؟])\s*|\s*[|/]\s*|[:：]\s+")
_MARKS = re.compile(r"[.,:;!?…|/()\[\]。，、：；！？؟،؛।]+")
_ENDS = " .:!?,;|/،。、：؛।~+<=>…_()[]"
_QUOTES = '*"“”„‟«「」『』《》〈〉″'
_APOSTROPHES = "’‘ʼ`´‛׳'"
_HYPHENS = "-‐‑\u00ad"
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u061c\u0307"
_DASHES = "–—―"
_BARS = "»›·•‣⁄→←↑↓●▪"
_TABLE = {
    **dict.fromkeys(_QUOTES + _HYPHENS + _UNSEEN, ""),
    **dict.fromkeys(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))), ""),
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_DASHES, " "),
    **dict.fromkeys(_BARS, "|"),
}
# str.translate asks about every character of a text that is not ASCII; this one scans for them.
_IN_TABLE = re.compile(f"[{re.escape(''.join(_TABLE))}]")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """A line as phrases are written: lower case, no quotes, asterisks or hyphens, bare ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    folded = " ".join(_IN_TABLE.sub(_in_table, text.casefold()).split())
    return folded.replace(" :", ":").strip(_ENDS)  # French puts a space before a colon


def _in_table(char: re.Match[str]) -> str:
    return _TABLE[char[0]]


def _without_marks(key: str) -> str:
    return " ".join(_MARKS.sub(" ", key).split())


class Wild(NamedTuple):
    """A phrase with places for names or numbers: the fixed pieces around them."""

    head: str
    middle: str
    tail: str
    kinds: Kinds
    numbers: tuple[bool, ...]

    def match(self, key: str) -> tuple[str, ...] | None:
        """What stands in the places of `key`, or None where it is another phrase."""
        end = len(key) - len(self.tail)
        start = len(self.head)
        if end <= start or not (key.startswith(self.head) and key.endswith(self.tail)):
            return None
        found: tuple[str, ...] = (key[start:end].strip(" :"),)
        if len(self.numbers) == 2:
            left, middle, right = key[start:end].partition(self.middle)
            if not middle:
                return None
            found = (left.strip(" :"), right.strip(" :"))
        return found if all(map(_fits, found, self.numbers)) else None


def _fits(found: str, number: bool) -> bool:
    return bool(_NUMBER.fullmatch(found)) if number else bool(found)


class Hit(NamedTuple):
    """What a whole line is worded like, and what stood in the places of its phrase."""

    kinds: Kinds
    found: tuple[str, ...] = ()


MISS = Hit(NOTHING)


@dataclass(slots=True)
class Phrases:
    """Phrases to be looked up: whole ones by dictionary, wild ones by how they begin or end."""

    whole: dict[str, Kinds] = field(default_factory=dict)
    heads: dict[str, list[Wild]] = field(default_factory=dict)
    tails: dict[str, list[Wild]] = field(default_factory=dict)
    counted: dict[str, list[Wild]] = field(default_factory=dict)
    bracketed: list[Wild] = field(default_factory=list)
    bare: dict[str, Kinds] = field(default_factory=dict)  # whole ones without punctuation
    sizes: dict[str, tuple[int, ...]] = field(default_factory=dict)  # words, by the first one
    openers: set[str] = field(default_factory=set)  # first words with their punctuation

    def add(self, kinds: Kinds, phrase: str) -> None:
        if "{" not in phrase:
            self.whole[phrase] = self.whole.get(phrase, NOTHING) | kinds
            self.openers.add(phrase.partition(" ")[0].strip(_ENDS))
            bare = _without_marks(phrase)
            self.bare[bare] = self.bare.get(bare, NOTHING) | kinds
            first, size = bare.partition(" ")[0], bare.count(" ") + 1
            if size not in (sizes := self.sizes.get(first, ())):
                self.sizes[first] = tuple(sorted((*sizes, size), reverse=True))
            return
        wild = _wild(kinds, phrase)
        if wild.head:
            stem = wild.head[:_STEM] if len(wild.head) >= _STEM else wild.head[0]
            self.heads.setdefault(stem, []).append(wild)
        elif wild.tail:
            stem = wild.tail[-_STEM:] if len(wild.tail) >= _STEM else wild.tail[-1]
            self.tails.setdefault(stem, []).append(wild)
        elif wild.numbers[0]:  # "{#} thoughts on {}"
            self.counted.setdefault(wild.middle.strip()[:_STEM], []).append(wild)
        elif "(" in wild.middle:  # "{} (opens in new window) {}"
            self.bracketed.append(wild)

    def kinds(self, text: str) -> Kinds:
        """What a text is worded like where no words are left to chance."""
        return self.whole.get(normalise(text), NOTHING)

    def look(self, key: str) -> Hit:
        """What a normalised line is worded like as a whole."""
        kinds = self.whole.get(key)
        wild = self._wild(key)
        if kinds is None and wild is MISS and (number := _COUNT.match(key)):
            rest = self.whole.get(key[number.end() :], NOTHING)
            return Hit(rest) if rest & _COUNTED else MISS
        if kinds is None:
            return wild if wild is not MISS else self._labelled(key)
        return Hit(kinds | wild.kinds, wild.found) if wild is not MISS else Hit(kinds)

    def _labelled(self, key: str) -> Hit:
        """ "Label: value" for labels that we know by themselves."""
        label, colon, value = key.partition(":")
        kinds = self.whole.get(label.strip(), NOTHING) & _LABELS if colon else NOTHING
        return Hit(kinds, (value.strip(),)) if kinds and value.strip() else MISS

    def _wild(self, key: str) -> Hit:
        kinds = NOTHING
        found: tuple[str, ...] = ()
        for wild in self._candidates(key):
            if key.startswith(wild.head) and (places := wild.match(key)) is not None:
                kinds |= wild.kinds
                # The pattern with the longest fixed part leaves the shortest places: the best.
                if not found or sum(map(len, places)) < sum(map(len, found)):
                    found = places
        return Hit(kinds, found) if kinds else MISS

    def _candidates(self, key: str) -> list[Wild]:
        found: list[Wild] = []
        for stems, stem, short in (
            (self.heads, key[:_STEM], key[0]),
            (self.tails, key[-_STEM:], key[-1]),
        ):
            if wilds := stems.get(stem):
                found += wilds
            if wilds := stems.get(short):
                found += wilds
        if key[0].isdecimal() and (number := _COUNT.match(key)):
            found += self.counted.get(key[number.end() :][:_STEM], ())
        return found + self.bracketed if "(" in key else found

    def label(self, key: str) -> tuple[Kinds, str]:
        """The longest phrase that `key` begins with, and what follows: "next post", "a title"."""
        if key.partition(" ")[0].strip(_ENDS) not in self.openers:
            return NOTHING, ""
        words = key.split(" ", _LABEL)
        for end in range(min(len(words) - 1, _LABEL), 0, -1):
            kinds = self.whole.get(" ".join(words[:end]).strip(_ENDS))
            if kinds:
                return kinds, key.split(" ", end)[end]
        return NOTHING, ""

    def cover(self, key: str) -> Kinds:
        """The kinds of the phrases that a line is made of, where they are most of its words."""
        if len(key) > _LONG and not self._longest(_without_marks(key[:_LONG]).split(), 0)[0]:
            return NOTHING
        found: Kinds = NOTHING
        for part in _parts(key):
            kinds = self.look(part).kinds or self._words(part)
            if not kinds:
                return self._words(key) if part != key else NOTHING
            found |= kinds
        return found

    def _words(self, key: str) -> Kinds:
        if key.partition(" ")[0].strip(_ENDS) not in self.sizes:
            return NOTHING
        words = _without_marks(key).split()
        if not 1 < len(words) <= _MOST_WORDS:
            return NOTHING
        kinds: set[str] = set()
        start = missed = pieces = 0
        # A whole form in one line has a wording or two that we do not know. Few phrases, or
        # phrases that are none of a form, must fill the line.
        may_miss = len(words) // _MAY_MISS
        while start < len(words) and missed <= may_miss:
            piece, end = self._longest(words, start)
            kinds |= piece
            pieces += bool(piece)
            missed += not piece
            start = end
        known = not missed or (missed <= may_miss and pieces > 2 and "note" in kinds)
        return frozenset(kinds) if known else NOTHING

    def _longest(self, words: list[str], start: int) -> tuple[Kinds, int]:
        """The longest phrase from a word on and where it ends; else nothing and the next word."""
        for size in self.sizes.get(words[start], ()) if words else ():
            kinds = self.bare.get(" ".join(words[start : start + size]))
            if kinds:
                return kinds, min(start + size, len(words))
        return NOTHING, start + 1


def _parts(key: str) -> Iterator[str]:
    """The sentences and cells of a line; most lines are known by the first not to be phrases."""
    start = 0
    for gap in _PARTS.finditer(key):
        if part := key[start : gap.start()].strip(_ENDS):
            yield part
        start = gap.end()
    if part := key[start:].strip(_ENDS):
        yield part


def _wild(kinds: Kinds, phrase: str) -> Wild:
    pieces = re.split(r"(\{#?\})", phrase)
    numbers = tuple(place == "{#}" for place in pieces[1::2])
    middle = pieces[2] if len(numbers) == 2 else ""
    return Wild(pieces[0], middle, pieces[-1], kinds, numbers)


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """All that we know, read once."""
    known = Phrases()
    folder = files("feeder.cleaner.scrape") / "data"
    kinds_of: dict[str, Kinds] = {}
    for name, by_hand in (("comments.tsv", False), ("words.tsv", True)):
        for row in (folder / name).read_text(encoding="utf-8").splitlines():
            if row and not row.startswith("#"):
                kinds, _, phrase = row.partition("\t")
                if kinds not in kinds_of:
                    kinds_of[kinds] = frozenset(kinds.split(","))
                for one in phrase.split("; "):
                    known.add(kinds_of[kinds], normalise(one) if by_hand else one)
    return known


# The lines around articles are the same on page after page of a site: remembering them is worth
# more than any shorter way to look them up.
@lru_cache(maxsize=4096)
def look(key: str) -> Hit:
    """What a normalised line is worded like as a whole."""
    return phrases().look(key)


@lru_cache(maxsize=4096)
def cover(key: str) -> Kinds:
    """The kinds of the phrases that a normalised line is made of."""
    return phrases().cover(key)
