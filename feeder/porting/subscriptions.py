"""A subscription: what a list from elsewhere says of one source, before it is one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST = 100_000
"""Subscriptions of one list. Each becomes a file that is read at every start."""

LONGEST = 8_192
"""Characters of one text in a list: what is longer is no address, title or selector."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One line or outline of a list.

    Args:
        line: where it stands in its file, from 1.
        address: what is subscribed to, as it is written.
        title: as it is written; empty: none.
        site: the address of the page for people.
        folder: the outlines around it, the outermost first.
        kind: the outline's `type`, in small letters.
        language: what the outline says.
        scraping: FreshRSS's attributes, by their names without the prefix.
    """

    line: int
    address: str
    title: str = ""
    site: str = ""
    folder: tuple[str, ...] = ()
    kind: str = ""
    language: str = ""
    scraping: Mapping[str, str] = field(default_factory=dict)
