"""A database, SQLite or PostgreSQL: connections, transactions, and failures with a name."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.schema import Table

from feeder.errors import DamagedStateError, StateError
from feeder.store import failures

BUSY_TIMEOUT = 30.0
"""Seconds that a statement waits for another process to commit."""
CONNECT_TIMEOUT = 10
"""Seconds to wait for a PostgreSQL server to answer."""

APPLICATION_ID = 0x66656564
"""In the header of our SQLite files, so that `file` and we can tell them from others: "feed"."""

_ALONE = 0x66656564
"""PostgreSQL's advisory lock for transactions that must not run beside one of their kind."""

Failure = Callable[[DBAPIError], StateError | None]


class Database:
    """An engine with two doors: one to read a snapshot, one to write in one transaction."""

    def __init__(
        self, engine: Engine, failure: Failure, on_damage: Callable[[], None] | None = None
    ) -> None:
        self.engine = engine
        self._failure = failure
        self._on_damage = on_damage
        self._readers = engine
        self._writers = engine.execution_options(feeder_writes=True)
        # SQLite has one writer at a time, and others look in ever longer intervals whether it has
        # ended. Threads of one process can be told: with 16 of them, sources were up to 9 s late,
        # and are 2 s (benchmarks/queue.py).
        self._turn = threading.Lock() if self.is_sqlite else None
        if engine.dialect.name == "postgresql":
            # Several statements of one reading method see one and the same state.
            self._readers = engine.execution_options(isolation_level="REPEATABLE READ")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database throughout."""
        with self._named_failures(), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, alone: bool = False) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, or nothing of it happened.

        `alone`: no two of these run at once, on whatever machines, so that what is looked up in
        one and then added is not added twice. On SQLite that is so for every transaction.
        """
        with self._in_turn(), self._named_failures(), self._writers.begin() as connection:
            if alone and not self.is_sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(_ALONE)))
            yield connection

    def close(self) -> None:
        """Close all connections. SQLite then folds its journal into the file."""
        self.engine.dispose()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_TIMEOUT):
            raise failures.too_many()
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _named_failures(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout:
            raise failures.too_many() from None
        except DBAPIError as error:
            failure = self._failure(error)
            if failure is None:
                raise
            if isinstance(failure, DamagedStateError) and self._on_damage is not None:
                self._on_damage()
            # The driver's error may hold the statement's values and the server's address.
            raise failure from None


def sqlite_database(
    path: Path, *, busy_timeout: float = BUSY_TIMEOUT, on_damage: Callable[[], None] | None = None
) -> Database:
    """The SQLite database at `path`. The file must exist; SQLite would make it readable to all."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": busy_timeout}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, failures.of_sqlite, on_damage)


def postgres_database(address: str) -> Database:
    """The PostgreSQL database at a URL like "postgresql://user@host/name".

    Raises:
        StateError: the URL is none, or the driver is not installed.
    """
    url = _postgres_url(address)
    secrets = _secrets(url)
    try:
        engine = create_engine(
            url, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_TIMEOUT}
        )
    except ModuleNotFoundError as error:
        raise StateError(
            "PostgreSQL needs a driver that is not installed",
            advice="Install it with: pip install 'feeder[postgres]'",
        ) from error
    event.listen(engine, "connect", _prepare_postgres)
    return Database(engine, lambda error: failures.of_postgres(error, secrets))


def upserting(connection: Connection, table: Table) -> PostgresInsert | SqliteInsert:
    """An INSERT that knows ON CONFLICT, which each engine has in a dialect of its own."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver would begin transactions by itself, late and never before a SELECT.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads and then writes must have the lock from its first statement:
    # SQLite cannot wait for it later, and fails at once instead (SQLITE_BUSY_SNAPSHOT).
    writes = connection.get_execution_options().get("feeder_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_postgres(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {int(BUSY_TIMEOUT * 1000)}")
    connection.autocommit = False


def _postgres_url(address: str) -> URL:
    advice = "It looks like this: postgresql://user:password@host:5432/name"
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        # The message of these repeats the address, and with it the password.
        raise StateError("the database's address is not a URL", advice=advice) from None
    if backend not in ("postgresql", "postgres"):
        raise StateError(f"feeder cannot keep its state in {backend!r}", advice=advice)
    return url.set(drivername="postgresql+psycopg")


def _secrets(url: URL) -> tuple[str, ...]:
    words = [url.password, *(url.query.get(key) for key in ("password", "sslpassword"))]
    return tuple(str(word) for word in words if word)
