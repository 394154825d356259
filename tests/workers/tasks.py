"""What workers are given to do in tests. It imports little, since each worker imports it anew."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from feeder import errors

KEPT: list[bytes] = []


def fail_with_status() -> None:
    raise errors.WaitError("m", advice="a", status=429, body=b"b")


def fail_for_a_reason() -> None:
    try:
        _ = 1 / 0
    except ZeroDivisionError as error:
        raise errors.UnforeseenError("a fault of ours") from error


def fail_at_length() -> None:
    raise ValueError("x" * 1_000_000)


def grow(size: int) -> None:
    KEPT.append(b"x" * size)


def note_where() -> None:
    os.environ["NOTED"] = str(os.getpid())


def noted() -> str | None:
    return os.environ.get("NOTED")


def is_loaded(name: str) -> bool:
    return name in sys.modules


class OddError(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__("odd")
        self.both = (one, two)


class Result:
    """Something that can be watched going away."""


def fail_oddly() -> None:
    raise OddError(1, 2)


def unpicklable() -> Any:
    return lambda: None


def open_files() -> list[str]:
    links = [path for path in Path("/proc/self/fd").iterdir() if int(path.name) > 2]
    return [str(path.readlink()) for path in links if path.is_symlink()]


def write_a_file(path: str) -> None:
    Path(path).write_text("x")
