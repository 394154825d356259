"""Forked children that die at a named point of a refresh, and a reader that never stops looking.

The points are calls that leave a mark outside the process: `commit`, and of files `write`,
`fsync`, `rename`. Each has a `before` and an `after`; `fsync` of a folder is a point of its own.
No code of feeder knows of them: the child wraps the functions of `os` and of the database driver.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy.engine.default import DefaultDialect

from feeder import plugins
from feeder.generator.index import Index
from feeder.generator.opml import Opml
from feeder.generator.stylesheet import Stylesheet
from feeder.models import Catalogue, Feed
from feeder.outputs.codings import codings

Point = tuple[str, int]
"""A name and which occurrence of it, from 1."""


class Marks:
    """Counts the named points that a process passes, and dies at one of them."""

    def __init__(self, die_at: Point | None) -> None:
        self.passed: dict[str, int] = {}
        self._die_at = die_at

    def passing(self, name: str) -> None:
        self.passed[name] = self.passed.get(name, 0) + 1
        if (name, self.passed[name]) == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrap(self, owner: Any, attribute: str, name: Callable[..., str]) -> None:
        inner = getattr(owner, attribute)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            what = name(*args, **kwargs)
            self.passing(f"before {what}")
            result = inner(*args, **kwargs)
            self.passing(f"after {what}")
            return result

        setattr(owner, attribute, wrapped)


def _fsync_name(descriptor: int) -> str:
    return "fsync of a folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "fsync"


def make_ready() -> None:
    """What publishing imports and compiles at first need is done here, once for all children."""
    lists = (Opml(), Index(), Stylesheet())
    for each in lists:
        each.check(each.render(Catalogue("Feeds", "https://feeds.example/", ())))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    feed = Feed("tag:x,2026:x", "x", "X", now, "X", "https://feeds.example/x")
    for name in ("atom", "rss", "json", "html"):
        plugins.find("feeder.renderers", name)().render(feed)
    codings()
    import_module("feeder.refresh.quarantined")


def in_child(work: Callable[[], None], die_at: Point | None = None) -> dict[str, int] | None:
    """Run `work` in a forked child that dies at a point.

    Returns:
        The points that it passed and how often, or None where it died.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _be_the_child(work, Marks(die_at), writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        told = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    assert os.waitstatus_to_exitcode(status) == 0, told
    passed: dict[str, int] = json.loads(told)
    return passed


def _be_the_child(work: Callable[[], None], marks: Marks, writing: int) -> NoReturn:
    code = 1
    try:
        marks.wrap(DefaultDialect, "do_commit", lambda *_: "commit")
        work_os = [("fsync", _fsync_name), ("write", lambda *_, **__: "write")]
        work_os += [(name, lambda *_, **__: "rename") for name in ("rename", "replace")]
        write = os.write
        for attribute, name in work_os:
            marks.wrap(os, attribute, name)
        work()
        write(writing, json.dumps(marks.passed).encode())
        code = 0
    except BaseException as error:
        os.write(writing, repr(error).encode())
    finally:
        os._exit(code)


READER = """
import sys, gzip, pathlib, time
from lxml import etree
feed, out = pathlib.Path(sys.argv[1]), open(sys.argv[2], "a", buffering=1)
ATOM = "{http://www.w3.org/2005/Atom}"
titles, last, seen = {}, None, {}
print("reading", flush=True)
while True:
    for path in (feed, feed.with_name(feed.name + ".gz")):
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            # The compressed one may be away for an instant: better none than an older one.
            if last is not None and path == feed:
                out.write(f"{path.name} was there and is not\\n")
            continue
        if seen.get(path) == body:  # to parse the same bytes again would take a core from the test
            continue
        seen[path] = body
        try:
            root = etree.fromstring(gzip.decompress(body) if path.suffix == ".gz" else body)
        except Exception as error:
            out.write(f"{path.name} is not whole: {error!r}\\n")
            continue
        last = body
        entries = [
            (e.findtext(ATOM + "title"), e.findtext(ATOM + "id")) for e in root.iter(ATOM + "entry")
        ]
        if len({i for _, i in entries}) != len(entries):
            out.write("an id twice in one document\\n")
        for title, id in entries:
            if titles.setdefault(title, id) != id:
                out.write(f"the id of {title!r} changed\\n")
    time.sleep(0.001)
"""


@contextmanager
def polled(feed: Path, complaints: Path) -> Iterator[None]:
    """A process of its own that reads the feed all the time, and writes down what is wrong."""
    complaints.touch()
    command = [sys.executable, "-c", READER, str(feed), str(complaints)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
        try:
            assert reader.stdout is not None
            reader.stdout.readline()
            yield
            assert reader.poll() is None, "the reader itself died"
        finally:
            reader.kill()
    said = complaints.read_text()
    assert not said, said
