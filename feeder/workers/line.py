"""Messages between us and one worker: a length, and as many bytes."""

from __future__ import annotations

import fcntl
import select
import socket
import struct
import time

_LENGTH = struct.Struct("!Q")
_FIRST = 3


class Line:
    """One end of the line. Nothing on it waits longer than `deadline`, whatever the other does.

    A connection of `multiprocessing` waits for ever once a message has begun.
    """

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self.deadline: float | None = None

    def send(self, message: bytes) -> None:
        """Send one message.

        Raises:
            OSError: nobody is there, or (TimeoutError) the deadline passed.
        """
        self._hurry()
        self._end.sendall(_LENGTH.pack(len(message)))
        self._hurry()
        self._end.sendall(message)

    def receive(self, limit: int) -> bytearray:
        """Wait for one message.

        Raises:
            EOFError: the other end is gone.
            OSError: nobody is there, or (TimeoutError) the deadline passed.
            OverflowError: the message has more bytes than `limit`.
        """
        (size,) = _LENGTH.unpack(self._take(_LENGTH.size))
        if size > limit:
            raise OverflowError(size)
        return self._take(size)

    def is_quiet(self) -> bool:
        """Whether somebody is there, and says nothing."""
        return is_quiet(self._end)

    def close(self) -> None:
        """Hang up."""
        self._end.close()

    def _take(self, size: int) -> bytearray:
        message = bytearray(size)
        rest = memoryview(message)
        while rest:
            self._hurry()
            got = self._end.recv_into(rest)
            if not got:
                raise EOFError
            rest = rest[got:]
        return message

    def _hurry(self) -> None:
        if self.deadline is None:
            self._end.settimeout(None)
        else:  # with 0 it would not wait at all, and say so by another error
            self._end.settimeout(max(self.deadline - time.monotonic(), 0.001))


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a line.

    Neither is a standard stream, though those may be closed and their numbers free: a parser
    written in C would print its warnings into the messages.

    Raises:
        OSError: too many files are open.
    """
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            other = _above_the_streams(theirs)
        try:
            return _moved(ours), other
        except OSError:
            other.close()
            raise
    except OSError:
        ours.close()
        raise


def is_quiet(end: socket.socket) -> bool:
    """Whether somebody is at the other end, and says nothing."""
    ears = select.poll()
    ears.register(end, select.POLLIN)
    return not ears.poll(0)


def _above_the_streams(end: socket.socket) -> socket.socket:
    return socket.socket(fileno=fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _FIRST))


def _moved(end: socket.socket) -> socket.socket:
    with end:
        return _above_the_streams(end)
