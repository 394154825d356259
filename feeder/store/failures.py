"""What a database refuses, in words that help. Anything else is not foreseen and stays itself."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from feeder.errors import DamagedStateError, StateError

ROOM = "Make room on the disk; what was published stays, and the next run goes on from there."
OWNER = "The state folder and its files must be writable for the user that runs feeder."
REPAIR = "Stop all feeder processes and run feeder again: it checks the database and rebuilds it."

# SQLite's primary result codes (the low byte of the extended ones), https://sqlite.org/rescode.html
_SQLITE = {
    sqlite3.SQLITE_PERM: ("may not be opened", OWNER),
    sqlite3.SQLITE_BUSY: (
        "is locked by another process",
        "Wait until that has ended; feeder itself never keeps it for long.",
    ),
    sqlite3.SQLITE_LOCKED: ("is locked by another process", "Try again."),
    sqlite3.SQLITE_READONLY: ("is read-only", OWNER),
    sqlite3.SQLITE_IOERR: ("could not be read or written", "See the disk, and what limits it."),
    sqlite3.SQLITE_FULL: ("could not be written: the disk is full", ROOM),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", OWNER),
    sqlite3.SQLITE_AUTH: ("may not be opened", OWNER),
}
_SQLITE_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

# Classes of SQLSTATE (PostgreSQL, appendix A) that say something of the server and not of us.
_POSTGRES = {
    "08": "Check that the server runs and can be reached from here.",
    "25": "The server takes no writes: is it a standby?",
    "28": "Check the user and the password.",
    "3D": "Create the database first.",
    "40": "Try again: another transaction was in the way.",
    "42501": "Grant the user the rights on feeder's schema.",
    "53": "See the server's disk, memory and number of connections.",
    "55": "Try again: another process was in the way for too long.",
    "57": "Check that the server runs, and try again.",
    "58": "See the server's log.",
    "XX": "See the server's log: its data may be damaged. Restore it from its backup.",
}


def too_many() -> StateError:
    """What more threads meet than there are connections, where none of those comes free in time."""
    return StateError(
        "no connection to the database came free in time: others wait for it as well",
        advice="See what keeps it busy, the disk or another process, and try again.",
    )


def of_sqlite(error: DBAPIError) -> StateError | None:
    """The foreseen failure that `error` is, or None."""
    return of_sqlite_itself(error.orig) if isinstance(error.orig, sqlite3.Error) else None


def of_sqlite_itself(error: sqlite3.Error) -> StateError | None:
    """The same for an error of the driver. Its message names no file; neither do we."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if code in _SQLITE_DAMAGED:
        return DamagedStateError(f"the database is damaged: {error}", advice=REPAIR)
    if code in _SQLITE:
        what, advice = _SQLITE[code]
        return StateError(f"the database {what}", advice=advice)
    return None


def of_postgres(error: DBAPIError, secrets: tuple[str, ...]) -> StateError | None:
    """The foreseen failure that `error` is, or None. No secret of the address shows up in it."""
    state = getattr(error.orig, "sqlstate", None)
    # Without a state there was no server to give one.
    state = "08" if state is None and _is_unreachable(error) else state or ""
    advice = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    if advice is None:
        return None
    first = (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0]
    return StateError(f"PostgreSQL: {without(secrets, first)}", advice=advice)


def without(secrets: tuple[str, ...], text: str) -> str:
    """`text` with each of the secrets blotted out."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def _is_unreachable(error: DBAPIError) -> bool:
    # No statement was at work while connecting, committing or rolling back.
    gone = type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout")
    return gone or error.connection_invalidated or error.statement is None
