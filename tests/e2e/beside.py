"""A module of the tests as a process beside them: it is told a line and answers with one of JSON.

It has no threads of ours, and what it holds is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any


@dataclass(frozen=True)
class Beside:
    """The two ends of the talk with it."""

    told: IO[str]
    tells: IO[str]

    def ask(self, line: str) -> Any:
        """What it answers."""
        self.told.write(line + "\n")
        self.told.flush()
        answer = self.tells.readline()
        assert answer, "it failed; the reason is in what was written to standard error"
        return json.loads(answer)


@contextmanager
def beside(module: str, config: Path, env: Mapping[str, str]) -> Iterator[Beside]:
    """It, until the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", module, str(config)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env=env, cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        yield Beside(process.stdin, process.stdout)
        process.stdin.close()
