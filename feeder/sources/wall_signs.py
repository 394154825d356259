"""The signs of walls (walls.tsv), and whether a page shows one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from feeder.sources.wall_look import Look, same, weight


class Signs(NamedTuple):
    """Signs of one wall in one place: all, those that are the whole, begin or end it."""

    all: tuple[str, ...]
    whole: frozenset[str]
    starts: tuple[str, ...]
    ends: tuple[str, ...]


def titled(look: Look, wall: str) -> bool:
    """Whether the title, a part of it, or a main heading is a sign, or begins or ends with one."""
    return not look.heads.isdisjoint(signs(wall, "title").whole) or begins(look, wall)


def begins(look: Look, wall: str) -> bool:
    """Whether one of them begins or ends with a sign that may."""
    given = signs(wall, "title")
    return any(head.startswith(given.starts) or head.endswith(given.ends) for head in look.heads)


def says(look: Look, wall: str, where: str = "says") -> bool:
    """Whether a sign stands in what is to be read."""
    return said(look.words, signs(wall, where).all)


def offers(look: Look, wall: str) -> bool:
    """The same, and on links and buttons and in noscript."""
    return said(look.everything, signs(wall, "says").all)


def count(look: Look, wall: str, where: str) -> int:
    """How many signs stand in what is to be read and on links and buttons."""
    return sum(sign in look.everything for sign in signs(wall, where).all)


def rest(look: Look, wall: str) -> int:
    """How much is to be read beside headings and blocks in which a sign stands."""
    given = signs(wall, "says").all
    pairs = zip(look.blocks, look.lines, strict=True)
    texts = (text for text, line in pairs if text not in look.headings and not said(line, given))
    return sum(map(weight, texts))


def marked(look: Look, wall: str, where: str) -> bool:
    """Whether a sign stands anywhere in the markup."""
    return said(look.markup, signs(wall, where).all)


def said(text: str, given: tuple[str, ...]) -> bool:
    """Whether any of the signs stands in `text`."""
    return any(sign in text for sign in given)


@cache
def signs(wall: str, where: str) -> Signs:
    """The signs of a wall in one place; none where there are none."""
    found = tuple(sign for at, sign in _rows() if at == (wall, where))
    whole = frozenset(sign for sign in found if "*" not in sign)
    starts = tuple(sign.rstrip("*") for sign in found if sign.endswith("*"))
    ends = tuple(sign.lstrip("*") for sign in found if sign.startswith("*"))
    return Signs(found, whole, starts, ends)


@cache
def _rows() -> tuple[tuple[tuple[str, str], str], ...]:
    return tuple(_read())


def _read() -> Iterator[tuple[tuple[str, str], str]]:
    text = (files("feeder.sources") / "walls.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            wall, where, _, said_there = line.split("\t")
            for sign in said_there.split("; "):
                yield (wall, where), same(sign)
