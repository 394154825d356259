"""A folder that a web server, or feeder's own, gives documents out of.

A reader at any instant finds a whole document and never an older one than it has seen, whichever
of `NAME` and its packed copies it is given. A kill at any point leaves at most a hidden temporary
file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path, PurePosixPath

from feeder.errors import PublishError
from feeder.models import Document
from feeder.outputs import codings, files
from feeder.outputs.paths import checked

_SETTLED_NS = 20_000_000
"""Nanoseconds after which a file's time stamps tell any later change: the kernel's clock for them
ticks at least a hundred times a second."""
_REMEMBERED = 100_000

_ADVICE = {
    errno.ENOSPC: "free some space on the disk of the public directory",
    errno.EDQUOT: "raise the disk quota of the user that feeder runs as, or free some space",
    errno.EFBIG: "raise the file size limit (ulimit -f) that feeder runs under",
    errno.EROFS: "the public directory is read-only: mount it writable",
    errno.EACCES: "let the user that feeder runs as write to the public directory",
    errno.EPERM: "let the user that feeder runs as write to the public directory",
    errno.ENOENT: "the public directory vanished: see that its disk is mounted",
    errno.ENOTDIR: "something that is no folder lies where the public directory should be",
    errno.EISDIR: "a folder lies where the document should be: move it away",
}

_Seen = tuple[str, tuple[files.Stamp | None, ...]]
"""The hash of a document, and the stamps that it and its copies had when all were looked into."""


class Directory:
    """Puts documents below `root`, readable for everybody whatever the umask, with packed copies.

    Two processes may put different documents at once. The same document is for one at a time
    (the feed's lock sees to that); without it the later one wins, still whole.
    """

    def __init__(self, root: Path, packed: Sequence[codings.Coding] | None = None) -> None:
        self._root = root
        self._packed = packed
        self._swept: set[Path] = set()
        self._seen: dict[str, _Seen] = {}

    def put(self, document: Document) -> bool:
        """Put it in place whole; False where the same bytes already lay there.

        A packed copy that is missing, stale or torn is made anew in either case.

        Raises:
            PublishError: it could not be done. What lay there before still does.
        """
        place = checked(document.path)
        folder = self._root / place.parent
        try:
            files.make(folder)
            with files.opened(folder) as descriptor:
                if folder not in self._swept:
                    files.sweep(descriptor)
                    self._swept.add(folder)
                return _put(descriptor, place.name, document.body, self._codings)
        except OSError as error:
            what = "not published", "the old document stays"
            raise _explained(document.path, error, *what) from error

    def holds(self, path: str, size: int, sha256: str) -> bool:
        """Whether these bytes lie there, and beside them copies that unpack to them.

        What was looked into once is looked into again when a time stamp of it has moved.
        """
        place = checked(path)
        with suppress(OSError), files.opened(self._root / place.parent) as descriptor:
            now = time.time_ns()
            seen = sha256, _stamps(descriptor, place.name)
            if self._seen.get(path) == seen:
                return True
            body = files.read(descriptor, place.name, size)
            if body is None or hashlib.sha256(body).hexdigest() != sha256:
                return False
            if _wrong(descriptor, place.name, body, self._codings):
                return False
            self._remember(path, seen, now)
            return True
        return False

    def lies(self, path: str, size: int) -> bool:
        """Whether a document of this size lies there, looked into or not."""
        with suppress(OSError):
            found = os.lstat(self._root / checked(path))
            return stat.S_ISREG(found.st_mode) and found.st_size == size
        return False

    def remove(self, path: str) -> bool:
        """Take a document away with its copies; False where there was none.

        Raises:
            PublishError: it could not be done.
        """
        place = checked(path)
        folder = self._root / place.parent
        self._seen.pop(path, None)
        try:
            with files.opened(folder) as descriptor:
                # The document last: until then nobody who asks for it is told that it is not there.
                names = [f"{place.name}{suffix}" for suffix in (*codings.SUFFIXES, "")]
                removed = True in [files.remove(descriptor, name) for name in names]
                if removed:
                    os.fsync(descriptor)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise _explained(path, error, "not removed", "readers are still given it") from error
        if removed:
            self._remove_empty(place.parent)
        return removed

    @property
    def _codings(self) -> Sequence[codings.Coding]:
        return codings.codings() if self._packed is None else self._packed

    def _remember(self, path: str, seen: _Seen, now: int) -> None:
        if all(stamp is None or stamp[-1] < now - _SETTLED_NS for stamp in seen[1]):
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[path] = seen

    def _remove_empty(self, folder: PurePosixPath) -> None:
        """What is not empty refuses to go."""
        with suppress(OSError):
            for each in (folder, *folder.parents)[:-1]:
                (self._root / each).rmdir()


def _explained(path: str, error: OSError, what: str, left: str) -> PublishError:
    advice = _ADVICE.get(error.errno or 0, "see to the public directory")
    message = f"{path}: {what}: {error.strerror or error}; {left}"
    return PublishError(message, advice=f"{advice}; the next run does what is due")


def _stamps(folder: int, name: str) -> tuple[files.Stamp | None, ...]:
    return tuple(files.stamp(folder, f"{name}{suffix}") for suffix in ("", *codings.SUFFIXES))


def _put(folder: int, name: str, body: bytes, packed: Sequence[codings.Coding]) -> bool:
    same = files.read(folder, name, len(body)) == body
    wrong = _wrong(folder, name, body, packed) if same else codings.SUFFIXES
    if not wrong and same:
        return False
    anew = [coding for coding in packed if coding.suffix in wrong]
    with ExitStack() as stack:
        # Everything is written before anything is moved: a full disk changes nothing.
        plain = name if same else stack.enter_context(files.staged(folder, name, body))
        copies = {
            f"{name}{coding.suffix}": stack.enter_context(
                files.staged(folder, f"{name}{coding.suffix}", coding.pack(body))
            )
            for coding in anew
        }
        files.date_alike(folder, plain, list(copies.values()))
        for suffix in wrong:
            files.remove(folder, f"{name}{suffix}")
        _move(folder, {name: plain} | copies)
    return not same


def _move(folder: int, staged: dict[str, str]) -> None:
    """All into place, the document first.

    Whichever were replaced first, the others would still be old to somebody who had seen it. So
    the old copies have gone away before: until the new ones come, everybody is given the document.
    """
    for name, temporary in staged.items():
        if name != temporary:
            os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)


def _wrong(
    folder: int, name: str, body: bytes, packed: Sequence[codings.Coding]
) -> tuple[str, ...]:
    """The copies that must be made anew, or go: of one that cannot be unpacked nobody can tell."""
    known = {coding.suffix: coding for coding in packed}
    # Packing may make it a little longer: with gzip by 5 bytes for each 16 kB, and 18 around all.
    limit = len(body) + len(body) // 1000 + 100
    wrong = []
    for suffix in codings.SUFFIXES:
        if suffix in known:
            found = files.read(folder, f"{name}{suffix}", limit)
            right = found is not None and known[suffix].holds(found, body)
        else:
            right = files.stamp(folder, f"{name}{suffix}") is None
        if not right:
            wrong.append(suffix)
    return tuple(wrong)
