"""Documents that list all feeds: which of them were put in place, and what they were made of."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select

from feeder.store.database import upserting
from feeder.store.identity import remembered
from feeder.store.tables import feed, meta, publication

_KEY = "overview "


def find(connection: Connection, path: str) -> tuple[str, int, str] | None:
    """What it is made of, its size and its hash; None where none was put at this path."""
    told = remembered(connection, _KEY + path)
    if told is None:
        return None
    made_of, size, sha256 = json.loads(told)
    return made_of, size, sha256


def put(connection: Connection, path: str, made_of: str, size: int, sha256: str) -> None:
    """Note what was put in place."""
    statement = upserting(connection, meta)
    upsert = statement.on_conflict_do_update(
        index_elements=["key"], set_={"value": statement.excluded.value}
    )
    told = json.dumps([made_of, size, sha256])
    connection.execute(upsert, {"key": _KEY + path, "value": told})


def paths(connection: Connection) -> list[str]:
    """Where such documents were put."""
    keys = select(meta.c.key).where(meta.c.key.startswith(_KEY, autoescape=True))
    return [key.removeprefix(_KEY) for key in connection.execute(keys).scalars()]


def published_feeds(connection: Connection) -> set[str]:
    """The names of the feeds that readers can have."""
    query = (
        select(feed.c.name)
        .distinct()
        .join(publication, publication.c.feed_id == feed.c.id)
        .where(publication.c.gone_at.is_(None), feed.c.retired_at.is_(None))
    )
    return set(connection.execute(query).scalars())
