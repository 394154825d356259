"""Which publishing system made a page, by marks in its raw text. What is looked for is data."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

HEAD = 65_536
"""Characters of a page in which marks are looked for: they stand in its head."""

_AROUND = 300  # characters before and behind a mark that its regex may see
_OCCURRENCES = 8  # of a mark that are looked at
_GENERATOR = (
    r"<meta\b(?=[^>]{0,200}\bname=[\"']?generator)"
    r"[^>]{0,200}\bcontent=[\"']?\s{0,9}(?:powered by )?"
)


class _Mark(NamedTuple):
    host: str
    regex: re.Pattern[str]


@lru_cache(maxsize=1)
def _marks() -> dict[str, list[_Mark]]:
    """Text that must be there → what it may be a mark of: most pages cost one look for each."""
    table: dict[str, list[_Mark]] = {}
    for line in (files("feeder.rules") / "fingerprints.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            host, needle, regex = line.split("\t")
            whole = regex.replace("{generator}", _GENERATOR)
            table.setdefault(needle, []).append(_Mark(host, re.compile(whole, re.IGNORECASE)))
    return table


def fingerprint(html: str | bytes) -> str | None:
    """The name that stands for the system which made a page, such as `fingerprint.ghost.io`."""
    head = html[:HEAD]
    text = head.decode("latin-1") if isinstance(head, bytes) else head
    for needle, marks in _marks().items():
        for around in _surroundings(text, needle):
            for mark in marks:
                if mark.regex.search(around):
                    return mark.host
    return None


def _surroundings(text: str, needle: str) -> list[str]:
    found: list[str] = []
    at = text.find(needle)
    while at >= 0 and len(found) < _OCCURRENCES:
        end = at + len(needle)
        found.append(text[max(0, at - _AROUND) : end + _AROUND])
        at = text.find(needle, end)
    return found
