"""Claims: who refreshes which source, for how long at most.

A claim is a lease written in the transaction that found the source free, so that service, timer,
one-shot and other machines share one queue. It dies when its time is over, or at once with the
process that holds it, as far as that is a process of this machine.
"""

from __future__ import annotations

import hashlib
import secrets
import socket
import sys
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Case,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    not_,
    or_,
    select,
    update,
)

from feeder import locks
from feeder.errors import LostLeaseError
from feeder.models import NOT_KNOWN, Health, Patience
from feeder.store import conditions, rows
from feeder.store.rows import among, chunks
from feeder.store.tables import host, source

FURTHEST = timedelta(days=35)
"""No source is due later than this but by a cron expression: the longest interval is 31 days, and
jitter and quiet hours put it off by two more. What lies beyond was written by a clock that was
ahead, and counts as due."""

LOOKED_AT = 100
"""Due sources looked at for those of other servers, before the busy ones are passed over."""

ASKED = datetime(1970, 1, 1, tzinfo=UTC)
"""When a source was due that a person asks for: before all that are late."""

SWEEPING = 10.0
"""Seconds that a look at a lock file can take at most, on a machine that hardly moves."""

_SLASH = "/"

_TOLD = (
    source.c.name,
    source.c.failures,
    source.c.failing_since,
    source.c.unchanged,
    source.c.patience,
    *conditions.HEALTH,
)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to refresh a source, until `until` or until `token` no longer stands there.

    `failures` is how many refreshes in a row had failed before, `failing_since` when they began;
    `health` is how the source was before, `unchanged` how many refreshes in a row had then brought
    nothing new, `patience` when its feed had said that it need not be asked.
    """

    source: str
    token: str
    until: datetime
    failures: int = 0
    failing_since: datetime | None = None
    health: Health = NOT_KNOWN
    unchanged: int = 0
    patience: Patience | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sources to claim.

    `due_only`: those whose time has come and that nobody paused. Without it all but those that
    are backing off after a failure; with `force` these too. `in_turn`: but one of each server, and
    none of one that somebody is at already, or that wants to be left alone.
    """

    names: Collection[str] | None = None
    due_only: bool = False
    force: bool = False
    limit: int | None = None
    in_turn: bool = False


class Holder:
    """This process as a holder of leases, and how it tells living holders from dead ones.

    Its lock file bears its name; the kernel lets go of the lock when the process dies.
    """

    def __init__(self, folder: Path) -> None:
        who = secrets.token_hex(8)
        self.name = f"{machine(folder)}{_SLASH}{who}"
        locks.sweep(folder.glob("holder-*.lock"))
        # Nobody else has that name, but one who sweeps may have a short look at the new file.
        self._file = _file(folder, who)
        self._held = locks.wait_for(self._file, "refresh sources", wait=SWEEPING)

    def release(self) -> None:
        """Hold no leases any more."""
        self._held.release()
        self._file.unlink(missing_ok=True)


def is_dead(folder: Path, holder: str) -> bool:
    """Whether that holder is surely gone. Of another machine's we never know."""
    its_machine, _, who = holder.partition(_SLASH)
    return its_machine == machine(folder) and not locks.is_held(_file(folder, who))


def _file(folder: Path, who: str) -> Path:
    return folder / f"holder-{who}.lock"


def machine(folder: Path) -> str:
    """Something that two machines, or two state folders on one, do not have in common."""
    parts = [socket.gethostname(), str(folder.stat().st_ino)]
    with suppress(OSError):  # not every system has one
        parts.append(Path("/etc/machine-id").read_text(encoding="ascii"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def claim(
    connection: Connection,
    wanted: Wanted,
    holder: str,
    is_dead: Callable[[str], bool],
    now: datetime,
    lease: timedelta,
) -> list[Lease]:
    """Lease those of the wanted sources that nobody else refreshes, the longest due first."""
    _free_those_of_the_dead(connection, is_dead, now)
    _forget_wrong_clocks(connection, now)
    if wanted.in_turn:
        free = _free_in_turn(connection, wanted, now)
    else:
        free = list(connection.execute(_free(connection, wanted, now)))
    token, until = secrets.token_hex(16), now + lease
    for some in chunks([row.name for row in free]):
        connection.execute(
            update(source)
            .where(source.c.name.in_(some))
            .values(
                next_check_at=until,
                lease_token=token,
                lease_holder=holder,
                lease_until=until,
            )
        )
    return [_lease(row, token, until) for row in free]


def _lease(row: Row[*tuple[Any, ...]], token: str, until: datetime) -> Lease:
    health = conditions.to_health(row)
    return Lease(
        row.name,
        token,
        until,
        row.failures,
        row.failing_since,
        health,
        row.unchanged,
        rows.to_patience(row.patience),
    )


def _free_those_of_the_dead(
    connection: Connection, is_dead: Callable[[str], bool], now: datetime
) -> None:
    holders = connection.execute(
        select(source.c.lease_holder).where(source.c.lease_holder.is_not(None)).distinct()
    )
    for holder in [one for one in holders.scalars() if is_dead(one)]:
        connection.execute(
            update(source)
            .where(source.c.lease_holder == holder)
            .values(
                next_check_at=_again(now), lease_token=None, lease_holder=None, lease_until=None
            )
        )


def _again(now: datetime) -> Case[datetime]:
    """Due at once, but for what is refreshed by hand: that is never due by itself."""
    return case((source.c.rhythm.is_not(None), now))


def _forget_wrong_clocks(connection: Connection, now: datetime) -> None:
    connection.execute(
        update(source)
        .where(
            source.c.enabled,
            source.c.paused_at.is_(None),
            source.c.next_check_at > now + FURTHEST,
            source.c.rhythm.not_like("Cron(%"),  # which may name 29 February
        )
        .values(next_check_at=now)
    )


def _free_in_turn(
    connection: Connection, wanted: Wanted, now: datetime
) -> list[Row[*tuple[Any, ...]]]:
    """One of each server, so that one with a thousand sources keeps none waiting behind them."""
    full = _busy_hosts(connection, now)
    most = sys.maxsize if wanted.limit is None else wanted.limit
    taken: list[Row[*tuple[Any, ...]]] = []
    look_at = min(LOOKED_AT, most + 1)
    while len(taken) < most:
        wanted = replace(wanted, limit=look_at)
        query = _free(connection, wanted, now).add_columns(source.c.host)
        if full:
            query = query.where(or_(source.c.host.is_(None), _is_elsewhere(connection, full)))
        if taken:
            query = query.where(not_(among(connection, source.c.name, [t.name for t in taken])))
        found = connection.execute(query).all()
        for row in found:
            if row.host not in full and len(taken) < most:
                taken.append(row)
                full |= {row.host} - {None}
        if len(found) < look_at:
            break
        look_at = LOOKED_AT
    return taken


def _is_elsewhere(connection: Connection, hosts: set[str]) -> ColumnElement[bool]:
    # To pass over a backlog of 90,000 takes 11 ms so, and 18 ms by a list in a single value.
    few = len(hosts) <= LOOKED_AT
    return source.c.host.not_in(hosts) if few else not_(among(connection, source.c.host, hosts))


def _busy_hosts(connection: Connection, now: datetime) -> set[str]:
    """The servers that somebody is at, or that want to be left alone."""
    leased = select(source.c.host).where(
        source.c.lease_holder.is_not(None), source.c.lease_until > now, source.c.host.is_not(None)
    )
    waiting = select(host.c.origin).where(host.c.wait_until > now)
    return {*connection.execute(leased).scalars(), *connection.execute(waiting).scalars()}


def _free(connection: Connection, wanted: Wanted, now: datetime) -> Select[*tuple[Any, ...]]:
    """The wanted sources that nobody leases, the longest due first."""
    due = source.c.next_check_at <= now
    statement = select(*_TOLD).where(source.c.enabled, _unleased(now))
    if wanted.due_only:
        statement = statement.where(due, source.c.paused_at.is_(None))
    elif not wanted.force:
        statement = statement.where(_works(now))
    if wanted.names is not None:
        statement = statement.where(among(connection, source.c.name, wanted.names))
    order = (source.c.next_check_at, source.c.name)
    return statement.order_by(*order).limit(wanted.limit).with_for_update(skip_locked=True)


def _unleased(now: datetime) -> ColumnElement[bool]:
    return or_(source.c.lease_until.is_(None), source.c.lease_until <= now)


def _works(now: datetime) -> ColumnElement[bool]:
    """Whether a source does not wait after a failure."""
    backs_off = and_(source.c.failures > 0, source.c.next_check_at > now)
    return or_(source.c.next_check_at.is_(None), not_(backs_off))


def ask(connection: Connection, names: Collection[str], now: datetime, *, force: bool) -> list[str]:
    """Have these sources refreshed next by whoever does; with `force` those too that back off.

    Returns:
        Those of them that are to be refreshed now.
    """
    wanted = [source.c.enabled, _unleased(now), *([] if force else [_works(now)])]
    named = among(connection, source.c.name, names)
    asked = update(source).where(named, *wanted).values(next_check_at=ASKED)
    return list(connection.execute(asked.returning(source.c.name)).scalars())


def pause(connection: Connection, names: Collection[str], now: datetime) -> None:
    """Have these sources refreshed no more but when they are asked for by name."""
    _set_pause(connection, names, source.c.paused_at.is_(None), paused_at=now)


def resume(connection: Connection, names: Collection[str]) -> None:
    """End their pause; what was due meanwhile is due now."""
    _set_pause(connection, names, source.c.paused_at.is_not(None), paused_at=None)


def _set_pause(
    connection: Connection, names: Collection[str], where: ColumnElement[bool], **values: object
) -> None:
    named = among(connection, source.c.name, names)
    connection.execute(update(source).where(named, where).values(**values))


def renew(connection: Connection, lease: Lease, until: datetime) -> Lease:
    """The lease, longer.

    Raises:
        LostLeaseError: it ran out and somebody else has the source.
    """
    _write(connection, lease, next_check_at=until, lease_until=until)
    return replace(lease, until=until)


def abandon(connection: Connection, lease: Lease, now: datetime) -> None:
    """Give the source back, due at once. What was lost already needs no giving back."""
    with suppress(LostLeaseError):
        end(connection, lease, next_check_at=_again(now))


def end(connection: Connection, lease: Lease, **values: object) -> None:
    """End the lease and write `values` to its source. Raises as `renew` does."""
    _write(connection, lease, lease_token=None, lease_holder=None, lease_until=None, **values)


# Built once: every refresh ends with it, and to build one takes longer than to do it.
_HELD = update(source).where(
    source.c.name == bindparam("its_name"), source.c.lease_token == bindparam("its_token")
)


def _write(connection: Connection, lease: Lease, **values: object) -> None:
    computed = {name: told for name, told in values.items() if isinstance(told, ColumnElement)}
    plain = {name: told for name, told in values.items() if name not in computed}
    plain |= {"its_name": lease.source, "its_token": lease.token}
    written = connection.execute(_HELD.values(computed) if computed else _HELD, plain)
    if written.rowcount == 0:
        raise LostLeaseError(
            f"{lease.source}: the lease ran out and somebody else refreshes it by now",
            advice="Nothing was lost; give a slow source a longer time.",
        )
