"""What one item of a feed tells, whichever format it is in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from feeder.models import Enclosure, Patience


class Told(NamedTuple):
    """One item. Empty or None: not told.

    `content` is a fragment of HTML. `is_summary` says that it stands where a feed has summaries,
    `is_only_summary` that its format has articles elsewhere: RSS has a description for both.
    `damaged` says that the document is broken at this item. `base` resolves what is relative in it.
    `place` is where it stands among the items.
    """

    place: int
    guid: str = ""
    link: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str = ""
    is_summary: bool = False
    is_only_summary: bool = False
    published: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    base: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    damaged: bool = False


class Read(NamedTuple):
    """The items of a feed in its order, how many it has, what is broken in it, in words, and when
    it need not be asked."""

    items: tuple[Told, ...]
    number: int
    broken: tuple[str, ...] = ()
    patience: Patience | None = None
