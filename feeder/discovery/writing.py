"""A find becomes a source: its file, commented with where it is from and what else there was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from textwrap import wrap
from typing import Any
from urllib.parse import urlsplit

from feeder.adding import NewSource, source_toml
from feeder.discovery.finds import Discovery, Find
from feeder.discovery.words import counted, evidence

_MOST_OTHERS = 5
_LINE = 98
"""Characters of a comment."""


def new_source(
    found: Discovery,
    find: Find,
    name: str,
    *,
    title: str = "",
    networks: Sequence[str] = (),
    now: datetime,
) -> NewSource:
    """The source that reads a find.

    Args:
        networks: private ones that it may ask, beside those that all sources may.
    """
    keys: dict[str, Any] = {"kind": find.kind, "title": title or title_of(found, find)}
    keys |= {"url": find.url, **find.options}
    if networks:
        keys["fetch"] = {"allow_networks": list(networks)}
    notes = (
        f"Added by `feeder add` on {now:%Y-%m-%d}, for {found.url}",
        f"{find.form}: {counted(find)};",
        *wrap(f"{'; '.join(evidence(found, find))}.", _LINE),
    )
    return NewSource(name, keys, notes, (*_selectors(find), *_others(found, find)))


def title_of(found: Discovery, find: Find) -> str:
    """What the source calls itself, or else its host."""
    return find.title or found.title or urlsplit(find.url).netloc


def _selectors(find: Find) -> tuple[str, ...]:
    """The selectors of a listing, as comments: found automatically, its articles outlast a
    redesign; with these, only what they name counts, and titles and dates are told, too."""
    if not find.selectors:
        return ()
    written = source_toml(NewSource("", {"list": find.selectors}))
    return (
        "Its articles are found automatically. These selectors find the same ones: take the marks",
        "away if you want just what they name.",
        *filter(None, written.splitlines()),
    )


def _others(found: Discovery, find: Find) -> tuple[str, ...]:
    """What else there is, to be written in place of it."""
    others = [other for other in found.finds if other is not find and not other.is_blocked]
    told = tuple(
        f'kind = "{other.kind}", url = "{other.url}" ({other.form}; {counted(other)})'
        for other in others[:_MOST_OTHERS]
    )
    return ("Also there:", *told) if told else ()
