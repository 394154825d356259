"""How the tables came to be what they are, in numbered steps.

A new database is made whole, at the newest version. An older one takes the steps that it lacks,
each in a transaction of its own, so that a kill leaves it at a version and never between two.
On SQLite whoever migrates holds the state's lock alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, inspect, select

from feeder.errors import NewerSchemaError
from feeder.store import steps
from feeder.store.database import APPLICATION_ID, Database
from feeder.store.tables import metadata, schema_version

Step = Callable[[Connection], None]

STEPS: Mapping[int, Step] = {2: steps.to_version_2, 3: steps.to_version_3, 4: steps.to_version_4}
"""The version that a step leads to → the step. The first version needs none."""

VERSION = max(STEPS, default=1)


def version_of(connection: Connection) -> int:
    """The version of a database's tables; 0 where it has none."""
    if not inspect(connection).has_table(schema_version.name):
        return 0
    return connection.execute(select(func.max(schema_version.c.version))).scalar() or 0


def create(connection: Connection, now: datetime) -> None:
    """Make all tables in an empty database."""
    metadata.create_all(connection)
    _note_version(connection, VERSION, now)


def upgrade(database: Database, now: datetime, steps: Mapping[int, Step]) -> None:
    """Take the steps that the database lacks.

    Raises:
        NewerSchemaError: it was written by a newer feeder; it is left as it is.
    """
    newest = max(steps, default=1)
    for number in sorted(steps):
        with database.writing(alone=True) as connection:
            version = version_of(connection)
            refuse_newer(version, newest)
            if version < number:
                steps[number](connection)
                _note_version(connection, number, now)


def refuse_newer(version: int, newest: int = VERSION) -> None:
    """Raise `NewerSchemaError` where `version` is one that we do not know yet."""
    if version > newest:
        raise NewerSchemaError(
            f"the database was written by a newer feeder (its schema is {version}, "
            f"this one knows {newest})",
            advice="Install that version of feeder, or restore a backup of the older one.",
        )


def _note_version(connection: Connection, version: int, now: datetime) -> None:
    connection.execute(insert(schema_version).values(version=version, since=now))
    if connection.dialect.name == "sqlite":
        # Also in the file's header, where it can be read without opening the database.
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")
