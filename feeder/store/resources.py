"""What is remembered of the addresses of a source between two refreshes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, select

from feeder.models import Resource
from feeder.store import rows
from feeder.store.tables import resource, source


def of_source(
    connection: Connection, source_name: str, addresses: Collection[str] | None = None
) -> dict[str, Resource]:
    """What is remembered of all addresses of a source, or of those given."""
    ours = select(resource).where(_belongs_to(source_name))
    if addresses is None:
        return _found(connection, ours)
    found: dict[str, Resource] = {}
    for some in rows.chunks([*{rows.indexed(address) for address in addresses}]):
        found |= _found(connection, ours.where(resource.c.address.in_(some)))
    return found


def _found(connection: Connection, query: Select[*tuple[object, ...]]) -> dict[str, Resource]:
    found = (rows.to_resource(row) for row in connection.execute(query).mappings())
    return {item.address: item for item in found}


def due(connection: Connection, source_name: str, now: datetime, limit: int) -> list[Resource]:
    """Those that are to be looked at by now, the longest due first.

    Ties are broken by address; one too long for an index counts by its hash.
    """
    query = (
        select(resource)
        .where(_belongs_to(source_name), resource.c.look_at <= now)
        .order_by(resource.c.look_at, resource.c.address)
        .limit(limit)
    )
    return [rows.to_resource(row) for row in connection.execute(query).mappings()]


def next_look(connection: Connection, source_name: str) -> datetime | None:
    """When the next of them is to be looked at, or None."""
    query = (
        select(resource.c.look_at)
        .where(_belongs_to(source_name), resource.c.look_at.is_not(None))
        .order_by(resource.c.look_at)
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def _belongs_to(source_name: str) -> ColumnElement[bool]:
    ours = select(source.c.id).where(source.c.name == source_name)
    return resource.c.source_id == ours.scalar_subquery()
