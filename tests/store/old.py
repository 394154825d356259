"""Databases as older feeders left them, and what schema a database has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, make_url

from tests.store.nouns import Place

VERSION_1 = Path(__file__).parent / "version1"
NUMBERED = ("source", "entry", "run", "feed")
"""The tables whose rows the database numbers by itself."""


def make_version_1(place: Place) -> None:
    """A database of version 1 with rows in it where the place's store will look for it."""
    if place.database is None:
        place.state.mkdir(mode=0o700)
        make_file(place.state / "feeder.db")
    else:
        _make_on_server(place.database)


def make_file(path: Path) -> None:
    """A SQLite database of version 1, by itself in one file as a backup is."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"BEGIN; {_script('sqlite')} {_script('rows')} COMMIT;")


def _make_on_server(address: str) -> None:
    url = make_url(address).render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute(_script("postgresql").encode())
        connection.execute(b"SET TIME ZONE 'UTC';" + _script("rows").encode())
        for table in NUMBERED:
            last = f"(SELECT max(id) FROM {table})"
            sequence = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})"
            connection.execute(sequence.encode())


def _script(name: str) -> str:
    return (VERSION_1 / f"{name}.sql").read_text(encoding="utf-8")


def schema(connection: Connection) -> set[tuple[Any, ...]]:
    """The columns with their places, types, collations and defaults; keys, constraints, indexes."""
    if connection.dialect.name == "postgresql":
        return {row for query in _POSTGRES for row in _rows(connection, query)}
    found = {row for query in _SQLITE for row in _rows(connection, query)}
    # An index is known by its text alone, and that may be broken into lines anywhere.
    return {tuple(" ".join(v.split()) if isinstance(v, str) else v for v in r) for r in found}


def version(connection: Connection) -> int:
    """What the database itself says."""
    [[number]] = _rows(connection, "SELECT max(version) FROM schema_version")
    return int(number)


def contents(connection: Connection) -> dict[str, list[str]]:
    """All rows that version 1 had, by table, with the columns that it had."""
    with closing(sqlite3.connect(":memory:")) as old:
        old.executescript(_script("sqlite"))
        named = old.execute(
            "SELECT m.name, group_concat('\"' || c.name || '\"', ', ') "
            "FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' GROUP BY 1"
        ).fetchall()
    return {
        table: sorted(map(repr, _rows(connection, f"SELECT {columns} FROM {table}")))
        for table, columns in named
    }


def _rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(query)]


_SQLITE = (
    "SELECT m.name, c.* FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type = 'table'",
    "SELECT m.name, k.* FROM sqlite_schema m, pragma_foreign_key_list(m.name) k",
    "SELECT name, type, wr FROM pragma_table_list WHERE name NOT LIKE 'sqlite_%'",
    "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index'",
)
_POSTGRES = (
    "SELECT table_name, ordinal_position, column_name, data_type, collation_name, is_nullable, "
    "column_default FROM information_schema.columns WHERE table_schema = current_schema()",
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace",
)
