"""The small lists of names beside the steps: what classes, attributes and hosts mean."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a table in `data/`, split at tabs, without its comments."""
    text = (files("feeder.cleaner.markup") / "data" / name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(tuple(line.split("\t")) for line in lines)


@cache
def listed(name: str, kind: str) -> tuple[str, ...]:
    """The words that a table in `data/` has for a kind, in its order."""
    return tuple(word for row in rows(name) if row[0] == kind for word in row[1].split())


@cache
def known(name: str, kind: str) -> frozenset[str]:
    """The same as a set."""
    return frozenset(listed(name, kind))
