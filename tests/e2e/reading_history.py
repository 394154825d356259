"""A reader that follows all that an output has, all the time, and writes down what is wrong.

`python -m tests.e2e.reading_history FOLDER COMPLAINTS`
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree, html

_ATOM = "{http://www.w3.org/2005/Atom}"
URL = "https://news.example/feeds/"


class Page(NamedTuple):
    """One document of a feed: its entries, the newest date of them, and the archive before."""

    ids: list[str]
    newest: str
    previous: str | None


def atom(body: bytes) -> Page:
    root = etree.fromstring(body)
    links = root.findall(f"{_ATOM}link[@rel='prev-archive']")
    ids = [one.findtext(f"{_ATOM}id") or "" for one in root.iter(f"{_ATOM}entry")]
    dates = [one.findtext(f"{_ATOM}published") or "" for one in root.iter(f"{_ATOM}entry")]
    return Page(ids, max(dates, default=""), links[0].get("href") if links else None)


def rss(body: bytes) -> Page:
    channel = etree.fromstring(body)[0]
    links = channel.findall(f"{_ATOM}link[@rel='prev-archive']")
    ids = [one.findtext("guid") or "" for one in channel.iter("item")]
    return Page(ids, "", links[0].get("href") if links else None)


def json_feed(body: bytes) -> Page:
    told = json.loads(body)
    dates = [item["date_published"] for item in told["items"]]
    return Page([one["id"] for one in told["items"]], max(dates, default=""), told.get("next_url"))


READ: dict[str, Callable[[bytes], Page]] = {"atom": atom, "rss": rss, "json": json_feed}


@lru_cache(maxsize=500)
def read(kind: str, body: bytes) -> Page:
    """A document of that kind; to parse the same bytes all the time would take whole cores."""
    return READ[kind](body)


@lru_cache(maxsize=50)
def page_is_whole(body: bytes) -> bool:
    return body.rstrip().endswith(b"</html>") and html.fromstring(body) is not None


class Reader:
    """What was seen so far of one output."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: dict[str, set[str]] = {kind: set() for kind in READ}
        self.newest: dict[str, str] = {}
        self.archives: dict[str, bytes] = {}
        self._lying: dict[str, tuple[tuple[int, ...], bytes]] = {}

    def look(self) -> Iterator[str]:
        """What is wrong now."""
        for kind in READ:
            try:
                yield from self._follow(kind)
            except FileNotFoundError as error:
                if self.seen[kind]:
                    yield f"{error.filename} is not there"
            except (ValueError, etree.XMLSyntaxError) as error:
                yield f"a document in {kind} is not whole: {error!r}"
        if (self.folder / "news.html").exists() and not page_is_whole(self._bytes("news.html")):
            yield "the page is torn"

    def _bytes(self, name: str) -> bytes:
        """What lies there; read when something else does, else two readers would take a core."""
        path = self.folder / name
        found = path.stat()
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        if name not in self._lying or self._lying[name][0] != stamp:
            self._lying[name] = (stamp, path.read_bytes())
        return self._lying[name][1]

    def _follow(self, kind: str) -> Iterator[str]:
        first = read(kind, self._bytes(f"news.{kind}"))
        if first.newest < self.newest.get(kind, ""):
            yield f"an older news.{kind} than before"
        self.newest[kind] = first.newest
        ids, url = list(first.ids), first.previous
        while url:
            name = url.removeprefix(URL)
            body = self._bytes(name)
            if self.archives.setdefault(name, body) != body:
                yield f"the archive {name} changed"
            page = read(kind, body)
            ids, url = [*ids, *page.ids], page.previous
        if lost := self.seen[kind] - set(ids):
            yield f"lost from {kind}: {sorted(lost)}"
        self.seen[kind] |= set(ids)


@contextmanager
def followed(*folders: Path) -> Iterator[None]:
    """Readers in processes of their own."""
    complaints = [folder.with_suffix(".complaints") for folder in folders]
    with ExitStack() as stack:
        readers = []
        for folder, path in zip(folders, complaints, strict=True):
            command = [sys.executable, "-m", __name__, str(folder), str(path)]
            reader = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE))
            stack.callback(reader.kill)
            assert reader.stdout is not None
            reader.stdout.readline()
            readers.append(reader)
        yield
        assert all(reader.poll() is None for reader in readers), "a reader itself died"
    said = "".join(path.read_text() for path in complaints)
    assert not said, said


def main() -> None:
    """For ever."""
    reader = Reader(Path(sys.argv[1]))
    with Path(sys.argv[2]).open("a", buffering=1) as complaints:
        print("reading", flush=True)
        while True:
            complaints.writelines(f"{one}\n" for one in reader.look())
            time.sleep(0.01)


if __name__ == "__main__":
    main()
