"""A folder put in the place of another one, at once for whoever looks."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE: since Linux 3.15, on ext4, XFS, Btrfs, tmpfs, overlayfs
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def exchange(made: Path, folder: Path) -> None:
    """Have `made` stand where `folder` is, and the other way round; if that is not there, `made`
    is moved to it.

    Raises:
        OSError: it cannot be done; both are as they were.
    """
    if not folder.exists():
        made.rename(folder)
    elif not _at_once(made, folder):
        # The file system cannot: for some microseconds there is no folder.
        aside = made.with_name(f"{made.name}-old")
        folder.rename(aside)
        try:
            made.rename(folder)
        except OSError:
            aside.rename(folder)
            raise
        aside.rename(made)


def _at_once(one: Path, other: Path) -> bool:
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):  # another system than Linux, or an old C library
        return False
    done = renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    if done == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(other))
