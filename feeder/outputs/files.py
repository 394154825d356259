"""Files of a folder that others read at the same time: staged beside their place, then moved."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{8}\.part")
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # never through a link, never stuck in a fifo

Stamp = tuple[int, int, int, int]
"""Number, size, and the times of the last writing and of the last change of whatever kind."""


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """The folder's descriptor. Nothing is made."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def make(folder: Path) -> None:
    """The folder and its missing parents, open to a web server and on disk to stay."""
    if folder.is_dir():
        return
    make(folder.parent)
    with suppress(FileExistsError):  # made by another process just now, or no folder: opening tells
        folder.mkdir()
        folder.chmod(0o755)
        with opened(folder.parent) as parent:
            os.fsync(parent)


def sweep(folder: int) -> None:
    """Remove the temporary files of killed runs. One that is in use is locked by its writer."""
    for name in filter(_LEFTOVER.fullmatch, os.listdir(folder)):
        with suppress(OSError), _reading(folder, name) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name, dir_fd=folder)


@contextmanager
def staged(folder: int, name: str, body: bytes) -> Iterator[str]:
    """A temporary file beside `name` with `body` on disk; away afterwards unless it was moved."""
    temporary, descriptor = _create(folder, name)
    try:
        _write(descriptor, body)
        yield temporary
    finally:
        os.close(descriptor)
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)


def remove(folder: int, name: str) -> bool:
    """Whether it was there to be removed."""
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def read(folder: int, name: str, limit: int) -> bytes | None:
    """At most a byte more than `limit`. Whatever cannot be read is as good as not there."""
    with suppress(OSError), _reading(folder, name) as descriptor:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(limit + 1)
    return None


def stamp(folder: int, name: str) -> Stamp | None:
    """What changes as soon as anything about the file does; None where there is none."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def date_alike(folder: int, name: str, others: list[str]) -> None:
    """A web server makes `Last-Modified` of whichever of them it sends."""
    modified = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime_ns
    for other in others:
        os.utime(other, ns=(modified, modified), dir_fd=folder, follow_symlinks=False)


@contextmanager
def _reading(folder: int, name: str) -> Iterator[int]:
    descriptor = os.open(name, _READ, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _create(folder: int, name: str) -> tuple[str, int]:
    """A new file, locked as long as it is open, so that no other process sweeps it away."""
    while True:
        temporary = f".{name}.{secrets.token_hex(4)}.part"
        # O_EXCL follows no link that somebody laid there.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        descriptor = os.open(temporary, flags, 0o600, dir_fd=folder)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return temporary, descriptor
        os.close(descriptor)  # swept between its creation and its lock


def _write(descriptor: int, body: bytes) -> None:
    left = memoryview(body)
    while left:
        left = left[os.write(descriptor, left) :]
    os.fchmod(descriptor, 0o644)
    os.fsync(descriptor)
