"""A folder as a fetcher: files below one root, and nothing else on the machine.

Everything is opened relative to the root's file descriptor, a name at a time and without
following symbolic links, so that no rename in between can lead out of it. Special files are
never opened: a fifo would wait for ever, a device may do anything.

Addresses are paths relative to the root, percent-encoded byte by byte, since file names may hold
any bytes. The address "" is the listing of all files.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from feeder.errors import SourceError, StillChangingError, TooLargeError, UnreadableError
from feeder.models import Page, Validators
from feeder.text import one_line

LISTING_TYPE = "inode/directory"
"""The media type of a listing: JSON with `files` (path, size, mtime_ns, etag) and `faults`."""

_FUTURE = 5.0
"""Seconds: a later mtime comes of a wrong clock or an archive, and not of somebody who writes."""
_MAX_DEPTH = 64
_LEFTOVERS = re.compile(rb"\..*|.*~|#.*#|.*\.(swp|swx|part|tmp|crdownload)", re.DOTALL)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_PERMISSION = "give the user that runs feeder the right to read it"


class Folder:
    """Reads the files below `root` that `glob` matches; `**` in it matches any folders.

    Args:
        max_bytes: larger files are refused, unread.
        settle: a file that was written to more recently may not be finished.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        root: Path,
        glob: str = "**/*",
        *,
        max_bytes: int = 8_000_000,
        settle: timedelta = timedelta(seconds=2),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._root = root
        self._glob = tuple(part for part in glob.split("/") if part not in ("", "."))
        self._max_bytes = max_bytes
        self._settle = settle.total_seconds()
        self._clock = clock

    def fetch(self, address: str, validators: Validators | None = None) -> Page | None:
        """The listing for "", else the file; None where `validators` still hold.

        Raises:
            UnreadableError: missing, no plain file, not permitted, or not below the root.
            TooLargeError: over `max_bytes`.
            StillChangingError: written to just now, or while it was read.
        """
        return self._listing() if address == "" else self._file(address, validators)

    def _listing(self) -> Page:
        listing = _Listing(self._glob)
        try:
            with _root(self._root) as root:
                listing.add(root, ())
        except OSError as error:
            raise _unreadable("the source's folder", error) from None
        listing.files.sort(key=lambda file: unquote_to_bytes(str(file["path"])))
        body = json.dumps({"files": listing.files, "faults": listing.faults}).encode()
        return Page(url="", final_url="", body=body, media_type=LISTING_TYPE)

    def _file(self, address: str, validators: Validators | None) -> Page | None:
        names = _names(address)
        try:
            with _root(self._root) as root, _opened(root, names) as (file, status):
                etag = _etag(status)
                if validators and validators.etag == etag:
                    return None
                self._check(address, status)
                body = _read(file, self._max_bytes + 1)
                if len(body) != status.st_size or _etag(os.fstat(file)) != etag:
                    raise StillChangingError(f"{_shown(address)} was written to while it was read")
        except OSError as error:
            raise _unreadable(_shown(address), error) from None
        modified = _time(status.st_mtime)
        return Page(address, address, body, validators=Validators(etag), modified=modified)

    def _check(self, address: str, status: os.stat_result) -> None:
        if status.st_size > self._max_bytes:
            size = f"{status.st_size / 1e6:,.1f} MB"
            limit = f"{self._max_bytes / 1e6:,.1f} MB"
            raise TooLargeError(
                f"{_shown(address)} has {size}, and {limit} is the limit",
                advice="split it, or leave it out with glob",
            )
        if -_FUTURE <= self._clock() - status.st_mtime < self._settle:
            raise StillChangingError(f"{_shown(address)} was written to just now")


@dataclass(slots=True)
class _Listing:
    """What has been seen below the root so far. Folders that cannot be read are faults."""

    glob: Sequence[str]
    files: list[dict[str, object]] = field(default_factory=list)
    faults: list[dict[str, str]] = field(default_factory=list)

    def add(self, folder: int, above: tuple[bytes, ...]) -> None:
        for name in map(os.fsencode, os.listdir(folder)):
            if not _LEFTOVERS.fullmatch(name):
                self.add_one(folder, (*above, name))

    def add_one(self, folder: int, names: tuple[bytes, ...]) -> None:
        try:
            status = os.stat(names[-1], dir_fd=folder, follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                # What nothing wanted can lie below is left alone: it may be large, or barred.
                if _leads_on(tuple(map(os.fsdecode, names)), self.glob):
                    self.add_folder(folder, names)
            elif self.wanted(names):
                self.add_leaf(names, status)
        except FileNotFoundError:
            pass  # gone since the folder was read: so it is not listed
        except OSError as error:
            self.fault(names, _unreadable(_shown_names(names), error))

    def add_folder(self, folder: int, names: tuple[bytes, ...]) -> None:
        if len(names) >= _MAX_DEPTH:
            raise OSError(errno.ENAMETOOLONG, "nested too deeply")
        opened = os.open(names[-1], _FOLDER, dir_fd=folder)
        try:
            self.add(opened, names)
        finally:
            os.close(opened)

    def add_leaf(self, names: tuple[bytes, ...], status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            self.fault(names, _no_file(_shown_names(names), status))
            return
        self.files.append(
            {
                "path": _address(names),
                "size": status.st_size,
                "mtime_ns": status.st_mtime_ns,
                "etag": _etag(status),
            }
        )

    def wanted(self, names: tuple[bytes, ...]) -> bool:
        return _matches(tuple(map(os.fsdecode, names)), self.glob)

    def fault(self, names: tuple[bytes, ...], error: SourceError) -> None:
        fault = {"kind": error.kind, "message": error.message, "advice": error.advice}
        self.faults.append(fault | {"address": _address(names)})


def _matches(names: Sequence[str], patterns: Sequence[str]) -> bool:
    if not patterns:
        return not names
    if patterns[0] == "**":
        return any(_matches(names[at:], patterns[1:]) for at in range(len(names) + 1))
    return bool(names) and fnmatchcase(names[0], patterns[0]) and _matches(names[1:], patterns[1:])


def _leads_on(names: Sequence[str], patterns: Sequence[str]) -> bool:
    """Whether something below the folder of these names can match."""
    if not names or not patterns or patterns[0] == "**":
        return bool(patterns)
    return fnmatchcase(names[0], patterns[0]) and _leads_on(names[1:], patterns[1:])


@contextmanager
def _root(path: Path) -> Iterator[int]:
    """The root's file descriptor. Its own path may lead over links: a person wrote it."""
    try:
        root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = (os.strerror(error.errno or 0) if isinstance(error, OSError) else "").lower()
        raise UnreadableError(
            f"the source's folder cannot be read: {reason or 'no such path'}",
            advice="create it, make it readable, or correct root in the source's file",
        ) from None
    try:
        yield root
    finally:
        os.close(root)


@contextmanager
def _opened(root: int, names: Sequence[bytes]) -> Iterator[tuple[int, os.stat_result]]:
    """A plain file, each folder on the way to it opened without following links."""
    descriptors = [os.dup(root)]
    try:
        for name in names[:-1]:
            descriptors.append(os.open(name, _FOLDER, dir_fd=descriptors[-1]))
        before = os.stat(names[-1], dir_fd=descriptors[-1], follow_symlinks=False)
        _require_plain(names, before)
        descriptors.append(os.open(names[-1], _FILE, dir_fd=descriptors[-1]))
        status = os.fstat(descriptors[-1])
        _require_plain(names, status)  # it may have been replaced since
        yield descriptors[-1], status
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _require_plain(names: Sequence[bytes], status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _no_file(_shown_names(names), status)


def _read(file: int, limit: int) -> bytes:
    parts: list[bytes] = []
    while limit > 0 and (part := os.read(file, min(limit, 1 << 20))):
        parts.append(part)
        limit -= len(part)
    return b"".join(parts)


def _names(address: str) -> list[bytes]:
    names = unquote_to_bytes(address).split(b"/")
    if any(name in (b"", b".", b"..") or b"\0" in name for name in names):
        raise UnreadableError(f"{_shown(address)} is no path below the source's folder")
    return names


def _etag(status: os.stat_result) -> str:
    """Changes whenever the file does: ctime moves with each write, even where mtime is set back."""
    parts = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return "-".join(f"{part:x}" for part in parts)


def _time(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):  # some archives carry times of the year 60,000
        return None


def _no_file(shown: str, status: os.stat_result) -> UnreadableError:
    if stat.S_ISLNK(status.st_mode):
        advice = "put the file itself there; links are not followed, wherever they lead"
        return UnreadableError(f"{shown} is a symbolic link", advice=advice)
    what = "a folder" if stat.S_ISDIR(status.st_mode) else "no plain file (a fifo, socket, device)"
    return UnreadableError(f"{shown} is {what}", advice="leave it out with glob, or remove it")


def _unreadable(shown: str, error: OSError) -> UnreadableError:
    """The error in words, without the absolute path that Python's own message has."""
    match error.errno:
        case errno.ENOENT:
            return UnreadableError(f"{shown} is gone")
        case errno.EACCES | errno.EPERM:
            return UnreadableError(f"{shown} may not be read", advice=_PERMISSION)
        case errno.ELOOP | errno.ENOTDIR:
            return UnreadableError(f"{shown} lies behind a symbolic link or a file")
    reason = os.strerror(error.errno or 0).lower()
    return UnreadableError(f"{shown} cannot be read: {reason}")


def _address(names: Sequence[bytes]) -> str:
    return quote_from_bytes(b"/".join(names))


def _shown_names(names: Sequence[bytes]) -> str:
    return one_line(b"/".join(names).decode("utf-8", "replace"))


def _shown(address: str) -> str:
    return one_line(unquote_to_bytes(address).decode("utf-8", "replace"))
