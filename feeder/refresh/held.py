"""Readings to bytes and back: what a batch that is held back consists of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from feeder.changes.identity import Reading
from feeder.errors import StateError
from feeder.models import Article, Attribution, Dropped, Enclosure, Evidence, Key

MOST_BYTES = 16_000_000
"""Of one batch, before it is compressed: 1,000 articles of 16 kB. What is beyond is read again if
the batch is believed, and lost to `show` and `release` alone."""


def to_bytes(readings: Iterable[Reading]) -> bytes:
    """Readings as lines of JSON, as many of them as there is room for."""
    lines: list[bytes] = []
    room = MOST_BYTES
    for reading in readings:
        # Escaped, since what strangers write need not be Unicode.
        line = json.dumps(_fields(reading), default=datetime.isoformat).encode("ascii") + b"\n"
        room -= len(line)
        if room < 0:
            break
        lines.append(line)
    return b"".join(lines)


def from_bytes(data: bytes) -> list[Reading]:
    """Readings from what `to_bytes` made of them.

    Raises:
        StateError: it is no such thing, or a later feeder's.
    """
    try:
        return [_reading(json.loads(line)) for line in data.splitlines()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateError(
            "what is kept of these articles cannot be read any more",
            advice="drop them with `feeder quarantine drop`; the next refresh reads them again",
        ) from error


def _fields(reading: Reading) -> dict[str, Any]:
    return {
        "address": reading.address,
        "article": asdict(reading.article),
        "keys": reading.keys,
        "published": reading.published,
    }


def _reading(told: Mapping[str, Any]) -> Reading:
    keys = tuple(Key(kind, value) for kind, value in told["keys"])
    return Reading(told["address"], _article(told["article"]), keys, _moment(told["published"]))


def _article(told: dict[str, Any]) -> Article:
    source = told["attribution"]
    made = {
        "authors": tuple(told["authors"]),
        "categories": tuple(told["categories"]),
        "published": _moment(told["published"]),
        "modified": _moment(told["modified"]),
        "attribution": Attribution(**source) if source else None,
        "enclosures": tuple(Enclosure(**one) for one in told["enclosures"]),
        "dropped": tuple(Dropped(**one) for one in told["dropped"]),
        "evidence": tuple(Evidence(**one) for one in told["evidence"]),
    }
    return Article(**{**told, **made})


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
