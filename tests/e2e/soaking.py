"""A process that refreshes a configuration as often as it is told, and tells what it holds.

It reads a word a line, "refresh" or "held", and answers with a line of JSON.
"""

from __future__ import annotations

import ctypes
import gc
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from feeder.app import FOR_ARTICLES, FOR_LISTINGS, load, open_app
from feeder.logs import configure
from feeder.rounds.once import Report, refresh_once
from feeder.workers.processes import Workers
from tests.e2e.beside import Beside, beside

IDLE = 1.0
"""Seconds after which workers end that have nothing to do."""


class Held(NamedTuple):
    """What a process holds: kB of memory, descriptors, threads."""

    memory: float
    descriptors: int
    threads: int


@dataclass(frozen=True)
class Soaking:
    """That process."""

    process: Beside

    def refresh(self) -> list[str]:
        """One round; the bugs that it met."""
        bugs: list[str] = self.process.ask("refresh")
        return bugs

    def held(self) -> Held:
        """What it holds now."""
        return Held(*self.process.ask("held"))


@contextmanager
def soaking(config: Path, env: Mapping[str, str]) -> Iterator[Soaking]:
    """It, until the end of the block."""
    with beside("tests.e2e.soaking", config, env) as process:
        yield Soaking(process)


def _held() -> Held:
    gc.collect()
    with suppress(AttributeError):  # of glibc: gives back what is free
        ctypes.CDLL(None).malloc_trim(0)
    status = Path("/proc/self/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    memory, threads = lines["VmRSS"].split()[0], lines["Threads"]
    return Held(float(memory), len(list(Path("/proc/self/fd").iterdir())), int(threads))


def _bugs(report: Report) -> list[str]:
    faults = [f for o in report.outcomes for f in (*o.faults, o.failure) if f is not None]
    return [str(f) for f in faults if f.kind == "bug"] + [str(e) for e in report.errors]


def main() -> None:
    """Until there is no more to read."""
    configure(quiet=True)
    with (
        open_app(load(Path(sys.argv[1]))) as opened,
        Workers(idle=IDLE, preload=[FOR_ARTICLES, FOR_LISTINGS]) as work,
    ):
        app = replace(opened, work=work)
        for line in sys.stdin:
            refreshing = line.strip() == "refresh"
            answer = _bugs(refresh_once(app, force=True)) if refreshing else _held()
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
