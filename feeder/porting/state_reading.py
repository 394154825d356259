"""An export of a whole state, read twice: all of it is looked at before anything is written."""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from feeder.errors import UnfitFileError
from feeder.porting.state_writing import END, FILE, HEAD
from feeder.store.kept import KeptFiles, unpacked
from feeder.store.nouns import FORMAT, NOUNS
from feeder.store.portable import PREFIX, Thing
from feeder.text import shorten

LONGEST = 128_000_000
"""Bytes of one line: more than the largest page has that is kept."""
_CUT = "the export is not whole: write it once more, and copy all of it"
_ALTERED = "it was changed after it was written: write it once more"


@dataclass(frozen=True, slots=True)
class Export:
    """A whole export.

    Args:
        feeder: the version that wrote it.
        written: when, as it says.
        prefix: what ids are minted with.
        counts: how many things of each noun it has.
    """

    feeder: str
    written: str
    prefix: str | None
    counts: Mapping[str, int]


def look_through(file: BinaryIO) -> Export:
    """What is in an export, each line of it read.

    Raises:
        UnfitFileError: it is cut, changed, of a newer feeder, or a line is wrong; with the line.
    """
    digest, counts = hashlib.sha256(), Counter[str]()
    head: Mapping[str, Any] = {}
    prefix, place = None, -1
    order = {name: index for index, name in enumerate(NOUNS)}
    number = 0
    for number, line in _lines(file):
        name, told = _thing(number, line)
        if number == 1:
            head = _head(name, told)
        elif name == END:
            _check_end(told, number, digest.hexdigest())
            if file.read(1):
                raise UnfitFileError("something follows the end", advice=_ALTERED, line=number + 1)
            return Export(str(head["feeder"]), str(head["written"]), prefix, counts)
        elif name == PREFIX:
            prefix = _text(told, "prefix", number)
            if not (prefix.isascii() and prefix.isprintable()):
                raise UnfitFileError("no id begins so", advice=_ALTERED, line=number)
        elif name == FILE:
            _body(told, number)
        else:
            _row(name, told, number)
            if order[name] < place:
                message = f"a {name} stands behind what refers to it"
                raise UnfitFileError(message, advice=_ALTERED, line=number)
            place = order[name]
        counts[name] += 1
        digest.update(line)
    raise UnfitFileError(
        f"it ends after {number:,} lines, without its end", advice=_CUT, line=number
    )


def things(file: BinaryIO, files: KeptFiles) -> Iterator[Thing]:
    """The things of an export that was looked through, with their rows; files are kept.

    Raises:
        StateError: a file cannot be kept.
    """
    file.seek(0)
    for number, line in _lines(file):
        name, told = _thing(number, line)
        if name in NOUNS:
            yield number, name, _row(name, told, number)
        elif name == FILE:
            files.put(_body(told, number))


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(LONGEST):
        number += 1
        if not line.endswith(b"\n"):
            what = "too long" if len(line) == LONGEST else "cut"
            raise UnfitFileError(f"the line is {what}", advice=_CUT, line=number)
        yield number, line


def _thing(number: int, line: bytes) -> tuple[str, Any]:
    try:
        thing = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnfitFileError(f"no JSON: {error}", advice=_CUT, line=number) from None
    if not isinstance(thing, dict) or len(thing) != 1:
        raise UnfitFileError("not one thing with its name", advice=_ALTERED, line=number)
    ((name, told),) = thing.items()
    if name not in NOUNS and name not in (HEAD, PREFIX, FILE, END):
        raise UnfitFileError(f"nothing is called {name[:40]!r}", advice=_ALTERED, line=number)
    return name, told


def _head(name: str, told: Any) -> Mapping[str, Any]:
    if name != HEAD or not isinstance(told, dict) or not {"feeder", "written"} <= told.keys():
        raise UnfitFileError("it does not say what it is", advice=_ALTERED, line=1)
    if told.get("format") != FORMAT:
        form, version = (shorten(str(told.get(key)), 40) for key in ("format", "feeder"))
        message = f"it has format {form}, and this feeder knows {FORMAT}"
        raise UnfitFileError(message, advice=f"install feeder {version}", line=1)
    return told


def _check_end(told: Any, number: int, digest: str) -> None:
    if not isinstance(told, dict) or told.get("lines") != number - 1:
        lines = shorten(str(told.get("lines")), 40) if isinstance(told, dict) else None
        message = f"it has {number - 1:,} lines before its end, which says {lines}"
        raise UnfitFileError(message, advice=_CUT, line=number)
    if told.get("sha256") != digest:
        message = "what it says is not what was written: its checksum is another one"
        raise UnfitFileError(message, advice=_ALTERED, line=number)


def _row(name: str, told: Any, number: int) -> dict[str, Any]:
    if name not in NOUNS:  # a second head
        raise UnfitFileError(f"a {name} in the middle", advice=_ALTERED, line=number)
    try:
        return NOUNS[name].row(told)
    except ValueError as error:
        raise UnfitFileError(str(error), advice=_ALTERED, line=number) from None


def _body(told: Any, number: int) -> bytes:
    sha256 = _text(told, "sha256", number)
    try:
        body = unpacked(b64decode(_text(told, "gzip", number), validate=True))
    except (ValueError, zlib.error):
        body = b""
    if hashlib.sha256(body).hexdigest() != sha256:
        raise UnfitFileError("a file that is damaged", advice=_ALTERED, line=number)
    return body


def _text(told: Any, key: str, number: int) -> str:
    value = told.get(key) if isinstance(told, dict) else None
    if not isinstance(value, str):
        raise UnfitFileError(f"{key} is no text", advice=_ALTERED, line=number)
    return value
