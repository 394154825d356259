"""Durations and sizes as people write them: `"1h30m"`, `"5 MB"`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

# What is written, as JSON Schema has it: never less than is taken.
_UNITS = "".join(rf"([0-9]{{1,9}}\s*{unit}\s*)?" for unit in "wdhms")
DURATION_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "string", "pattern": rf"^\s*(?=[0-9]){_UNITS}$"}, {"const": 0}],
    "examples": ["30m", "1h30m", "2d", "45s"],
}
SIZE_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,6})?\s*([KkMmGg][Ii]?)?[Bb]$"},
        {"type": "integer", "minimum": 0},
    ],
    "examples": ["300 kB", "5 MB", "1 MiB"],
}

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(
    r"(?:(\d{1,9})\s*w\s*)?(?:(\d{1,9})\s*d\s*)?(?:(\d{1,9})\s*h\s*)?"
    r"(?:(\d{1,9})\s*m\s*)?(?:(\d{1,9})\s*s\s*)?",
    re.ASCII,
)
_SIZE = re.compile(r"(\d{1,12})(\.\d{1,6})?\s*([a-z]+)", re.ASCII | re.IGNORECASE)
_BYTES = {
    "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9,
    "kib": 2**10, "mib": 2**20, "gib": 2**30,
}  # fmt: skip


def parse_duration(value: Any) -> timedelta:
    """A duration from weeks, days, hours, minutes and seconds, the largest unit first.

    A bare 0 needs no unit; any other number without one could be seconds or minutes.

    Raises:
        ValueError: in words for the person who wrote it.
    """
    if isinstance(value, timedelta):
        return value
    if value == 0 and not isinstance(value, bool):
        return timedelta(0)
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        raise ValueError('expected a duration such as "30m", "1h30m", "2d" or "45s"')
    parts = zip(match.groups(default="0"), _SECONDS.values(), strict=True)
    return timedelta(seconds=sum(int(count) * seconds for count, seconds in parts))


def parse_size(value: Any) -> int:
    """A size in bytes; kB, MB and GB are decimal, KiB, MiB and GiB binary (IEC 80000-13).

    Raises:
        ValueError: in words for the person who wrote it.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or (unit := _BYTES.get(match[3].lower())) is None:
        raise ValueError('expected a size such as "300 kB", "5 MB" or "1 MiB"')
    whole, fraction = int(match[1]), match[2]
    return whole * unit + (round(float(fraction) * unit) if fraction else 0)
