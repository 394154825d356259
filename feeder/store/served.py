"""What readers may ask for: every document on record, and what became of others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from feeder.store import overviews, retired
from feeder.store.tables import feed, publication


class Told(NamedTuple):
    """A document of a feed. `is_cleared`: it was taken away from where everybody can have it."""

    feed: str
    path: str
    is_cleared: bool


@dataclass(frozen=True, slots=True)
class Served:
    """All paths on record: of feeds, of what lists them, of what moved and what is gone."""

    documents: Sequence[Told]
    overviews: Sequence[str]
    moved: Mapping[str, str]
    gone: Collection[str]


def served(connection: Connection) -> Served:
    """What is on record of all documents."""
    cleared = publication.c.cleared_at.is_not(None)
    query = (
        select(feed.c.name, publication.c.path, cleared)
        .join(feed, feed.c.id == publication.c.feed_id)
        .where(publication.c.gone_at.is_(None), feed.c.retired_at.is_(None))
    )
    documents = [Told(name, path, bool(gone)) for name, path, gone in connection.execute(query)]
    return Served(
        documents,
        overviews.paths(connection),
        retired.moved(connection),
        retired.gone(connection),
    )
