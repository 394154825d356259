"""A command of the person's is told something on its standard input. No shell is asked."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from feeder.errors import FetchError

SECONDS = 30.0


def run(command: Sequence[str], told: bytes, *, seconds: float = SECONDS) -> None:
    """Run it to its end. What it writes is for nobody, and not kept: it may hold secrets.

    Raises:
        FetchError: it cannot be run, failed, or took too long and was killed with all its children.
    """
    try:
        child = subprocess.Popen(  # noqa: S603 - the person wrote it into the configuration
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be run"
        raise FetchError(f"the command cannot be run: {reason.lower()}") from None
    with child:
        try:
            child.communicate(told, timeout=seconds)
        except BaseException as error:
            with suppress(OSError):  # before it is waited for: its number is nobody else's yet
                os.killpg(child.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise FetchError(f"the command was killed after {seconds:.0f} s") from None
            raise
    if child.returncode:
        raise FetchError(f"the command ended with exit code {child.returncode}")
