"""What is remembered of servers: until when they want to be left alone, and their robots.txt."""

from __future__ import annotations

from sqlalchemy import Connection, select

from feeder.models import Host
from feeder.store.database import upserting
from feeder.store.rows import indexed
from feeder.store.tables import host as hosts


def find(connection: Connection, origin: str) -> Host | None:
    """What is remembered of a server, or None."""
    query = select(hosts).where(hosts.c.origin == indexed(origin))
    row = connection.execute(query).one_or_none()
    # Its origin is the one asked for: the table has but a hash of one too long for an index.
    return None if row is None else Host(origin, row.wait_until, row.robots, row.robots_until)


def put(connection: Connection, host: Host) -> None:
    """Remember this of a server, in place of what was remembered."""
    statement = upserting(connection, hosts)
    values = {
        "wait_until": host.wait_until,
        "robots_until": host.robots_until,
        "robots": host.robots,
    }
    upsert = statement.on_conflict_do_update(
        index_elements=["origin"], set_={name: statement.excluded[name] for name in values}
    )
    connection.execute(upsert, {"origin": indexed(host.origin), **values})
