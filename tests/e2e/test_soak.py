"""What years of running would show: memory and file descriptors stay as they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.project import Project, article

SOAK = float(os.environ.get("FEEDER_SOAK", "1"))
ROUNDS = max(200, int(5_000 * SOAK))
GROWTH = 1.0
"""kB a refresh that memory may grow by; the record in the database grows, the process must not."""
CACHES = 4_000.0
"""kB besides, once: what the bounded caches (read lines, sanitised texts) take to be filled."""

CHILD = """
import gc, os, sys
from pathlib import Path
from feeder.app import load, open_app
from feeder.logs import configure
from feeder.rounds import refresh_once

configure(quiet=True)
rounds, root = int(sys.argv[1]), Path(sys.argv[2])

def held():
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1000, len(os.listdir("/proc/self/fd"))

with open_app(load(root / "config")) as app:
    for number in range(rounds):
        if number == rounds // 4:  # pools, caches and the database's own memory are filled
            before = held()
        path = root / "articles" / f"story-{number % 50}.txt"
        first = path.read_text().split("\\n\\nUpdate")[0]
        path.write_text(first + f"\\n\\nUpdate: this was told anew for the {number}th time.\\n")
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
        assert refresh_once(app).exit_code == 0
    after = held()
print(after[0] - before[0], after[1] - before[1])
"""


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_and_descriptors_stay_as_they_are(project: Project) -> None:
    for number in range(50):
        project.write(f"story-{number}.txt", article(number))
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(ROUNDS), str(project.root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    growth, descriptors = done.stdout.split()
    print(f"{ROUNDS} refreshes: {float(growth):+.0f} kB, {descriptors} descriptors more")
    assert float(growth) < ROUNDS * GROWTH + CACHES
    assert int(descriptors) == 0
