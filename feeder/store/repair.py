"""Filling a database: with tables, with its identity, with what the published feeds still know."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from feeder.models import Change, Known
from feeder.store import backups, failures, identity, migrations, recording, services
from feeder.store.damage import has_journal
from feeder.store.database import Database, sqlite_database
from feeder.store.folder import (
    Identity,
    StateFolder,
    fresh_file,
    named_failures,
    new_identity,
    put_in_place,
)
from feeder.store.rows import chunks
from feeder.store.sources import add_unconfigured
from feeder.store.tables import entry, source

Published = Callable[[], Iterable[Known]]


def make_new(folder: StateFolder, now: datetime) -> None:
    """Make the first database of a new state folder."""
    with named_failures(folder.path), fresh_file(folder.path / "feeder.db.new") as fresh:
        fill(fresh, None, (), now)
        put_in_place(fresh, folder.database)


def rebuild(folder: StateFolder, fault: str, published: Published, now: datetime) -> str:
    """Put a whole database in the place of one that is damaged or lost; what was done, in words."""
    backup = next(backups.intact_backups(folder), None)
    with named_failures(folder.path):
        aside, merged = _replace(folder, backup, "damaged", published, now)
    origin = f"the backup {backup.name}" if backup else "no backup, since none is intact,"
    rest = f" What was left of it is {aside.name}." if aside else ""
    return (
        f"The database was damaged or lost ({fault}). It was rebuilt from {origin} "
        f"and {merged} published entries that were missing there.{rest}"
    )


def restore(folder: StateFolder, backup: Path, published: Published, now: datetime) -> Path | None:
    """Put a backup in the place of the database; where that lies now, if there was one."""
    with named_failures(folder.path):
        return _replace(folder, backup, "replaced", published, now)[0]


def _replace(
    folder: StateFolder, backup: Path | None, why: str, published: Published, now: datetime
) -> tuple[Path | None, int]:
    # Made whole before the old one is touched: a kill in between leaves something to go on from.
    with fresh_file(folder.path / "feeder.db.new") as fresh:
        if backup is not None:
            backups.copy(backup, fresh)
        who, merged = fill(fresh, folder.identity(), tuple(published()), now)
        aside = folder.set_aside(why, now)
        put_in_place(fresh, folder.database)
    folder.keep_identity(who)
    return aside, merged


def fill(
    path: Path, who: Identity | None, known: Sequence[Known], now: datetime
) -> tuple[Identity, int]:
    """Bring the SQLite file at `path` up to date; who it is, and how many entries it lacked."""
    database = sqlite_database(path)
    try:
        filled = bring_up(database, who, known, now)
        with database.writing() as connection:
            # In another folder they would be another machine's, and could never be told for dead.
            services.forget_all(connection)
    finally:
        database.close()
    _fold_in_journal(path)
    return filled


def _fold_in_journal(path: Path) -> None:
    """Closing says nothing where a full disk kept it from writing the journal into the file, and
    a file that is put in place without its journal would be damaged."""
    if not has_journal(path):
        return
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    except sqlite3.Error as error:
        raise failures.of_sqlite_itself(error) or error from None


def bring_up(
    database: Database, who: Identity | None, known: Sequence[Known], now: datetime
) -> tuple[Identity, int]:
    """Make the tables or take them to the newest version, and settle what stands in them."""
    with database.writing(alone=True) as connection:
        if migrations.version_of(connection) == 0:
            # In one transaction: no other machine may see tables that nobody owns yet.
            migrations.create(connection, now)
            return settle(connection, who, known, now)
    migrations.upgrade(database, now, migrations.STEPS)
    with database.writing(alone=True) as connection:
        return settle(connection, who, known, now)


def settle(
    connection: Connection, who: Identity | None, known: Sequence[Known], now: datetime
) -> tuple[Identity, int]:
    """Give the database its identity, and the entries that it lacks; how many those were.

    What the database says of itself wins over `who`, and that over what the entries' ids show.
    """
    told = identity.remembered(connection, identity.STATE_ID)
    state_id = told or (who or new_identity()).state_id
    if told is None:
        identity.remember(connection, identity.STATE_ID, state_id)
    prefix = identity.remembered(connection, identity.PREFIX)
    if prefix is None:
        prefix = (who and who.prefix) or identity.prefix_of(item.entry for item in known)
        if prefix is not None:
            identity.remember(connection, identity.PREFIX, prefix)
    merged = _merge(connection, known, prefix or identity.mint_prefix(None, state_id, now), now)
    return Identity(state_id, prefix), merged


def _merge(connection: Connection, known: Sequence[Known], prefix: str, now: datetime) -> int:
    """Put those of the entries on record that are not; with all keys that lead to them."""
    missing = _missing(connection, known)
    by_source: dict[str, list[Change]] = {}
    for item in missing.values():
        by_source.setdefault(item.entry.source, []).append(_as_new(item))
    numbers = {row.name: row.id for row in connection.execute(select(source.c.name, source.c.id))}
    for name, changes in by_source.items():
        number = numbers.get(name) or add_unconfigured(connection, name, prefix, now)
        recording.put_entries(connection, number, changes)
    return len(missing)


def _missing(connection: Connection, known: Sequence[Known]) -> dict[str, Known]:
    missing = {item.entry.id: item for item in known}
    for some in chunks(list(missing)):
        query = select(entry.c.uid).where(entry.c.uid.in_(some))
        for uid in connection.execute(query).scalars():
            del missing[uid]
    return missing


def _as_new(item: Known) -> Change:
    return Change("new", item.entry, item.keys, item.material, item.entry.id, address="")
