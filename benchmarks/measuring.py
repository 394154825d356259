"""What a command costs with all the processes that it starts: CPU time, and memory at its height.

The command runs below a process of this module that adopts whatever it orphans (PR_SET_CHILD_
SUBREAPER): a forkserver outlives the process that started it, and workers that were killed were
children of that. So the wrapper waits for every one of them, and `getrusage` has the time of all.

Memory is the sum of the processes' proportional shares (PSS), read every 50 ms: workers that were
forked share most of their pages, and a sum of resident sizes would count those once for each.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_EVERY = 0.05
_PR_SET_CHILD_SUBREAPER = 36


class Cost(NamedTuple):
    """Seconds by the clock and of CPU, megabytes at the height, and how the command ended.

    `first` is the part of the CPU time that the command's own process had, to a twentieth of a
    second; the rest is that of the processes below it.
    """

    wall: float
    cpu: float
    first: float
    peak: float
    processes: int
    status: int
    output: str


def measure(command: Sequence[str], folder: Path) -> Cost:
    """Run a command to its end, in a folder."""
    with tempfile.TemporaryFile("w+") as output, tempfile.NamedTemporaryFile("r") as told:
        wrapper = [sys.executable, __file__, told.name, *command]
        with subprocess.Popen(wrapper, cwd=folder, stdout=output, stderr=output) as process:
            sampler = Sampler(process.pid)
            sampler.start()
            process.wait()
            sampler.over.set()
            sampler.join()
        output.seek(0)
        wall, cpu, status = json.loads(told.read())
        first = min(sampler.first, cpu)
        return Cost(wall, cpu, first, sampler.peak / 1e6, sampler.processes, status, output.read())


class Sampler(threading.Thread):
    """Looks at all processes below one, until it is told that all is over."""

    def __init__(self, above: int) -> None:
        super().__init__(daemon=True)
        self.above = above
        self.over = threading.Event()
        self.peak = 0
        self.processes = 0
        self.first = 0.0

    def run(self) -> None:
        """As a thread."""
        while not self.over.wait(_EVERY):
            processes = list(below(self.above))
            self.peak = max(self.peak, sum(map(share, processes)))
            self.processes = max(self.processes, len(processes))
            self.first = max(self.first, _time(processes[0]) if processes else 0.0)


def below(process: int) -> Iterator[int]:
    """All processes below one, itself left out."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [int(n) for task in tasks for n in (task / "children").read_text().split()]
    except OSError:  # it has ended meanwhile
        return
    for child in children:
        yield child
        yield from below(child)


def share(process: int) -> int:
    """The memory that is a process's own, and its part of what it shares, in bytes."""
    try:
        rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * next((int(row.split()[1]) for row in rows if row.startswith("Pss:")), 0)


def _time(process: int) -> float:
    """The CPU time of a process so far, without that of its children."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wrap(told: str, command: Sequence[str]) -> None:
    """Run a command, wait for all that it leaves behind, and write down what it took."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "orphans cannot be adopted")
    start = time.monotonic()
    process = subprocess.Popen(command)
    status = process.wait()
    wall = time.monotonic() - start
    try:
        while True:
            os.wait()
    except ChildProcessError:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    Path(told).write_text(json.dumps([wall, used.ru_utime + used.ru_stime, status]))


if __name__ == "__main__":
    _wrap(sys.argv[1], sys.argv[2:])
