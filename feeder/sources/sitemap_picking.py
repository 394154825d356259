"""Which of a sitemap's addresses are taken: the newest, and no lists of articles among them.

A sitemap lists everything. Its order is told by dates where it has them; without any, programs
write new articles at one of its ends, and which one is not known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import urlsplit

from feeder.sources.sitemap_reading import Listed

CANDIDATES = 200
"""Of one sitemap in one refresh."""
# So many are held while the rest is read; more than are taken, since lists fall out at the end.
_HELD = 1_000
_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?:[/-](0[1-9]|[12]\d|3[01]))?(?=[/-])", re.ASCII
)
# "/en/", "/pt-br": the home page in a language.
_LANGUAGE_HOME = re.compile(r"/[a-z]{2}(?:[-_][a-z]{2})?/?", re.IGNORECASE | re.ASCII)
# An address with others below it is a section. Two may be an article and its further pages.
_MOST_BELOW = 2
# Sections have short names ("arts-and-culture"), headlines have more words than that; an article
# may have its pictures' pages below it.
_WORDS_OF_SECTION = 3
_DEEPEST = 8
_NOT_TOLD = float("-inf")
_NEVER = (_NOT_TOLD, _NOT_TOLD)
_WORD = re.compile(r"[^\W_]+")


class Picked(NamedTuple):
    """An address that may be an article's: the greater `order`, the newer. `_NEVER`: no date."""

    address: str
    listed: Listed
    order: tuple[float, float]


class Picks:
    """The newest of any number of addresses, in memory for a thousand.

    Args:
        sections: whether lists of articles are kept: a person said which addresses count.
    """

    def __init__(self, *, sections: bool = False) -> None:
        self._sections = sections
        self._dated: dict[str, Picked] = {}
        self._oldest = _NOT_TOLD
        self._first: dict[str, Picked] = {}
        self._last: dict[str, Picked] = {}

    def __bool__(self) -> bool:
        return bool(self._dated or self._first)

    def take(self, address: str, listed: Listed, moment: datetime | None) -> None:
        """One more, with the date that is told of it."""
        told = moment.timestamp() if moment else _NOT_TOLD
        if moment and told < self._oldest:
            return
        parts = urlsplit(address)
        if not parts.query and (parts.path == "/" or _LANGUAGE_HOME.fullmatch(parts.path)):
            return
        day = _day_in(parts.path)
        picked = Picked(address, listed, (told if moment else day, day))
        if picked.order != _NEVER:
            self._take_dated(picked)
        elif address in self._first or len(self._first) < _HELD:
            self._first.setdefault(address, picked)
        else:
            self._last.pop(address, None)
            self._last[address] = picked
            if len(self._last) > _HELD:
                del self._last[next(iter(self._last))]

    def newest(self, number: int) -> list[Picked]:
        """At most so many, the newest first, and behind them those without a date in their order.

        Of these both ends are taken where there are too many.
        """
        undated = (self._first | self._last).values()
        rest = [picked for picked in undated if picked.address not in self._dated]
        articles = self._articles([*_by_age(self._dated.values()), *rest])
        dated = [picked for picked in articles if picked.order != _NEVER][:number]
        rest, room = articles[len(dated) :], number - len(dated)
        rest = [picked for picked in rest if picked.order == _NEVER]
        if len(rest) > room:
            rest = rest[: room - room // 2] + rest[len(rest) - room // 2 :]
        return dated + rest

    def _take_dated(self, picked: Picked) -> None:
        before = self._dated.get(picked.address)
        if before is None or before.order < picked.order:
            self._dated[picked.address] = picked
        if len(self._dated) > 4 * _HELD:
            held = _by_age(self._dated.values())[:_HELD]
            self._dated, self._oldest = {p.address: p for p in held}, held[-1].order[0]

    def _articles(self, picks: list[Picked]) -> list[Picked]:
        """Without lists of articles, which are known by their names and by what is below them."""
        if self._sections:
            return picks
        below = Counter(folder for picked in picks for folder in _folders(picked.address))
        return [
            picked
            for picked in picks
            if picked.listed.is_news or not _is_list(picked.address, below)
        ]


def _by_age(picks: Iterable[Picked]) -> list[Picked]:
    return sorted(picks, key=lambda picked: picked.order, reverse=True)


def _day_in(path: str) -> float:
    """The day or month that an address holds ("/2026/05/12/"), or `_NOT_TOLD`."""
    match = _DAY.search(path)
    if match is None:
        return _NOT_TOLD
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3] or 1), tzinfo=UTC).timestamp()
    except ValueError:  # the 31st of June
        return _NOT_TOLD


def _is_list(address: str, below: Counter[str]) -> bool:
    path = urlsplit(address).path.rstrip("/")
    parts = path.lower().split("/")
    if not _section_names().isdisjoint(parts[-2:]):
        return True
    words = _WORD.findall(parts[-1])
    short = len(words) <= _WORDS_OF_SECTION and not any(map(str.isdecimal, words))
    return short and below[path] > _MOST_BELOW


def _folders(address: str) -> Iterator[str]:
    """The paths above an address. What only counts (a second page) is not below anything."""
    path = urlsplit(address).path.rstrip("/")
    if path.rpartition("/")[2].isdecimal():
        return
    for _ in range(_DEEPEST):
        path = path.rpartition("/")[0]
        if not path:
            return
        yield path


@cache
def _section_names() -> frozenset[str]:
    text = files("feeder.sources").joinpath("sitemap_sections.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
