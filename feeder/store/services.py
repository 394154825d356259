"""Who keeps the sources fresh for as long as it runs, and what is asked of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from feeder.store.tables import service

SILENT = timedelta(minutes=10)
"""After which a service on a machine that lost its power counts no more. It tells each minute that
it is at work, as far as the database lets it."""


@dataclass(frozen=True, slots=True)
class Service:
    """A process that runs `feeder run`.

    Args:
        holder: its name in the store.
        machine: the name of the machine that it is on, for people.
        seen_at: when it last said that it is at work.
        asked_at: when it was last asked to read its configuration again.
        answered_at: when it last did.
        refused: why it went on with the old one, in words; None: it did not.
    """

    holder: str
    machine: str
    pid: int
    started_at: datetime
    seen_at: datetime
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    refused: str | None = None


def begin(
    connection: Connection, holder: str, is_dead: Callable[[str], bool], now: datetime
) -> None:
    """Put a service on record; those that died on this machine are forgotten."""
    for name in connection.execute(select(service.c.holder)).scalars().all():
        if is_dead(name):
            end(connection, name)
    row = {
        "holder": holder,
        "machine": socket.gethostname(),
        "pid": os.getpid(),
        "started_at": now,
        "seen_at": now,
    }
    connection.execute(insert(service), row)


def end(connection: Connection, holder: str) -> None:
    """Forget a service."""
    connection.execute(delete(service).where(service.c.holder == holder))


def forget_all(connection: Connection) -> None:
    """Nobody uses this database: it was at rest, or is a copy of one that was in use then."""
    connection.execute(delete(service))


def keep(connection: Connection, holder: str, now: datetime) -> None:
    """Note that a service is at work."""
    connection.execute(update(service).where(service.c.holder == holder).values(seen_at=now))


def running(connection: Connection, is_dead: Callable[[str], bool], now: datetime) -> list[Service]:
    """All services but those that are dead, or have been silent for long, the oldest first."""
    found = connection.execute(
        select(service)
        .where(service.c.seen_at > now - SILENT)
        .order_by(service.c.started_at, service.c.holder)
    )
    return [Service(*row) for row in found if not is_dead(row.holder)]


def ask_reload(connection: Connection, now: datetime) -> None:
    """Ask all services to read their configuration again."""
    connection.execute(update(service).values(asked_at=now))


def is_asked(connection: Connection, holder: str) -> bool:
    """Whether that service was asked and has not answered."""
    asked = select(service.c.asked_at).where(
        service.c.holder == holder,
        service.c.asked_at.is_not(None),
        or_(service.c.answered_at.is_(None), service.c.answered_at < service.c.asked_at),
    )
    return connection.execute(asked).first() is not None


def answer(connection: Connection, holder: str, refused: str | None, now: datetime) -> None:
    """Note that a service has read its configuration, and why it refused it, if so."""
    told = update(service).where(service.c.holder == holder)
    connection.execute(told.values(answered_at=now, refused=refused))
