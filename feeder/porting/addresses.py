"""A plain list of addresses: one a line, a title behind it if you like, `#` for comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from feeder.encoding import decode
from feeder.errors import NotTextError, UnfitFileError
from feeder.porting.subscriptions import LONGEST, MOST, Subscription
from feeder.text import one_line

MOST_BYTES = 64_000_000
"""Of a list: a hundred thousand addresses take a tenth of it."""
_COMMENT = re.compile(r"(?:^|\s)#.*")


def read_addresses(file: BinaryIO) -> list[Subscription]:
    """All lines that are neither empty nor comments. Whether they are addresses is not looked at.

    Raises:
        UnfitFileError: it is no text, or too long.
    """
    body = file.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise UnfitFileError(f"over {MOST_BYTES // 1_000_000} MB, which no list of addresses has")
    try:
        text = decode(body).text
    except NotTextError as error:
        advice = "expected OPML, a list of addresses, or what `feeder export state` wrote"
        raise UnfitFileError(error.message, advice=advice) from None
    found = list[Subscription]()
    for one in _lines(text):
        if len(found) == MOST:
            raise UnfitFileError(f"over {MOST:,} addresses; divide it", line=one.line)
        found.append(one)
    return found


def _lines(text: str) -> Iterator[Subscription]:
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST:
            raise UnfitFileError(f"a line of {len(line):,} characters", line=number)
        address, _, title = _COMMENT.sub("", line).strip().partition(" ")
        if address:
            yield Subscription(number, address, one_line(title))
