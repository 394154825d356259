"""Backups of a SQLite database: taken while it is in use, checked, and the newest few kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from feeder.errors import DamagedStateError
from feeder.store import failures
from feeder.store.damage import backup_fault
from feeder.store.folder import (
    StateFolder,
    fresh_file,
    named_failures,
    put_in_place,
    stamp,
    sync_folder,
)

PATTERN = "feeder-*.db"

KEPT = 3
"""Backups that are kept, unless somebody says otherwise."""


def back_up(folder: StateFolder, now: datetime, keep: int) -> Path:
    """Copy the database as it stands, without keeping anybody from writing to it.

    Returns:
        The backup. Of the older ones `keep` - 1 are left.

    Raises:
        DamagedStateError: the copy is not whole, so neither is the database.
    """
    target = folder.backups / f"feeder-{stamp(now)}.db"
    with named_failures(folder.path), fresh_file(folder.backups / "backup.new") as fresh:
        copy(folder.database, fresh)
        fault = backup_fault(fresh)
        if fault is not None:
            folder.suspect.touch(mode=0o600)
            raise DamagedStateError(f"the database is damaged: {fault}", advice=failures.REPAIR)
        put_in_place(fresh, target)
        _remove_oldest(folder, target, keep)
    return target


def copy(database: Path, target: Path) -> None:
    """A copy of a database in one file, by SQLite's backup interface."""
    try:
        with (
            closing(sqlite3.connect(database, timeout=30)) as source,
            closing(sqlite3.connect(target)) as copied,
        ):
            source.backup(copied)
            # In this mode nothing lies beside the file, and reading it writes nothing.
            copied.execute("PRAGMA journal_mode = DELETE").close()
    except sqlite3.Error as error:
        raise failures.of_sqlite_itself(error) or error from None


def intact_backups(folder: StateFolder) -> Iterator[Path]:
    """The backups that are whole, the newest first."""
    for path in sorted(folder.backups.glob(PATTERN), reverse=True):
        if backup_fault(path) is None:
            yield path


def _remove_oldest(folder: StateFolder, newest: Path, keep: int) -> None:
    # The one just made counts as the newest even where the clock was put back in between.
    older = sorted(path for path in folder.backups.glob(PATTERN) if path != newest)
    for path in older[: max(0, len(older) - (keep - 1))]:
        path.unlink(missing_ok=True)
    sync_folder(folder.backups)
