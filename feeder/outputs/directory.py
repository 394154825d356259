"""A folder that a web server, or feeder's own, gives documents out of.

A reader at any instant finds a whole document and never an older one than it has seen, whichever
of `NAME` and `NAME.gz` it is given. A kill at any point leaves at most a hidden temporary file.
"""

from __future__ import annotations

import errno
import fcntl
import gzip
import hashlib
import os
import re
import secrets
import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath

from feeder.errors import PublishError
from feeder.models import Document

_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{8}\.part")
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # never through a link, never stuck in a fifo

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


class Directory:
    """Puts documents below `root`, readable for everybody whatever the umask, each with a `.gz`.

    Two processes may put different documents at once. The same document is for one at a time
    (the feed's lock sees to that); without it the later one wins, still whole.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._swept: set[Path] = set()

    def put(self, document: Document) -> bool:
        """Put it in place whole; False where the same bytes already lay there.

        A `.gz` that is missing, stale or torn is made anew in either case.

        Raises:
            PublishError: it could not be done. What lay there before still does.
        """
        place = _checked(document.path)
        folder = self._root / place.parent
        try:
            with _opened(folder) as descriptor:
                if folder not in self._swept:
                    _sweep(descriptor)
                    self._swept.add(folder)
                return _put(descriptor, place.name, document.body)
        except OSError as error:
            raise _explained(document.path, error) from error

    def holds(self, path: str, size: int, sha256: str) -> bool:
        """Whether these bytes lie there, and beside them a `.gz` that unpacks to them."""
        place = _checked(path)
        with suppress(OSError), _opened(self._root / place.parent) as descriptor:
            body = _read(descriptor, place.name, size)
            is_it = body is not None and hashlib.sha256(body).hexdigest() == sha256
            return is_it and _holds(descriptor, f"{place.name}.gz", body or b"")
        return False


def _checked(path: str) -> PurePosixPath:
    """Refuse whatever could lead out of the root, or look like one of our temporary files."""
    parts = path.split("/")
    if "\0" in path or any(not part or part.startswith(".") for part in parts):
        raise PublishError(f"{path!r} is no path for a document")
    return PurePosixPath(path)


def _explained(path: str, error: OSError) -> PublishError:
    advice = _ADVICE.get(error.errno or 0, "see to the public directory")
    message = f"{path}: not published: {error.strerror or error}; the old document stays"
    return PublishError(message, advice=f"{advice}; the next run publishes what is due")


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    _make(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _make(folder: Path) -> None:
    """The folder and its missing parents, open to a web server and on disk to stay."""
    if folder.is_dir():
        return
    _make(folder.parent)
    with suppress(FileExistsError):  # made by another process just now, or no folder: opening tells
        folder.mkdir()
        folder.chmod(0o755)
        with _opened(folder.parent) as parent:
            os.fsync(parent)


def _sweep(folder: int) -> None:
    """Remove the temporary files of killed runs. One that is in use is locked by its writer."""
    for name in filter(_LEFTOVER.fullmatch, os.listdir(folder)):
        with suppress(OSError), _reading(folder, name) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name, dir_fd=folder)


@contextmanager
def _reading(folder: int, name: str) -> Iterator[int]:
    descriptor = os.open(name, _READ, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _put(folder: int, name: str, body: bytes) -> bool:
    same = _read(folder, name, len(body)) == body
    if same and _holds(folder, f"{name}.gz", body):
        return False
    with ExitStack() as staged:
        # Everything is written before anything is moved: a full disk changes nothing.
        plain = name if same else staged.enter_context(_staged(folder, name, body))
        packed = staged.enter_context(_staged(folder, f"{name}.gz", gzip.compress(body, mtime=0)))
        _date_alike(folder, plain, packed)
        _move(folder, plain, packed, name)
    return not same


def _move(folder: int, plain: str, packed: str, name: str) -> None:
    """Both into place, in an order in which nobody is given an old document after a new one.

    Whichever of the two were replaced first, the other would still be old to somebody who had
    seen the first. So the old `.gz` goes away before: from then on everybody is given `name`.
    """
    if plain != name:
        with suppress(FileNotFoundError):
            os.unlink(f"{name}.gz", dir_fd=folder)
        os.replace(plain, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.replace(packed, f"{name}.gz", src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)


@contextmanager
def _staged(folder: int, name: str, body: bytes) -> Iterator[str]:
    """A temporary file beside `name` with `body` on disk; away afterwards unless it was moved."""
    temporary, descriptor = _create(folder, name)
    try:
        _write(descriptor, body)
        yield temporary
    finally:
        os.close(descriptor)
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)


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


def _date_alike(folder: int, plain: str, packed: str) -> None:
    """A web server makes `Last-Modified` of whichever of the two it sends."""
    modified = os.stat(plain, dir_fd=folder, follow_symlinks=False).st_mtime_ns
    os.utime(packed, ns=(modified, modified), dir_fd=folder, follow_symlinks=False)


def _read(folder: int, name: str, limit: int) -> bytes | None:
    """At most a byte more than `limit`. Whatever cannot be read is as good as not there."""
    with suppress(OSError), _reading(folder, name) as descriptor:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(limit + 1)
    return None


def _holds(folder: int, name: str, body: bytes) -> bool:
    """Whether the gzip file `name` unpacks to `body` and nothing else.

    Unpacking is cheaper than packing anew to compare, and bears another version of zlib.
    """
    # Packing may make it a little longer: 5 bytes for each 16 kB, and 18 around all.
    packed = _read(folder, name, len(body) + len(body) // 1000 + 100)
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(packed or b"", len(body) + 1)
    except zlib.error:
        return False
    return unpacked == body and unpacker.eof and not unpacker.unused_data
