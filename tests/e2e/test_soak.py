"""What years of running would show: the service's memory and file descriptors stay as they are."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.project import LONG_AGO, Project, article

SOAK = float(os.environ.get("FEEDER_SOAK", "1"))
REFRESHES = max(500, int(5_000 * SOAK))
SOURCES = 10
GROWTH = 1.0
"""kB a refresh that memory may grow by; the record in the database grows, the process must not."""
CACHES = 10_000.0
"""kB besides, once: what pools, connections and snapshots take to be filled."""
ASKED = ("/source-0.atom", "/source-1.html", "/", "/status/", "/metrics", "/api/v1/sources")


class Held(NamedTuple):
    """What the service holds after so many refreshes: kB of memory, and descriptors."""

    refreshes: int
    memory: float
    descriptors: int


def settings(project: Project, port: int) -> None:
    main = f'public_url = "http://127.0.0.1:{port}/"\n[server]\nport = {port}\n'
    (project.root / "config/feeder.toml").write_text(main)
    (project.root / "config/sources/news.toml").unlink()
    for number in range(SOURCES):
        text = f'kind = "files"\nroot = "articles/{number}"\nevery = "1s"\n'
        (project.root / f"config/sources/source-{number}.toml").write_text(text)
        for story in range(5):
            project.write(f"{number}/story-{story}.txt", article(story))


@contextmanager
def running(project: Project) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(project.command("run"), stderr=subprocess.DEVNULL) as service:
        try:
            yield service
        finally:
            service.send_signal(signal.SIGTERM)
            assert service.wait(10) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def change_something(project: Project, turn: int) -> None:
    """One story of one source, so that many refreshes have something to publish. It has two
    versions: what would fill the bounded caches, up to their bounds, hides what leaks."""
    path = project.articles / f"{turn % SOURCES}/story-{turn % 5}.txt"
    first = path.read_text().split("\n\nUpdate")[0]
    version = turn // SOURCES % 2
    path.write_text(first + f"\n\nUpdate: this is what was told at hour {version} of the day.\n")
    os.utime(path, (LONG_AGO + turn, LONG_AGO + turn))


def ask(port: int, path: str) -> None:
    with contextlib.suppress(OSError), closing(http.client.HTTPConnection("127.0.0.1", port)) as to:
        to.request("GET", path)
        answer = to.getresponse()
        assert answer.status < 500, (path, answer.status)
        answer.read()


def held(service: subprocess.Popen[bytes], refreshes: int) -> Held:
    folder = Path(f"/proc/{service.pid}")
    rollup = dict(
        line.split(":") for line in (folder / "smaps_rollup").read_text().splitlines()[1:]
    )
    memory = float(rollup["Pss_Anon"].split()[0])  # what files are mapped is the kernel's to drop
    return Held(refreshes, memory, len(list((folder / "fd").iterdir())))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is in /proc")
def test_memory_and_descriptors_stay_as_they_are(project: Project) -> None:
    port = free_port()
    settings(project, port)
    seen = list[Held]()
    with running(project) as service:
        turn, refreshes = 0, 0
        while refreshes < REFRESHES:
            assert service.poll() is None
            turn += 1
            change_something(project, turn)
            ask(port, ASKED[turn % len(ASKED)])
            time.sleep(0.1)
            if (project.state / "feeder.db").exists():
                with (
                    contextlib.suppress(sqlite3.OperationalError),
                    closing(sqlite3.connect(project.state / "feeder.db")) as database,
                ):
                    refreshes = database.execute("SELECT max(id) FROM run").fetchone()[0] or 0
            if not seen or refreshes >= seen[-1].refreshes + 20:
                seen.append(held(service, refreshes))
    settled = [one for one in seen if one.refreshes >= REFRESHES // 4]
    slope, _ = statistics.linear_regression(
        [one.refreshes for one in settled], [one.memory for one in settled]
    )
    growth = settled[-1].memory - settled[0].memory
    tenths = [f"{one.memory / 1000:.1f}" for one in seen[:: max(1, len(seen) // 10)]]
    print(f"memory: {', '.join(tenths)} MB; descriptors: {seen[-1].descriptors}")
    print(f"{REFRESHES} refreshes: {slope:+.2f} kB a refresh, {settled[-1].memory / 1000:.0f} MB")
    assert growth < (REFRESHES - settled[0].refreshes) * GROWTH + CACHES, settled
    # What is open just now, such as a file that is read or a connection more, comes and goes.
    descriptors = [one.descriptors for one in settled]
    half = len(descriptors) // 2
    earlier, later = (statistics.median(some) for some in (descriptors[:half], descriptors[half:]))
    assert later <= earlier + 6, descriptors
    assert max(descriptors) < 100, descriptors
