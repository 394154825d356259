"""What is remembered of the addresses of a source between two refreshes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Executable, Integer, bindparam, select

from feeder.models import Resource
from feeder.store import rows
from feeder.store.tables import Moment, resource, source

# Built once: each refresh of each source asks them, and to build one takes longer than its answer.
_SOURCE = select(source.c.id).where(source.c.name == bindparam("source")).scalar_subquery()
_OURS = select(resource).where(resource.c.source_id == _SOURCE)
_SOME = _OURS.where(resource.c.address.in_(bindparam("addresses", expanding=True)))
_DUE = (
    _OURS.where(resource.c.look_at <= bindparam("now", type_=Moment))
    .order_by(resource.c.look_at, resource.c.address)
    .limit(bindparam("most", type_=Integer))
)
_NEXT = (
    select(resource.c.look_at)
    .where(resource.c.source_id == _SOURCE, resource.c.look_at.is_not(None))
    .order_by(resource.c.look_at)
    .limit(1)
)


def of_source(
    connection: Connection, source_name: str, addresses: Collection[str] | None = None
) -> dict[str, Resource]:
    """What is remembered of all addresses of a source, or of those given."""
    if addresses is None:
        return _found(connection, _OURS, source=source_name)
    found: dict[str, Resource] = {}
    for some in rows.chunks([*{rows.indexed(address) for address in addresses}]):
        found |= _found(connection, _SOME, source=source_name, addresses=some)
    return found


def due(connection: Connection, source_name: str, now: datetime, limit: int) -> list[Resource]:
    """Those that are to be looked at by now, the longest due first.

    Ties are broken by address; one too long for an index counts by its hash.
    """
    return [*_found(connection, _DUE, source=source_name, now=now, most=limit).values()]


def next_look(connection: Connection, source_name: str) -> datetime | None:
    """When the next of them is to be looked at, or None."""
    return connection.execute(_NEXT, {"source": source_name}).scalar_one_or_none()


def _found(connection: Connection, query: Executable, **values: object) -> dict[str, Resource]:
    found = map(rows.to_resource, connection.execute(query, values).mappings())
    return {item.address: item for item in found}
