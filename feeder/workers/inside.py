"""What runs in the nursery and in the workers that it forks."""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from feeder.errors import FeederError
from feeder.workers.confinement import confine
from feeder.workers.line import Line

RESULT_LIMIT = 64_000_000
"""Bytes of a result: eight times the largest page. More is no article."""
TRACEBACK_LIMIT = 20_000
"""Characters of a traceback: its last hundred calls. A message may quote a whole page."""
QUESTION = struct.Struct("!q")
"""Nought: fork a worker, for the descriptor that comes along. Else: end this one."""
ANSWER = struct.Struct("!qQ")
"""Of a birth: the worker's number, or the error's below nought. Of an end: code, largest size."""
NOT_OURS = 256
"""No exit code: the nursery knows of no such worker."""
_HUNGRY = pickle.dumps(("hungry",))  # made while there is memory


def serve(fd: int, memory: int, preload: Sequence[str]) -> None:
    """Be the nursery until nobody is at the other end of `fd`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # whoever started us ends us
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # ignored, it would keep from us how workers end
    line = socket.socket(fileno=fd)
    for name in preload:
        with suppress(Exception):  # the task that needs it will tell
            _load(name)
    gc.collect()
    gc.freeze()  # collections of workers then leave shared pages shared: 8 MB less for each
    children: set[int] = set()
    while question := _question(line):
        line.sendall(_answer(*question, line, children, memory))
    for pid in children:
        _end(pid)


def _load(name: str) -> None:
    """Import `module`, or of `module:function` call the function."""
    module, _, function = name.partition(":")
    loaded = importlib.import_module(module)
    if function:
        getattr(loaded, function)()


def _question(line: socket.socket) -> tuple[int, list[int]] | None:
    try:
        text, fds, _, _ = socket.recv_fds(line, QUESTION.size, 1)
    except OSError:
        return None
    return (QUESTION.unpack(text)[0], fds) if len(text) == QUESTION.size else None


def _answer(
    pid: int, fds: list[int], line: socket.socket, children: set[int], memory: int
) -> bytes:
    if not pid:
        return ANSWER.pack(_born(fds, line, children, memory), 0)
    if pid not in children:
        return ANSWER.pack(NOT_OURS, 0)
    children.remove(pid)
    return ANSWER.pack(*_end(pid))


def _born(fds: list[int], line: socket.socket, children: set[int], memory: int) -> int:
    nursery = os.getpid()
    try:
        pid = os.fork() if fds else -1
    except OSError as error:
        pid = -(error.errno or 1)
    if pid == 0:
        line.close()
        _live(fds[0], memory, nursery)
    for fd in fds:
        os.close(fd)
    if pid > 0:
        children.add(pid)
    return pid


def _end(pid: int) -> tuple[int, int]:
    os.kill(pid, signal.SIGKILL)  # not yet waited for: the number is nobody else's
    _, status, usage = os.wait4(pid, 0)
    size = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return os.waitstatus_to_exitcode(status), size


def _live(fd: int, memory: int, nursery: int) -> NoReturn:
    """Be a worker until nobody is at the other end of `fd`."""
    try:
        confine(memory, nursery)
        line = Line(socket.socket(fileno=fd))
        while True:
            line.send(_done(line.receive(sys.maxsize)))
    except (EOFError, OSError):
        os._exit(0)
    finally:
        os._exit(1)


def _done(call: bytearray) -> bytes:
    """The pickled answer to a pickled call."""
    try:
        function, args, kwargs = pickle.loads(call)  # noqa: S301 - from ourselves
        return _packed(function(*args, **kwargs))
    except MemoryError:
        return _HUNGRY
    except BaseException as error:
        return _told(error)


def _packed(result: object) -> bytes:
    try:
        answer = pickle.dumps(("result", result), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        raise
    except Exception as error:  # from whatever the result's classes do to be pickled
        return _odd(f"what it gave cannot be pickled: {error!r}")
    if len(answer) > RESULT_LIMIT:
        return _odd(f"gave {len(answer)} bytes, more than {RESULT_LIMIT}")
    return answer


def _told(error: BaseException) -> bytes:
    try:
        text = "".join(traceback.format_exception(error))
        if not isinstance(error, Exception):  # it would end whoever asks for the result
            return _odd(f"ended itself with {text}")
        if isinstance(error, FeederError) and error.__cause__ is None:
            text = ""  # foreseen, and nothing behind it
        return pickle.dumps(("raised", pickle.dumps(error), text[-TRACEBACK_LIMIT:]))
    except MemoryError:
        return _HUNGRY
    except Exception:
        return _odd(f"raised {type(error).__name__}, which cannot be pickled")


def _odd(text: str) -> bytes:
    return pickle.dumps(("odd", text))
