"""kill -9 of the service at any moment, a reader at its server all the while."""

from __future__ import annotations

import contextlib
import http.client
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import feedparser
import pytest

from tests.e2e.project import Project, article
from tests.e2e.test_soak import free_port

KILLS = 6


class Reader(threading.Thread):
    """Asks for the feed again and again, and notes what it was given."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.over = threading.Event()
        self.bodies: dict[str, bytes] = {}
        self.newest: list[int] = []
        self.faults: list[str] = []

    def run(self) -> None:
        while not self.over.wait(0.02):
            # Nobody listens, or whoever did was killed in the middle of its answer.
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._ask()

    def _ask(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as to:
            to.request("GET", "/news.atom")
            answer = to.getresponse()
            body = answer.read()
            if answer.status == 404 and not self.newest:
                return  # it was never published
            tag = answer.getheader("etag") or ""
            if answer.status != 200 or self.bodies.setdefault(tag, body) != body:
                self.faults.append(f"{answer.status} {tag}")
            parsed = feedparser.parse(body)
            if parsed.bozo:
                self.faults.append(f"torn: {body[-80:]!r}")
            self.newest.append(len(parsed.entries))


@contextmanager
def reading(port: int) -> Iterator[Reader]:
    reader = Reader(port)
    reader.start()
    try:
        yield reader
    finally:
        reader.over.set()
        reader.join(10)


@pytest.mark.slow
def test_the_service_is_killed_and_started_anew_and_nothing_is_lost(project: Project) -> None:
    seed, port, number = random.randrange(10**9), free_port(), 3
    chance = random.Random(seed)
    main = f'public_url = "http://127.0.0.1:{port}/"\n[server]\nport = {port}\n'
    (project.root / "config/feeder.toml").write_text(main)
    source = project.root / "config/sources/news.toml"
    source.write_text(source.read_text() + 'every = "1s"\n')
    ids = dict[str, str]()
    with reading(port) as reader:
        for kill in range(KILLS + 1):
            number += 1
            project.write(f"story-{number}.txt", article(number))
            with subprocess.Popen(project.command("run"), stderr=subprocess.PIPE) as service:
                if kill < KILLS:
                    time.sleep(chance.uniform(0.5, 3.5))
                    service.kill()
                else:
                    end = time.monotonic() + 30
                    while not reader.newest or reader.newest[-1] < number:
                        assert time.monotonic() < end, f"seed {seed}"
                        time.sleep(0.1)
                    service.send_signal(signal.SIGTERM)
                _, said = service.communicate(timeout=20)
            assert b"Traceback" not in said, said
            if project.feed.exists():
                now = {entry.title: entry.id for entry in project.entries().values()}
                assert ids.items() <= now.items(), f"seed {seed}"
                ids = now
    assert service.returncode == 0
    assert reader.faults == [], f"seed {seed}"
    assert reader.newest == sorted(reader.newest), f"seed {seed}: an older document came back"
    assert len(ids) == number
