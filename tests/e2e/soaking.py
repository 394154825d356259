"""A process that refreshes a configuration as often as it is told, and tells what it holds.

It reads a word a line, "refresh" or "held", and answers with a line of JSON.
"""

from __future__ import annotations

import ctypes
import gc
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, NamedTuple

from feeder.app import FOR_ARTICLES, FOR_LISTINGS, load, open_app
from feeder.logs import configure
from feeder.rounds import Report, refresh_once
from feeder.workers.processes import Workers

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

    told: IO[str]
    tells: IO[str]

    def refresh(self) -> list[str]:
        """One round; the bugs that it met."""
        bugs: list[str] = self._ask("refresh")
        return bugs

    def held(self) -> Held:
        """What it holds now."""
        return Held(*self._ask("held"))

    def _ask(self, word: str) -> Any:
        self.told.write(word + "\n")
        self.told.flush()
        answer = self.tells.readline()
        assert answer, "it died; the reason is in what was written to standard error"
        return json.loads(answer)


@contextmanager
def soaking(config: Path, env: Mapping[str, str]) -> Iterator[Soaking]:
    """It, until the end of the block."""
    command = [sys.executable, "-m", "tests.e2e.soaking", str(config)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
        cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        yield Soaking(process.stdin, process.stdout)
        process.stdin.close()


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
