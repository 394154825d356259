"""Claims: who refreshes which source, for how long at most.

A claim is a lease written in the transaction that found the source free, so that service, timer,
one-shot and other machines share one queue. It dies when its time is over, or at once with the
process that holds it, as far as that is a process of this machine.
"""

from __future__ import annotations

import hashlib
import secrets
import socket
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import (
    Case,
    ColumnElement,
    Connection,
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
from feeder.store.rows import among, chunks
from feeder.store.tables import source

FURTHEST = timedelta(days=35)
"""No source is due later than this: the longest interval is 31 days, the longest back-off a tenth
more. What lies beyond was written by a clock that was ahead, and counts as due."""

SWEEPING = 10.0
"""Seconds that a look at a lock file can take at most, on a machine that hardly moves."""

_SLASH = "/"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to refresh a source, until `until` or until `token` no longer stands there.

    `failures` is how many refreshes in a row had failed before.
    """

    source: str
    token: str
    until: datetime
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sources to claim.

    `due_only`: those whose time has come. Without it all but those that are backing off after a
    failure; with `force` these too.
    """

    names: Collection[str] | None = None
    due_only: bool = False
    force: bool = False
    limit: int | None = None


class Holder:
    """This process as a holder of leases, and how it tells living holders from dead ones.

    Its lock file bears its name; the kernel lets go of the lock when the process dies.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._machine = _machine(folder)
        self._id = secrets.token_hex(8)
        self.name = f"{self._machine}{_SLASH}{self._id}"
        locks.sweep(folder.glob("holder-*.lock"))
        # Nobody else has that name, but one who sweeps may have a short look at the new file.
        self._held = locks.wait_for(self._file(self._id), "refresh sources", wait=SWEEPING)

    def is_dead(self, holder: str) -> bool:
        """Whether that holder is surely gone. Of another machine's we never know."""
        machine, _, who = holder.partition(_SLASH)
        return machine == self._machine and not locks.is_held(self._file(who))

    def release(self) -> None:
        """Hold no leases any more."""
        self._held.release()
        self._file(self._id).unlink(missing_ok=True)

    def _file(self, who: str) -> Path:
        return self._folder / f"holder-{who}.lock"


def _machine(folder: Path) -> str:
    """Something that two machines, or two state folders on one, do not have in common."""
    parts = [socket.gethostname(), str(folder.stat().st_ino)]
    with suppress(OSError):  # not every system has one
        parts.append(Path("/etc/machine-id").read_text(encoding="ascii"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def claim(
    connection: Connection, wanted: Wanted, holder: Holder, now: datetime, lease: timedelta
) -> list[Lease]:
    """Lease those of the wanted sources that nobody else refreshes, the longest due first."""
    _free_those_of_the_dead(connection, holder.is_dead, now)
    _forget_wrong_clocks(connection, now)
    free = connection.execute(_free(connection, wanted, now)).all()
    token, until = secrets.token_hex(16), now + lease
    for some in chunks([row.name for row in free]):
        connection.execute(
            update(source)
            .where(source.c.name.in_(some))
            .values(
                next_check_at=until,
                lease_token=token,
                lease_holder=holder.name,
                lease_until=until,
            )
        )
    return [Lease(row.name, token, until, row.failures) for row in free]


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
        .where(source.c.enabled, source.c.next_check_at > now + FURTHEST)
        .values(next_check_at=now)
    )


def _free(connection: Connection, wanted: Wanted, now: datetime) -> Select[str, int]:
    """The wanted sources that nobody leases, the longest due first."""
    due = source.c.next_check_at <= now
    unleased = or_(source.c.lease_until.is_(None), source.c.lease_until <= now)
    statement = select(source.c.name, source.c.failures).where(source.c.enabled, unleased)
    if wanted.due_only:
        statement = statement.where(due)
    elif not wanted.force:
        backs_off = and_(source.c.failures > 0, source.c.next_check_at > now)
        statement = statement.where(or_(source.c.next_check_at.is_(None), not_(backs_off)))
    if wanted.names is not None:
        statement = statement.where(among(connection, source.c.name, wanted.names))
    order = (source.c.next_check_at, source.c.name)
    return statement.order_by(*order).limit(wanted.limit).with_for_update(skip_locked=True)


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
