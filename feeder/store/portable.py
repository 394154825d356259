"""The whole record as things and their keys (`nouns.py`), out of one database and into another.

Nothing of it lies in memory at once. It is read in one snapshot, and written in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from feeder.errors import UnfitFileError
from feeder.store import identity
from feeder.store.nouns import NOUNS, Noun
from feeder.store.tables import meta

Thing = tuple[int, str, dict[str, Any]]
"""Its line, its noun, and its row."""

PREFIX = "minting"
"""What an export calls the prefix of ids that are minted."""

_ROWS = 100
"""Fetched and written at a time: with articles of 20 kB, 4 MB of text."""
_MADE_AT_ONCE = frozenset({"source", "host", "message"})
"""What a state has as soon as a configuration was read, and that is no loss."""


def things(connection: Connection, without: Collection[str]) -> Iterator[tuple[str, Any]]:
    """All that is on record, but for some nouns, as JSON takes it."""
    prefix = identity.remembered(connection, identity.PREFIX)
    if prefix is not None:
        yield PREFIX, {"prefix": prefix}
    for noun in NOUNS.values():
        if noun.name not in without:
            yield from ((noun.name, noun.told(row)) for row in _rows(connection, noun))


def held(connection: Connection) -> int:
    """How many things are on record that an import would have to do away with."""
    nouns = (noun for noun in NOUNS.values() if noun.name not in _MADE_AT_ONCE)
    counts = (select(func.count()).select_from(noun.table) for noun in nouns)
    return sum(connection.execute(count).scalar_one() for count in counts)


def put(connection: Connection, told: Iterable[Thing], prefix: str | None) -> None:
    """Put things into a database that holds none, in the order of their nouns.

    Raises:
        UnfitFileError: they do not go together, such as an entry of a source that is not there.
    """
    for noun in reversed([*NOUNS.values()]):
        connection.execute(delete(noun.table))
    connection.execute(delete(meta).where(meta.c.key != identity.STATE_ID))
    if prefix is not None:
        identity.remember(connection, identity.PREFIX, prefix)
    for name, group in groupby(told, key=lambda thing: thing[1]):
        for piece in _pieces(group):
            _insert(connection, NOUNS[name], piece)
    _number_on(connection)


def _rows(connection: Connection, noun: Noun) -> Iterator[Any]:
    columns = [noun.table.c[name] for name in noun.keys.values()]
    query = select(*columns).order_by(*noun.table.primary_key.columns)
    found = connection.execute(query, execution_options={"yield_per": _ROWS})
    yield from found.mappings()


def _pieces(told: Iterable[Thing]) -> Iterator[list[Thing]]:
    piece = list[Thing]()
    for thing in told:
        piece.append(thing)
        if len(piece) == _ROWS:
            yield piece
            piece = []
    if piece:
        yield piece


def _insert(connection: Connection, noun: Noun, piece: list[Thing]) -> None:
    try:
        connection.execute(insert(noun.table), [row for _, _, row in piece])
    except (IntegrityError, DataError):
        # Which of its rows it was, engines tell each in its own words, with all that is in them.
        message = (
            f"a {noun.name} in lines {piece[0][0]} to {piece[-1][0]} is told twice, belongs to "
            "what is not there, or has a number that is too large"
        )
        raise UnfitFileError(message, line=piece[0][0]) from None


def _number_on(connection: Connection) -> None:
    """PostgreSQL goes on numbering where it was, and not behind what was given a number."""
    if connection.dialect.name != "postgresql":
        return
    for noun in NOUNS.values():
        column = noun.table.c.get("id")
        if column is not None:
            sequence = func.pg_get_serial_sequence(noun.table.name, "id")
            last = select(func.max(column)).scalar_subquery()
            connection.execute(select(func.setval(sequence, func.coalesce(last, 1))))
