"""A real reader program follows our feeds while their site misbehaves in every way."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.refresh.misbehaviours import ANSWERS, ODD, WALLS
from tests.refresh.room import Room
from tests.refresh.test_web import KINDS
from tests.site.blog import Blog
from tests.site.server import Site

pytestmark = pytest.mark.slow

ROUNDS = 10
FORMATS = ("atom", "rss")


@dataclass
class Reader:
    """newsboat, subscribed to one feed: it takes items of one guid for one, in all feeds."""

    home: Path
    url: str

    def reload(self) -> None:
        """Fetch the feed as its user does."""
        self.home.mkdir(exist_ok=True)
        (self.home / "urls").write_text(f"{self.url}\n")
        (self.home / "config").write_text("")
        files = {"-u": "urls", "-C": "config", "-c": "cache.db"}
        told = [word for flag, name in files.items() for word in (flag, str(self.home / name))]
        done = subprocess.run(
            ["newsboat", *told, "-x", "reload"],
            env={**os.environ, "HOME": str(self.home), "TERM": "dumb"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def items(self) -> list[tuple[Any, ...]]:
        """What it has: guid, title, date."""
        with closing(sqlite3.connect(self.home / "cache.db")) as connection:
            query = "SELECT guid, title, pubDate FROM rss_item ORDER BY guid"
            return connection.execute(query).fetchall()


@contextmanager
def served(folder: Path, statuses: list[int]) -> Iterator[str]:
    """A folder behind a plain web server that knows If-Modified-Since."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            statuses.append(int(code))

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def test_ten_refreshes_of_a_site_that_misbehaves_give_no_duplicate_and_no_false_entry(
    room: Room, site: Site
) -> None:
    if shutil.which("newsboat") is None:
        assert not os.environ.get("CI"), "newsboat is missing: .ci/run installs it"
        pytest.skip("newsboat is not installed")
    blog = Blog(articles=8)
    room.main += f"[publish]\nformats = {list(FORMATS)}\n"
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    forms = {**ANSWERS, **WALLS, **ODD}
    room.round()
    statuses: list[int] = []
    with served(room.root / "var/public", statuses) as base:
        readers = [Reader(room.root / suffix, f"{base}news.{suffix}") for suffix in FORMATS]
        reload(readers)
        first = [reader.items() for reader in readers]
        assert [len(items) for items in first] == [8, 8]
        reload(readers)  # newsboat remembers validators from its second look on
        assert statuses == [200] * 4
        names = sorted(forms)
        for number in range(ROUNDS):
            for name in names[number::ROUNDS][:4]:
                blog.replaced[""] = forms[name].behaviour  # type: ignore[assignment]
                room.round()
            reload(readers)
            assert statuses[-2:] == [304, 304], "nothing has changed for readers"
        assert [reader.items() for reader in readers] == first
        blog.replaced.clear()
        blog.publish()
        room.round()
        reload(readers)
    assert statuses[-2:] == [200, 200]
    for reader, before in zip(readers, first, strict=True):
        assert len(reader.items()) == 9
        assert set(before) <= set(reader.items())
        assert {title for _, title, _ in reader.items()} == {one.title for one in blog.stories}


def reload(readers: list[Reader]) -> None:
    for reader in readers:
        reader.reload()
