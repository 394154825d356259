"""What is still to be told to others: hubs of changed feeds, people of sources that fell ill.

A message is put in the transaction of what it tells, so that neither is there without the other,
and is deleted when it was delivered. A process that is killed in between has it delivered again: at
worst something is told twice, never not at all.

Of one (kind, target, subject) there is one row: what is newer takes the place of what waits.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, or_, select, update

from feeder.store.database import upserting
from feeder.store.rows import chunks, indexed
from feeder.store.tables import outbox

PING = "websub"
"""The kind of a message to a hub. Each is delivered by itself; of any other kind, all that wait for
one target go in one."""
PAUSE = "pause"
"""The kind of a row that keeps what is newer from its target until it is due."""
PAUSED = timedelta(minutes=1)
"""A person gets one message in that time: a site that is down may take a hundred sources along."""
GATHERED = 500
"""Messages that go in one, at most."""
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 1440))
"""After each try that failed; after the last of them, as long again."""
GIVEN_UP = timedelta(days=3)
"""A message that nobody took for so long is news no more."""
FURTHEST = timedelta(days=2)
"""Nothing is due later than this; what is, was written by a clock that was ahead."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be told. `target` names who is told, without a secret; `body` is JSON."""

    kind: str
    target: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Mail:
    """Messages to one target, claimed for one delivery."""

    kind: str
    target: str
    token: str
    numbers: tuple[int, ...]
    bodies: tuple[str, ...]
    tries: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What waits to be told, and why it waits: `error` is what the last try failed for."""

    kind: str
    target: str
    subject: str
    body: str
    created_at: datetime
    due_at: datetime
    tries: int
    error: str | None


def put(connection: Connection, messages: Iterable[Message], now: datetime) -> None:
    """Put messages into the outbox. A target that is backed off from is not bothered earlier."""
    for message in messages:
        due = _backed_off_until(connection, message) or now
        statement = upserting(connection, outbox)
        told = statement.excluded
        upsert = statement.on_conflict_do_update(
            index_elements=["kind", "target", "subject"],
            set_={
                "body": told.body,
                "created_at": told.created_at,
                "due_at": case((outbox.c.tries > 0, outbox.c.due_at), else_=told.due_at),
                # Whoever delivers the older one right now must not delete this one for it.
                "token": None,
            },
        )
        row = _row(message.kind, message.target, message.subject, now, max(due, now))
        connection.execute(upsert, row | {"body": message.body})


def _backed_off_until(connection: Connection, message: Message) -> datetime | None:
    """When the next try is due of what its target did not take."""
    same = (outbox.c.kind == message.kind, outbox.c.target == indexed(message.target))
    refused = select(func.min(outbox.c.due_at)).where(*same, outbox.c.error.is_not(None))
    until: datetime | None = connection.execute(refused).scalar_one()
    return until


def has_due(connection: Connection, now: datetime) -> bool:
    """Whether anything is to be delivered now."""
    return connection.execute(_due(now).limit(1)).first() is not None


def claim(connection: Connection, now: datetime, lease: timedelta) -> Mail | None:
    """Take what is due to one target, the longest due first, for as long as `lease`.

    For transactions that run alone: two of them could both find that a target has no pause.
    """
    connection.execute(delete(outbox).where(outbox.c.kind == PAUSE, _is_due(outbox.c.due_at, now)))
    first = connection.execute(_due(now).limit(1)).first()
    if first is None:
        return None
    ours = [first]
    if first.kind != PING:
        same = and_(outbox.c.kind == first.kind, outbox.c.target == first.target)
        ours = list(connection.execute(_due(now).where(same).limit(GATHERED)))
        _pause(connection, first.target, now)
    return _claimed(connection, ours, now + lease)


def _claimed(connection: Connection, ours: list[Row[Any]], until: datetime) -> Mail:
    token, numbers = secrets.token_hex(8), tuple(row.id for row in ours)
    for some in chunks(numbers):
        connection.execute(
            update(outbox).where(outbox.c.id.in_(some)).values(due_at=until, token=token)
        )
    return Mail(
        kind=ours[0].kind,
        target=ours[0].target,
        token=token,
        numbers=numbers,
        bodies=tuple(row.body for row in ours),
        tries=max(row.tries for row in ours),
        since=min(row.created_at for row in ours),
    )


def delivered(connection: Connection, mail: Mail) -> None:
    """Delete what was delivered, but for what was put anew meanwhile."""
    for some in chunks(mail.numbers):
        ours = (outbox.c.id.in_(some), outbox.c.token == mail.token)
        connection.execute(delete(outbox).where(*ours))


def failed(
    connection: Connection, mail: Mail, error: str, now: datetime, not_before: datetime | None
) -> bool:
    """Put off what could not be delivered; whether any of it was given up instead.

    What else waits for the same target is put off along with it: a hub that is down is not asked
    for each of a hundred feeds.
    """
    given_up = now - mail.since >= GIVEN_UP
    if given_up:
        old = outbox.c.created_at <= now - GIVEN_UP
        for some in chunks(mail.numbers):
            ours = (outbox.c.id.in_(some), outbox.c.token == mail.token, old)
            connection.execute(delete(outbox).where(*ours))
    due = now + BACK_OFF[min(mail.tries, len(BACK_OFF) - 1)]
    due = min(max(due, not_before or due), now + BACK_OFF[-1])
    for some in chunks(mail.numbers):
        connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(some), _is_ours(mail))
            .values(due_at=due, tries=mail.tries + 1, error=error, token=None)
        )
    same = and_(outbox.c.kind == mail.kind, outbox.c.target == mail.target)
    connection.execute(
        update(outbox)
        .where(same, outbox.c.token.is_(None), outbox.c.due_at < due)
        .values(due_at=due, error=error)
    )
    return given_up


def _is_ours(mail: Mail) -> ColumnElement[bool]:
    """False of what somebody else delivers by now, since it took us longer than our lease."""
    return or_(outbox.c.token.is_(None), outbox.c.token == mail.token)


def waiting(connection: Connection) -> list[Undelivered]:
    """All that waits to be told, the longest first."""
    query = select(outbox).where(outbox.c.kind != PAUSE).order_by(outbox.c.created_at, outbox.c.id)
    return [
        Undelivered(
            row.kind,
            row.target,
            row.subject,
            row.body,
            row.created_at,
            row.due_at,
            row.tries,
            row.error,
        )
        for row in connection.execute(query)
    ]


def count(connection: Connection) -> int:
    """How much waits to be told."""
    waiting = select(func.count()).where(outbox.c.kind != PAUSE)
    number: int = connection.execute(waiting).scalar_one()
    return number


def _is_due(column: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    return or_(column <= now, column > now + FURTHEST)


def _due(now: datetime) -> Any:
    pause = outbox.alias()
    paused = (
        select(pause.c.id)
        .where(
            pause.c.kind == PAUSE, pause.c.target == outbox.c.target, ~_is_due(pause.c.due_at, now)
        )
        .exists()
    )
    due = select(outbox).where(outbox.c.kind != PAUSE, _is_due(outbox.c.due_at, now), ~paused)
    return due.order_by(outbox.c.due_at, outbox.c.id)


def _pause(connection: Connection, target: str, now: datetime) -> None:
    until = {"due_at": now + PAUSED}
    upsert = upserting(connection, outbox).on_conflict_do_update(
        index_elements=["kind", "target", "subject"], set_=until
    )
    connection.execute(upsert, _row(PAUSE, target, "", now, until["due_at"]) | {"body": ""})


def _row(kind: str, target: str, subject: str, now: datetime, due: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "target": indexed(target),
        "subject": indexed(subject),
        "created_at": now,
        "due_at": due,
        "tries": 0,
    }
