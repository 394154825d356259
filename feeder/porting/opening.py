"""What a file to be imported is, by how it begins."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from feeder.errors import UnfitFileError

Form = Literal["opml", "addresses", "state"]
_HEAD = 1_024
_STATE = b'{"feeder-state":'
"""How `feeder export state` begins its first line; no list of addresses does."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, Form]]:
    """The file at `path`, at its beginning, and which form it has.

    Raises:
        UnfitFileError: it cannot be read, is a pipe or device, or is empty. Faults within the block
            name the file.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        # To open a pipe may wait for ever, and what it gives can be had once alone.
        advice = "write what it gives into a file, and import that"
        raise UnfitFileError(f"{path} is no file, but a pipe or device", advice=advice)
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnfitFileError(f"{path} cannot be read: {error.strerror}") from error
    try:
        with file:
            head = file.read(_HEAD)
            file.seek(0)
            yield file, form_of(head)
    except UnfitFileError as error:
        where = f"{path}:{error.line}" if error.line else str(path)
        told = f"{where}: {error.message}"
        raise UnfitFileError(told, advice=error.advice, line=error.line) from error


def form_of(head: bytes) -> Form:
    """The form of a file that begins so.

    Raises:
        UnfitFileError: there is nothing in it.
    """
    if not head.strip():
        raise UnfitFileError("it is empty")
    if head.startswith(_STATE):
        return "state"
    wide = head.startswith(_WIDE)
    text = head.decode("utf-16" if wide else "utf-8-sig", "replace").lstrip()
    return "opml" if text.startswith("<") else "addresses"
