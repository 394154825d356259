"""The record: is the database there, whole, of this version, and are there backups of it?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeder.config.settings import Settings
from feeder.doctor.findings import Finding, broken, good, note
from feeder.errors import StateError
from feeder.store import damage, migrations
from feeder.store.backups import PATTERN
from feeder.store.database import postgres_database
from feeder.store.folder import StateFolder

_OLD = timedelta(days=7)
"""A backup is made after each round that changed something."""
_AREA = "database"


def record(settings: Settings) -> Iterator[Finding]:
    """The database, without opening the store: that would make, migrate or repair it."""
    try:
        if settings.database is not None:
            yield _on_server(settings.database.get_secret_value())
            yield note("backups", "feeder makes none of a PostgreSQL database", "use pg_dump")
        else:
            folder = StateFolder(settings.state)
            yield _file(folder)
            if folder.database.exists():
                yield _backup(folder, datetime.now(UTC))
    except StateError as error:
        yield broken(_AREA, error.message, error.advice)
    except OSError as error:
        message = f"{settings.state} cannot be looked at: {error.strerror}"
        yield broken(_AREA, message, "run this as the user that runs feeder")


def can_be_opened(settings: Settings) -> bool:
    """Whether opening the store changes nothing: a database of this version, and of this user."""
    if settings.database is not None:
        version = _version_on(settings.database.get_secret_value())
        return version == migrations.VERSION and _is_mine(settings.state)
    folder = StateFolder(settings.state)
    path = folder.database
    if folder.suspect.exists() or not path.exists() or not _is_mine(path):
        return False
    header = damage.read_header(path)
    return header is not None and header.version == migrations.VERSION


def _is_mine(path: Path) -> bool:
    return path.exists() and path.stat().st_uid == os.geteuid()


def _on_server(address: str) -> Finding:
    version = _version_on(address)
    if version == 0:
        return good(_AREA, "PostgreSQL answers; the first refresh makes the tables")
    return _of_version(version, "PostgreSQL answers, and the database")


def _version_on(address: str) -> int:
    with closing(postgres_database(address)) as database, database.reading() as connection:
        return migrations.version_of(connection)


def _file(folder: StateFolder) -> Finding:
    path = folder.database
    if not path.exists():
        if folder.identity() is None:
            return good(_AREA, "there is none yet: the first refresh makes it")
        advice = "any verb rebuilds it from the newest backup: `feeder status`"
        return broken(_AREA, f"{path} is gone", advice)
    fault = damage.fault_within(path)
    header = damage.read_header(path)
    if fault is not None or header is None:
        message = f"{path} is damaged: {fault}"
        advice = "stop all of feeder and run it again: it is set aside, and rebuilt from a backup"
        return broken(_AREA, message, advice)
    if folder.suspect.exists():
        message = f"{path} is whole, and a process met damage in it"
        return note(_AREA, message, "is the disk failing? the next verb looks at it once more")
    return _of_version(header.version, f"{path} ({path.stat().st_size / 1e6:,.1f} MB)")


def _of_version(version: int, what: str) -> Finding:
    if version > migrations.VERSION:
        message = f"{what} is of a newer feeder"
        return broken(_AREA, message, "install that version, or restore an older backup")
    if version < migrations.VERSION:
        return note(_AREA, f"{what} is brought up to date by the next verb that uses it")
    return good(_AREA, f"{what} is whole")


def _backup(folder: StateFolder, now: datetime) -> Finding:
    newest = max(folder.backups.glob(PATTERN), default=None)
    if newest is None:
        return note("backups", "there is none yet", "`feeder backup` makes one")
    fault = damage.backup_fault(newest)
    if fault is not None:
        return broken("backups", f"{newest.name} is not whole: {fault}", "feeder backup")
    age = now - datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    told = f"the newest is {newest.name}, {_days(age)} old"
    if age > _OLD:
        return note("backups", told, "one is made after each change; has nothing been new since?")
    return good("backups", f"{told}, and whole")


def _days(age: timedelta) -> str:
    hours = max(0, int(age.total_seconds() // 3600))
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
