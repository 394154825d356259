"""How a folder that `feeder rules update` filled is known, and whether it was changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = ".feeder-rules.json"
"""The file in such a folder that says where its rules are from. No rulebook reads it."""


@dataclass(frozen=True, slots=True)
class Marker:
    """Where the rules of a folder are from, and what they were: `digest` is of all its files."""

    address: str
    digest: str
    files: int
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: str = ""

    def text(self) -> str:
        """As it is written."""
        return json.dumps(asdict(self), indent=2) + "\n"


def read_marker(folder: Path) -> Marker | None:
    """What the folder's marker says; None where there is none, or none that can be read."""
    try:
        told = json.loads((folder / NAME).read_bytes())
        known = {key: told[key] for key in Marker.__dataclass_fields__ if key in told}
        return Marker(**known)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def is_ours(folder: Path) -> bool:
    """Whether `feeder rules update` filled it."""
    return read_marker(folder) is not None


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """A word for names and what stands in them, whatever their order."""
    whole = hashlib.sha256()
    for name, body in sorted(files):
        whole.update(f"{name}\0{len(body)}\0".encode("utf-8", "surrogatepass"))
        whole.update(body)
    return whole.hexdigest()


def files_in(folder: Path) -> list[tuple[str, bytes]]:
    """All files of a folder but the marker, and what stands in them; what is no file counts as
    one that says what it is.

    Raises:
        OSError: one cannot be read.
    """
    found: list[tuple[str, bytes]] = []
    for path in folder.iterdir():
        if path.name == NAME:
            continue
        is_file = path.is_file() and not path.is_symlink()
        found.append((path.name, path.read_bytes() if is_file else b"\0no file"))
    return found
