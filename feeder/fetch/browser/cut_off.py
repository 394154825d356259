"""What the process that has a browser takes away from itself before it starts one.

What a system does not grant is done without: the browser's flags and its proxy that does not answer
hold everywhere.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
from contextlib import suppress
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_LARGEST_FILE = 500_000_000
"""Bytes. Chromium keeps shared memory in files, a hundred million bytes at a time."""
_NICE = 5


def humbled(*, may_gain_rights: bool) -> None:
    """Have all that is orphaned below come to us, and go after others in want of CPU or memory.

    Args:
        may_gain_rights: for the helper that some systems have as the only way to a sandbox.
    """
    libc = _libc()
    if libc is not None:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        if not may_gain_rights:
            libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    with suppress(OSError):  # if the machine is out of memory, browsers go first
        Path("/proc/self/oom_score_adj").write_text("900")
    with suppress(OSError):
        os.nice(_NICE)
    for which, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, _LARGEST_FILE)):
        with suppress(OSError, ValueError):
            resource.setrlimit(which, (most, most))


def without_network() -> bool:
    """Leave the network for good, with all that is started from now on; whether the kernel let us.

    It lets root, and where users may make namespaces of their own, everybody. For a process of one
    thread.
    """
    libc = _libc()
    if libc is None or not hasattr(libc, "unshare"):
        return False
    if os.geteuid() == 0 and libc.unshare(_CLONE_NEWNET) == 0:
        return True
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    with suppress(OSError):  # without these, it would be nobody
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def closed_port() -> socket.socket:
    """A port of the loopback that refuses all who come, as long as this socket is open.

    It is bound and never listens: so it is nobody else's either.
    """
    port = socket.socket()
    port.bind(("127.0.0.1", 0))
    return port


def _libc() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(None) if os.uname().sysname == "Linux" else None
    except OSError:
        return None
