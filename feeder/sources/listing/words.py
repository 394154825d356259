"""What is known of words, names and parts of addresses; all of it is data beside this module."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Literal, NamedTuple

AreaKind = Literal[
    "main",
    "nav",
    "header",
    "footer",
    "aside",
    "related",
    "comments",
    "pager",
    "share",
    "ad",
    "meta",
]
PathKind = Literal["list", "service", "article", "page"]

_AREAS: tuple[AreaKind, ...] = (
    "pager", "share", "comments", "related", "ad", "meta",
    "nav", "footer", "header", "aside", "main",
)  # fmt: skip
"""Where names say several, the first counts."""
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_PIECES = re.compile(r"[-_]+")
_DIGITS = re.compile(r"\d")
_MOST_NAMES = 12
"""Classes of an element that are read: frameworks for styles write fifty, and the first tell."""
_LONGEST_NAMES = 400
_LONGEST_TEXT = 48
"""Characters of a text with its marks; the longest in the lists has 44."""


_Table = dict[str, frozenset[str]]


class Mark(NamedTuple):
    """What the class, id and role of an element tell: the part of the page that it begins, whether
    it is a headline, an item or a date; and what it is compared with others by."""

    area: AreaKind | None = None
    heading: bool = False
    item: bool = False
    date: bool = False
    signature: str = ""


NOTHING = Mark()


@lru_cache(maxsize=4096)
def mark(names: str) -> Mark:
    """What class names, ids and roles say, separated by spaces."""
    tokens = names[:_LONGEST_NAMES].lower().split()[:_MOST_NAMES]
    said: frozenset[str] = frozenset().union(*map(_kinds, tokens))
    area = next((kind for kind in _AREAS if kind in said), None) if said else None
    return Mark(area, "heading" in said, "item" in said, "date" in said, _signature(tokens))


@lru_cache(maxsize=4096)
def _kinds(token: str) -> frozenset[str]:
    whole, pieces, ends, negations = _marks()
    if token in whole:
        return whole[token]
    parts = _PIECES.split(token)
    if not negations.isdisjoint(parts):  # "has-sidebar" is no sidebar
        return frozenset()
    known = (pieces.get(part, frozenset()) for part in parts)
    return frozenset().union(*known, ends.get(parts[-1], frozenset()))


def _signature(tokens: list[str]) -> str:
    """The first two names that elements of one kind share: no numbers, no states."""
    shared = (one for one in tokens if not _DIGITS.search(one) and not is_state(one))
    return " ".join(islice(shared, 2))


def is_state(token: str) -> bool:
    """Whether a class, in lower case, says how an element is just now: "first", "active"."""
    return "state" in _kinds(token)


@cache
def _marks() -> tuple[_Table, _Table, _Table, frozenset[str]]:
    tables: dict[str, _Table] = {"whole": {}, "piece": {}, "end": {}}
    negations: frozenset[str] = frozenset()
    for kind, how, names in (line.split("\t") for line in _lines("marks.tsv")):
        if kind == "not":
            negations = frozenset(names.split())
            continue
        table = tables[how]
        for name in names.split():
            table[name] = table.get(name, frozenset()) | {kind}
    return tables["whole"], tables["piece"], tables["end"], negations


@cache
def path_kinds() -> dict[str, PathKind]:
    """Parts of addresses, in lower case, and what they lead to."""
    kinds: dict[str, PathKind] = {}
    for kind, names in (line.split("\t") for line in _lines("paths.tsv")):
        kinds.update(dict.fromkeys(names.split(), kind))  # type: ignore[arg-type]
    return kinds


def bare(text: str) -> str:
    """A link's text as the lists of words have it: lower case, no marks or arrows at its ends."""
    return _EDGES.sub("", text.casefold()).strip()


# Each link's text is asked about two or three times, and menus say the same on every page.
_bare = lru_cache(maxsize=4096)(bare)


def is_furniture(text: str) -> bool:
    """Whether a link of that text leads to no article in any language we know."""
    return len(text) <= _LONGEST_TEXT and _bare(text) in _texts("furniture.txt")


def stands_for_title(text: str) -> bool:
    """Whether it is "read more" in any language we know."""
    return len(text) <= _LONGEST_TEXT and _bare(text) in _texts("read_more.txt")


def heads_others(text: str) -> bool:
    """Whether a heading of that text stands above what is read most, related or paid for."""
    folded = text.casefold()
    return any(words in folded for words in _texts("beside.txt"))


def is_next(text: str) -> bool:
    """Whether a link of that text leads to the next page of a list."""
    return bare(text) in _texts("next_words.txt") or text.strip() in (
        "»",
        "›",
        ">",
        "→",
        "»»",
        ">>",
    )


@cache
def _texts(name: str) -> frozenset[str]:
    return frozenset(bare(text) for line in _lines(name) for text in line.split("|"))


def _lines(name: str) -> list[str]:
    text = files("feeder.sources.listing").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
