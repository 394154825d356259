"""The whole state as lines of JSON, a thing each; `docs/moving.md` says what they mean.

    {"feeder-state": {"format": 1, …}}
    {"source": {"number": 1, "name": "news", …}}
    …
    {"end": {"lines": 4711, "sha256": "…"}}

The last line tells a whole export from one that was cut or changed. Memory stays flat.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from feeder.store.kept import pack
from feeder.store.nouns import FORMAT
from feeder.store.store import Store

HEAD, FILE, END = "feeder-state", "file", "end"
_KEPT = "page"
_NAMES_A_FILE = ("page", "batch")


def state_lines(store: Store, now: datetime, *, pages: bool) -> Iterator[bytes]:
    """The lines of an export, each with its end.

    Args:
        pages: whether pages are in it as they were fetched; batches that are held always are.

    Raises:
        StateError: the database cannot be used.
    """
    digest, count = hashlib.sha256(), 0
    for name, told in _things(store, now, pages=pages):
        line = _line(name, told)
        digest.update(line)
        count += 1
        yield line
    yield _line(END, {"lines": count, "sha256": digest.hexdigest()})


def _things(store: Store, now: datetime, *, pages: bool) -> Iterator[tuple[str, Any]]:
    written = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    yield HEAD, {"format": FORMAT, "feeder": version("feeder"), "written": written}
    for name, told in store.things(without=() if pages else (_KEPT,)):
        yield name, told
        if name in _NAMES_A_FILE and (body := store.files.get(told["sha256"])) is not None:
            yield FILE, {"sha256": told["sha256"], "gzip": b64encode(pack(body)).decode()}


def _line(name: str, told: Any) -> bytes:
    thing = {name: told}
    try:
        return json.dumps(thing, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # half of a character, which only an escape can write
        return json.dumps(thing).encode() + b"\n"
