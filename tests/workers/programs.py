"""Programs that use workers, and the processes that they leave."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HEAD = """\
import hashlib, math, os, signal, sys, threading, time
from feeder.errors import WorkError
from feeder.workers.processes import Workers
ENDLESS = hashlib.pbkdf2_hmac, "sha256", b"", b"", 10**9  # hours, all of them in C
def tell(*told):
    print(*told, flush=True)
"""


@contextmanager
def start(body: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A program; what it tells is read line by line. It is ended, should it still run."""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", HEAD + body]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    ) as program:
        try:
            yield program
        finally:
            program.kill()


def told(program: subprocess.Popen[str]) -> list[str]:
    """The words of its next line."""
    assert program.stdout is not None
    return program.stdout.readline().split()


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def wait_until_gone(*pids: int) -> None:
    wait_until(lambda: not any(map(is_running, pids)))
