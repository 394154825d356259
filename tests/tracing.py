"""What a process asks of the disk, as strace sees it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


def durable_calls(script: str, folder: Path) -> list[str]:
    """The calls that matter to durability, in their order, of a Python script given `folder`."""
    calls = "trace=openat,fsync,unlinkat,rename,renameat,renameat2"
    traced = subprocess.run(
        ["strace", "-y", "-e", calls, sys.executable, "-c", script, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    if "ptrace" in traced and folder.name not in traced:
        pytest.skip("strace may not trace here")
    return _in_order(traced)


def _in_order(trace: str) -> list[str]:
    seen = []
    for line in trace.splitlines():
        if not line.endswith("= 0"):
            continue
        if synced := re.match(r"fsync\(\d+<.*/([^/>]+)>\)", line):
            seen.append("fsync " + re.sub(r"[0-9a-f]{8}", "*", synced[1]))
        elif moved := re.match(r'rename.*"([^"]+)"(, \w+)?\)', line):
            seen.append(f"rename {Path(moved[1]).name}")
        elif removed := re.match(r'unlinkat\(.*"([^"]+)"', line):
            seen.append(f"unlink {removed[1]}")
    return seen
