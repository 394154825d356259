"""Is a SQLite file whole? Cheaply at each opening, thoroughly where there is a reason to doubt."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes

from feeder.errors import DamagedStateError
from feeder.store import failures
from feeder.store.database import APPLICATION_ID

_MAGIC = b"SQLite format 3\x00"
_HEADER = 100
"""Bytes of the header, https://sqlite.org/fileformat.html, section 1.3."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first 100 bytes of a SQLite file tell. `pages` is None where it may be stale."""

    page_size: int
    pages: int | None
    version: int
    application_id: int


def read_header(path: Path) -> Header | None:
    """The header of the file at `path`, or None where it has none."""
    with path.open("rb") as file:
        raw = file.read(_HEADER)
    if len(raw) < _HEADER or not raw.startswith(_MAGIC):
        return None
    page_size = int.from_bytes(raw[16:18], "big")
    return Header(
        page_size=65536 if page_size == 1 else page_size,
        # The number of pages counts only where the one who wrote it also wrote the rest.
        pages=int.from_bytes(raw[28:32], "big") if raw[24:28] == raw[92:96] else None,
        version=int.from_bytes(raw[60:64], "big"),
        application_id=int.from_bytes(raw[68:72], "big"),
    )


def obvious_fault(path: Path) -> str | None:
    """What is wrong with the file, as far as its header and its size can tell."""
    size = path.stat().st_size
    if size == 0:
        return "it is empty"
    header = read_header(path)
    if header is None:
        return "it is no database any more"
    # Pages that are missing here may lie in the journal; then only a thorough check can tell.
    if has_journal(path) or header.pages is None:
        return None
    expected = header.pages * header.page_size
    return f"{expected - size:,} bytes of it are missing" if size < expected else None


def has_journal(path: Path) -> bool:
    """Whether there is a write-ahead log beside the file: somebody did not close it."""
    journal = Path(f"{path}-wal")
    return journal.exists() and journal.stat().st_size > 0


def thorough_fault(path: Path) -> str | None:
    """What is wrong with the file, each page of it read. Its journal is folded in first."""
    findings = _ask(f"{_uri(path)}?mode=rw", "PRAGMA quick_check(1)")
    return None if findings == "ok" else findings


def fault_within(path: Path) -> str | None:
    """What is wrong with a file that may be in use, its indexes held against its tables too.

    Nothing is written, and nobody kept from writing. It takes a second for 100 MB, about.

    Raises:
        StateError: it cannot be looked at, for a reason that says nothing of the file.
    """
    fault = obvious_fault(path)
    if fault is not None:
        return fault
    findings = _ask(f"{_uri(path)}?mode=ro", "PRAGMA integrity_check(1)")
    return None if findings == "ok" else findings


def unreadable(path: Path) -> str | None:
    """Why not even our own tables can be found in the file; None where they can."""
    version = _ask(f"{_uri(path)}?mode=rw", "SELECT max(version) FROM schema_version")
    return None if version.isdigit() else version


def backup_fault(path: Path) -> str | None:
    """What is wrong with a backup. Nothing is written, neither to it nor beside it."""
    header = read_header(path)
    if header is None or header.application_id != APPLICATION_ID:
        return "it is no backup of feeder's"
    fault = obvious_fault(path)
    if fault is not None:
        return fault
    findings = _ask(f"{_uri(path)}?mode=ro&immutable=1", "PRAGMA quick_check(1)")
    return None if findings == "ok" else findings


def _uri(path: Path) -> str:
    # Byte by byte: the name of a folder need not be UTF-8.
    return f"file:{quote_from_bytes(os.fsencode(path))}"


def _ask(address: str, question: str) -> str:
    """What SQLite answers, or why it cannot.

    Raises:
        StateError: it cannot for a reason that says nothing of the file: locked, no permission.
    """
    try:
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
            answer = connection.execute(question).fetchone()[0]
    except sqlite3.Error as error:
        failure = failures.of_sqlite_itself(error)
        if failure is not None and not isinstance(failure, DamagedStateError):
            raise failure from None
        answer = error
    return str(answer).splitlines()[-1]
