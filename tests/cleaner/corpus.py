"""The labelled pages that `$FEEDER_CORPORA` names, split in two.

`open` pages may be looked at while rules are made. `sealed` ones, a quarter, are only ever
counted: they say what a rule is worth on sites that nobody looked at. Pages of one site are all
on one side.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Literal
from urllib.parse import urlsplit

CORPORA = os.environ.get("FEEDER_CORPORA")
SETS = ("aeb", "trafilatura", "wcxb", "readability")

OWN = Path(__file__).parent / "pages"

Part = Literal["open", "sealed"]


def module(name: str) -> ModuleType:
    """A program of the corpus, such as `score` or `metrics`."""
    folder = Path(CORPORA or "") / "corpus"
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    spec = importlib.util.spec_from_file_location(f"corpus_{name}", folder / f"{name}.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def part_of(record: dict[str, Any]) -> Part:
    """On which side of the split a page is."""
    host = urlsplit(record.get("url") or "").hostname or ""
    site = host.removeprefix("www.") if host not in ("", "fakehost") else record["id"]
    return "sealed" if hashlib.sha256(site.encode()).digest()[0] % 4 == 0 else "open"


def pages(name: str, part: Part | None = None) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The records and bytes of a set's pages, of one part or of both."""
    for record, raw in module("score").pages(name):
        if part is None or part_of(record) == part:
            yield record, raw


def labelled(name: str) -> Iterator[tuple[dict[str, Any], bytes, bool]]:
    """The records and bytes of a set, and whether the page is sealed.

    `boilerplate` and `own` are the set of that name and the pages written for the project; their
    records have `lines`.
    """
    if name in SETS:
        for record, raw in pages(name):
            yield record, raw, part_of(record) == "sealed"
        return
    folder = OWN if name == "own" else Path(CORPORA or "") / "boilerplate"
    for row in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(row)
        if record["kind"] == "html" and "feed-fragment" not in record["features"]:
            sealed = record.get("sealed", part_of(record) == "sealed")
            yield record, (folder / record["file"]).read_bytes(), sealed
