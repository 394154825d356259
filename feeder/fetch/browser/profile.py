"""The one folder that a browser may write to: made for one page, and removed after it."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feeder import locks
from feeder.errors import BrowserError, StateError

_PREFIX = "feeder-browser-"
_LOCK = "in-use"
_LONGEST = 61
"""Bytes of its path: Chromium makes sockets below it, whose paths have 107 at most (unix(7)); with
65 it does not start."""
_NEWBORN = 60.0
"""Seconds within which a folder may still be waiting for its lock."""


@contextmanager
def fresh_profile() -> Iterator[Path]:
    """An empty folder of ours alone, with nothing left of it afterwards.

    Those of processes that were killed are removed first.

    Raises:
        BrowserError: none can be made.
    """
    sweep()
    room = _LONGEST - len(_PREFIX) - 9  # a slash, and what mkdtemp puts behind the prefix
    if len(os.fsencode(tempfile.gettempdir())) > room:
        raise BrowserError(
            f"the path {tempfile.gettempdir()} is too long for the sockets of a browser below it",
            advice=f"let TMPDIR name a folder of {room} characters at most, such as /tmp",
        )
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        held = locks.try_exclusive(folder / _LOCK, "draw a page in a browser")
    except (OSError, StateError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BrowserError(
            f"no folder for a browser can be made in {tempfile.gettempdir()}: {reason}",
            advice="make room there, or let TMPDIR name another place",
        ) from error
    try:
        yield folder
    finally:
        remove(folder)
        if held is not None:
            held.release()


def sweep() -> None:
    """Remove what processes that are no more have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if _is_left(folder) and not locks.is_held(folder / _LOCK):
            remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder and all in it, as far as it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder and below."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512  # noqa: PTH118 - often
            except OSError:  # it is gone by now
                continue
    return total


def _is_left(folder: Path) -> bool:
    """Whether a folder is one of ours, and no newborn that has no lock yet."""
    try:
        found = folder.lstat()
        is_locked_once = (folder / _LOCK).exists()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        return False
    return is_locked_once or found.st_mtime < time.time() - _NEWBORN
