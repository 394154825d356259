"""What whoever started this process (systemd) is told of it, and what it hands over.

The protocols are those of sd_notify(3) and sd_listen_fds(3): a datagram to a socket, and
descriptors from 3 on. Where nobody asked, nothing is told.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress

FIRST_DESCRIPTOR = 3


def notify(*assignments: str, env: Mapping[str, str] = os.environ) -> bool:
    """Tell "READY=1", "WATCHDOG=1", "STATUS=…" and the like; whether anybody was there to tell."""
    address = env.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    # A leading @ stands for the NUL of the abstract namespace (unix(7)).
    name = "\0" + address[1:] if address[0] == "@" else address
    with (
        suppress(OSError),  # a supervisor that is gone is no reason to end
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as told,
    ):
        told.sendto("\n".join(assignments).encode(), name)
        return True
    return False


def handed_over(env: Mapping[str, str] = os.environ) -> Sequence[socket.socket]:
    """The sockets that the supervisor listens at for us, in its order."""
    if env.get("LISTEN_PID") != str(os.getpid()):
        return ()
    count = int(env.get("LISTEN_FDS", "0"))
    return [socket.socket(fileno=FIRST_DESCRIPTOR + number) for number in range(count)]
