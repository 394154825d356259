"""How far long work has come: a bar on a terminal, and nothing anywhere else.

It is drawn on standard error and gone when the work is done, so that standard output stays the
answer alone. The cursor comes back however the work ends, SIGTERM too.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from types import FrameType

    from rich.console import Console

SHOW_CURSOR = "\x1b[?25h"
_NO_CURSOR = ("dumb", "unknown", "")
"""Terminals that only know lines: a bar would be a line for each of its steps."""
_FIELDS = ("description", "fields[told]")


class Step(Protocol):
    """Tells that one thing more is done: which, how much was new in it, whether it failed."""

    def __call__(self, name: str, /, *, new: int = 0, failed: bool = False) -> None:
        """From any thread."""


def _untold(name: str, /, *, new: int = 0, failed: bool = False) -> None:
    pass


@contextmanager
def progress(what: str, total: int | None, *, shown: bool = True) -> Iterator[Step]:
    """A bar for as long as the block runs.

    Args:
        what: is done, such as "Refreshing".
        total: how many steps there will be; None: nobody knows.
        shown: False where the verb is to be quiet, or answers in JSON.
    """
    if not shown or not is_drawn():
        yield _untold
        return
    # 40 ms to import, which who sees no bar need not wait for.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    from feeder.logs import printable

    words, results = (TextColumn(f"{{task.{field}}}", markup=False) for field in _FIELDS)
    so_far = TimeElapsedColumn() if total is None else MofNCompleteColumn()
    console = Console(stderr=True)
    bar = Progress(words, BarColumn(), so_far, results, console=console, transient=True)
    counts = {"new": 0, "failed": 0}
    lock = threading.Lock()
    with _cursor_back(console), bar:
        task = bar.add_task(what, total=total, told="")

        def step(name: str, /, *, new: int = 0, failed: bool = False) -> None:
            with lock:
                counts["new"] += new
                counts["failed"] += failed
                told = [f"{count} {word}" for word, count in counts.items() if count]
                bar.update(task, advance=1, told=", ".join([*told, printable(name)]), refresh=True)

        yield step


def is_drawn() -> bool:
    """Whether standard error is a terminal on which lines can be drawn anew."""
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in _NO_CURSOR


@contextmanager
def _cursor_back(console: Console) -> Iterator[None]:
    """SIGTERM ends a process where it stands, and would leave the terminal without a cursor."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def tell(number: int, _frame: FrameType | None) -> None:
        os.write(console.file.fileno(), SHOW_CURSOR.encode())
        signal.signal(number, before)
        os.kill(os.getpid(), number)

    before = signal.signal(signal.SIGTERM, tell)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
