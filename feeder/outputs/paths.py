"""Paths of documents: which may be, and for how long what lies there holds."""

from __future__ import annotations

from pathlib import PurePosixPath

from feeder.errors import PublishError

FRESH = 900
"""Seconds for which a feed need not be asked for again. Readers take it for the pace to poll at
(Miniflux adds it to its own), so it is no longer than news may wait."""
STALE_IF_ERROR = 86_400
"""Seconds for which caches may go on giving a feed out while its server is down (RFC 5861)."""
FOR_GOOD = 31_536_000
"""Seconds of a year: for closed pages of a feed's history, which never change (RFC 8246)."""


def checked(path: str) -> PurePosixPath:
    """The path, unless it could lead out of the root or looks like one of our temporary files.

    Raises:
        PublishError: it does.
    """
    parts = path.split("/")
    if "\0" in path or any(not part or part.startswith(".") for part in parts):
        raise PublishError(f"{path!r} is no path for a document")
    return PurePosixPath(path)


def is_closed(path: str) -> bool:
    """Whether it is a page of a feed's history, `NAME/archive/0001.atom`."""
    return path.split("/")[1:2] == ["archive"]


def cache_control(path: str, seconds: int = FRESH) -> str:
    """What caches are told of the document at `path`."""
    if is_closed(path):
        return f"public, max-age={FOR_GOOD}, immutable"
    return f"public, max-age={seconds}, stale-if-error={STALE_IF_ERROR}"
