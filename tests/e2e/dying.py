"""A process that refreshes a configuration in forked children, each of which may die at a point.

It reads a line of JSON for each and answers with one: the points that were passed, or null. It has
no threads, as one that forks should not, and the sites are in another process.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from feeder.app import load, open_app
from feeder.logs import configure
from feeder.rounds.once import refresh_once
from feeder.workers.here import Here
from tests.e2e.beside import Beside, beside
from tests.e2e.killing import Point, in_child, make_ready

_IMPORTED = (
    "feeder.refresh.reading", "feeder.cleaner.markup.extract", "feeder.fetch.web", "feedparser",
)  # fmt: skip
"""What each child would have to import by itself, which takes longer than its refresh."""


def refresh(config: Path) -> None:
    """All sources, with pages read in this process."""
    configure(quiet=True)
    with open_app(load(config)) as app:
        report = refresh_once(replace(app, work=Here()), force=True)
    assert report.exit_code == 0, [*report.errors, *(o.failure for o in report.outcomes)]


@dataclass(frozen=True)
class Dying:
    """Refreshes in children of another process."""

    process: Beside

    def refresh(self, point: Point | None = None) -> dict[str, int] | None:
        """As `in_child`."""
        passed: dict[str, int] | None = self.process.ask(json.dumps(point))
        return passed


@contextmanager
def dying(config: Path, env: Mapping[str, str]) -> Iterator[Dying]:
    """That other process."""
    with beside("tests.e2e.dying", config, env) as process:
        yield Dying(process)


def main() -> None:
    """Until there is no more to read."""
    config = Path(sys.argv[1])
    load(config)
    make_ready()
    for name in _IMPORTED:
        import_module(name)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        point = json.loads(line)
        passed = in_child(lambda: refresh(config), point and (point[0], point[1]))
        print(json.dumps(passed), file=answers, flush=True)


if __name__ == "__main__":
    main()
