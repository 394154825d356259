"""Locks between processes, by flock(2): the kernel lets go of them when their holder dies.

A lock file is never removed while it may be waited for, since two processes could then hold "the
same" lock on two files. What it says of its holder is for people; only the kernel's lock counts.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from feeder.errors import LockedError, StateError

POLL = 0.05
"""Seconds between two tries. flock(2) has no time limit of its own, and an alarm signal reaches
the main thread only."""


class Held:
    """A lock that this process holds until `release` or its death.

    A process that forks shares its locks with its child until both are gone.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def share(self) -> None:
        """Let others share the lock. Waits for one who was quicker to take it whole."""
        assert self._descriptor is not None, "released"
        os.ftruncate(self._descriptor, 0)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def release(self) -> None:
        """Let go. Doing so twice is harmless."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextlib.contextmanager
def exclusive(path: Path, purpose: str, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock at `path` alone.

    Args:
        purpose: what for, in words that complete "… by process 17, to …".
        wait: seconds to wait for its holder.

    Raises:
        LockedError: somebody held it all that time; the message says who.
        StateError: the lock file cannot be made.
    """
    held = wait_for(path, purpose, wait=wait)
    try:
        yield
    finally:
        held.release()


def wait_for(path: Path, purpose: str, *, wait: float = 0.0) -> Held:
    """Take the lock at `path` alone, waiting up to `wait` seconds. Raises as `exclusive` does."""
    deadline = time.monotonic() + wait
    while (held := try_exclusive(path, purpose)) is None:
        if time.monotonic() >= deadline:
            raise locked(path, purpose)
        time.sleep(POLL)
    return held


def try_exclusive(path: Path, purpose: str) -> Held | None:
    """Take the lock at `path` alone, or None where somebody holds or shares it."""
    descriptor = _lock(path, fcntl.LOCK_EX)
    if descriptor is None:
        return None
    os.ftruncate(descriptor, 0)
    # A full disk must not keep anybody from locking: the note is for people only.
    with contextlib.suppress(OSError):
        os.pwrite(descriptor, _note(purpose).encode(), 0)
    return Held(descriptor)


def try_shared(path: Path) -> Held | None:
    """Take a share of the lock at `path`, or None where somebody holds it alone."""
    descriptor = _lock(path, fcntl.LOCK_SH)
    return None if descriptor is None else Held(descriptor)


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock at `path` alone; nobody holds a file that is gone."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two who ask at once do not take each other for the holder.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def sweep(paths: Iterator[Path]) -> None:
    """Remove those of the lock files that nobody holds, left over from processes that died."""
    for path in paths:
        held = try_exclusive(path, "sweep")
        if held is not None:
            path.unlink(missing_ok=True)
            held.release()


def locked(path: Path, purpose: str) -> LockedError:
    """The error that says who holds the lock at `path` and keeps us from `purpose`."""
    return LockedError(
        f"cannot {purpose}: {_holder(path)}",
        advice="Wait until it has ended, or stop it first.",
    )


def _lock(path: Path, kind: int) -> int | None:
    """A descriptor of the file at `path`, locked; None where the lock is taken."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        raise StateError(
            f"the lock {path.name} cannot be made: {error.strerror}",
            advice=f"Make {path.parent} writable for the user that runs feeder.",
        ) from error
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    if _is_at(descriptor, path):
        return descriptor
    os.close(descriptor)  # swept away between open and flock
    return _lock(path, kind)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False


def _note(purpose: str) -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "purpose": purpose, "since": since}
    return json.dumps(holder) + "\n"


def _holder(path: Path) -> str:
    """Who holds the lock, in words. A shared lock has no note."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return "locked since {since} by process {pid} on {host}, to {purpose}".format_map(note)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "in use by another feeder process"
