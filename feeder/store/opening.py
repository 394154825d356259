"""Opening the store: new, as it was left, migrated, or rebuilt after a loss.

A new database is made aside and renamed, so that a kill leaves none or a whole one. The state id
lies outside the database: where it is and the database is not, the database was lost, and is
rebuilt from the newest intact backup and from what is published, so that no id is minted twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from feeder import locks
from feeder.errors import DamagedStateError, StateError
from feeder.models import Known
from feeder.store import backups, damage, identity, migrations, repair
from feeder.store.database import (
    APPLICATION_ID,
    BUSY_TIMEOUT,
    Database,
    postgres_database,
    sqlite_database,
)
from feeder.store.folder import Identity, StateFolder, named_failures
from feeder.store.store import Store

PATIENCE = 30.0
"""Seconds to wait for another process that makes, migrates or repairs the database."""


def nothing_published() -> Iterable[Known]:
    """For callers who cannot tell what is published."""
    return ()


def open_store(
    state: Path,
    *,
    database: str | None = None,
    now: datetime,
    published: repair.Published = nothing_published,
    busy_timeout: float = BUSY_TIMEOUT,
) -> Store:
    """Open the store of a state folder, and bring it into order first where it is not.

    Args:
        state: the state folder; made if it is missing, for its owner alone.
        database: the URL of a PostgreSQL database; without one it is STATE/feeder.db.
        now: the moment of opening.
        published: the entries that the published feeds hold. Asked only after a loss.
        busy_timeout: seconds that a statement waits for another process to commit.

    Raises:
        LockedError: another process has it open, and it must be migrated or repaired.
        NewerSchemaError: it was written by a newer feeder. It is left as it is.
        StateError: the folder or the server cannot be used.
    """
    folder = StateFolder(state)
    folder.make()
    if database is not None:
        return _open_postgres(folder, database, now, published)
    use, repaired = _use(folder, lambda: _put_in_order(folder, published, now))
    try:
        opened = sqlite_database(
            folder.database,
            busy_timeout=busy_timeout,
            on_damage=lambda: folder.suspect.touch(mode=0o600),
        )
        return _opened(opened, folder, use, repaired)
    except BaseException:
        use.release()
        raise


def restore(
    state: Path,
    backup: Path,
    *,
    now: datetime,
    published: repair.Published = nothing_published,
) -> Path | None:
    """Put a backup in the database's place, with what is published and the backup lacks.

    Returns:
        Where the database that was replaced lies now, if there was one.

    Raises:
        LockedError: another feeder process has the database open.
        DamagedStateError: the backup is not whole. Nothing was changed.
        NewerSchemaError: it was written by a newer feeder. Nothing was changed.
    """
    folder = StateFolder(state)
    folder.make()
    with locks.exclusive(folder.use_lock, "restore a backup"):
        _refuse_unfit(backup)
        return repair.restore(folder, backup, published, now)


def _refuse_unfit(backup: Path) -> None:
    advice = "Name a whole file that `feeder backup` made."
    try:
        fault, header = damage.backup_fault(backup), damage.read_header(backup)
    except OSError as error:
        raise StateError(f"{backup} cannot be read: {error.strerror}", advice=advice) from error
    if fault is not None or header is None:
        raise DamagedStateError(f"{backup} cannot be restored: {fault}", advice=advice)
    migrations.refuse_newer(header.version)


def _use(
    folder: StateFolder, put_in_order: Callable[[], str | None]
) -> tuple[locks.Held, str | None]:
    """A share of the database's use, once it is in order; and what had to be repaired for it.

    Whoever comes alone looks after it. Who comes while others use it finds it looked after.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        alone = locks.try_exclusive(folder.use_lock, "put the database in order")
        if alone is not None:
            return _look_after(alone, put_in_order)
        shared = locks.try_shared(folder.use_lock)
        if shared is not None:
            if _in_order(folder):
                return shared, None
            shared.release()
        if time.monotonic() >= deadline:
            raise locks.locked(folder.use_lock, "put the database in order")
        time.sleep(locks.POLL)


def _look_after(
    alone: locks.Held, put_in_order: Callable[[], str | None]
) -> tuple[locks.Held, str | None]:
    try:
        repaired = put_in_order()
        alone.share()
    except BaseException:
        alone.release()
        raise
    return alone, repaired


def _in_order(folder: StateFolder) -> bool:
    """Whether the database can be used as it is, without a look at its content."""
    with named_failures(folder.path):
        if folder.suspect.exists() or not folder.database.exists():
            return False
        header = damage.read_header(folder.database)
    if header is None:
        return False
    migrations.refuse_newer(header.version)
    return header.version == migrations.VERSION


def _put_in_order(folder: StateFolder, published: repair.Published, now: datetime) -> str | None:
    """Make, migrate or rebuild the database, if need be. We hold it alone."""
    with named_failures(folder.path):
        present = folder.database.exists() and folder.database.stat().st_size > 0
        if not present and folder.identity() is None:
            repair.make_new(folder, now)
            return None
        if present:
            folder.mend_modes()
        header = damage.read_header(folder.database) if present else None
    if header is not None:
        migrations.refuse_newer(header.version)
    fault = _fault(folder, header)
    if fault is not None:
        return repair.rebuild(folder, fault, published, now)
    folder.suspect.unlink(missing_ok=True)
    if header is not None and header.version < migrations.VERSION:
        _migrate(folder, now)
    return None


def _fault(folder: StateFolder, header: damage.Header | None) -> str | None:
    path = folder.database
    if not path.exists():
        return "it is gone"
    fault = damage.obvious_fault(path)
    if fault is not None or header is None:
        return fault
    ours = header.application_id == APPLICATION_ID
    in_doubt = folder.suspect.exists() or damage.has_journal(path) or not ours
    fault = damage.thorough_fault(path) if in_doubt else damage.unreadable(path)
    if fault is None and not ours:
        raise StateError(
            f"{path} is a SQLite database of another program",
            advice="Move it away, or give feeder another state folder.",
        )
    return fault


def _migrate(folder: StateFolder, now: datetime) -> None:
    backups.back_up(folder, now, backups.KEPT)
    repair.fill(folder.database, folder.identity(), (), now)


def _open_postgres(
    folder: StateFolder, address: str, now: datetime, published: repair.Published
) -> Store:
    database = postgres_database(address)
    try:
        with database.reading() as connection:
            version = migrations.version_of(connection)
        migrations.refuse_newer(version)
        repaired = None
        if version < migrations.VERSION:
            repaired = _bring_up_postgres(database, folder, published, now)
        return _opened(database, folder, None, repaired)
    except BaseException:
        database.close()
        raise


def _bring_up_postgres(
    database: Database, folder: StateFolder, published: repair.Published, now: datetime
) -> str | None:
    who = folder.identity()
    known = tuple(published()) if who is not None else ()
    merged = repair.bring_up(database, who, known, now)[1]
    if not merged:
        return None
    return f"The PostgreSQL database was empty; {merged} published entries were taken over."


def _opened(
    database: Database, folder: StateFolder, use: locks.Held | None, repaired: str | None
) -> Store:
    """The store, if the database is that of this state folder."""
    try:
        with database.reading() as connection:
            state_id = identity.remembered(connection, identity.STATE_ID) or ""
            prefix = identity.remembered(connection, identity.PREFIX)
    except BaseException:
        database.close()
        raise
    who = folder.identity()
    if who is not None and who.state_id != state_id:
        database.close()
        raise StateError(
            f"the database is not the one that {folder.path} belongs to",
            advice="Put it there with `feeder restore`, or remove the file state-id to adopt it.",
        )
    folder.keep_identity(Identity(state_id, prefix))
    return Store(database, folder, use=use, repaired=repaired)
