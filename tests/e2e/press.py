"""A town's press on the web: sites that change all the time, and what must be made of them."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from string import ascii_lowercase

from tests.e2e.project import Project
from tests.refresh.room import MAIN
from tests.refresh.test_web import KINDS
from tests.site.behaviour import Behaviour
from tests.site.blog import Blog, Story
from tests.site.pages import Conditional
from tests.site.prose import Prose
from tests.site.server import Site
from tests.site.wire import Request, Wire

_MARK = "LC_FEEDER_TEST"
"""A variable that reaches worker processes, which are in a session of their own."""


@dataclass
class Trap:
    """Springs when so many requests have come, before or after the last of them is answered."""

    spring: Callable[[], None]
    at: int
    answered: bool = False
    came: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self, *, answered: bool) -> None:
        """A request has come, or was answered."""
        if answered is self.answered:
            with self._lock:
                self.came += 1
                springs = self.came == self.at
            if springs:
                self.spring()


class Paper(Blog):
    """A blog that moves its articles and changes its guids, and may set a trap for who reads it."""

    def __init__(self, name: str, seed: int) -> None:
        super().__init__(articles=0, seed=f"{name} {seed}", title=f"The {name}", listed=30)
        self.name = name
        self.era = 2026
        self.trap: Trap | None = None
        for _ in range(3):
            self.publish_next()

    def publish_next(self) -> Story:
        """A short article, whose title is no other's."""
        day = self._count + 1
        return self.publish(
            f"The {self.name} tells of day {day} in the harbour town",
            Prose(f"{self._seed} {day}").story()[:3],
        )

    def move(self, story: Story) -> None:
        """Put an article at another address; its guid stays as it is."""
        self._swap(story, replace(story, path=f"articles/moved-{uuid.uuid4()}"))

    def answer(self, asked: Request, wire: Wire) -> None:
        """As a blog does, if the client lives to see it."""
        if self.trap:
            self.trap.step(answered=False)
        super().answer(asked, wire)
        if self.trap:
            self.trap.step(answered=True)

    def _made(self, name: str, base: str) -> Behaviour:
        made = super()._made(name, base)
        if name != "feed.atom" or not isinstance(made, Conditional):
            return made
        body = str(made.body).replace("courier.example,2026:", f"courier.example,{self.era}:")
        return replace(made, body=body, etag=f'"{self.era} {made.etag}')


class Press:
    """Papers for each kind of source, on some servers; the project that reads them."""

    def __init__(
        self, project: Project, sites: tuple[Site, ...], seed: int, *, each: int = 1
    ) -> None:
        self.project = project
        self.sites = sites
        self.seed = seed
        self.random = random.Random(seed)
        self.mark = uuid.uuid4().hex
        self.papers: dict[str, Paper] = {}
        for number, (kind, source) in product(range(each), KINDS.items()):
            name = f"{kind}-{ascii_lowercase[number]}" if number else kind
            self.papers[name] = Paper(name, seed)
            base = sites[len(self.papers) % len(sites)].at(f"/{name}/", self.papers[name])
            few = "[fetch]\nmax_articles = 2\n" if kind in ("listing", "sitemap") else ""
            self.source(name, source.format(base=base) + few)
        main = 'public_url = "https://feeds.example.org/"\nserver = { enabled = false }\n'
        main += f"{MAIN}\n"
        main += '[[feed]]\nname = "news"\nmax_entries = 5000\nmax_bytes = 50_000_000\n'
        (project.root / "config/feeder.toml").write_text(main)

    @property
    def env(self) -> Mapping[str, str]:
        return {**os.environ, _MARK: self.mark}

    def source(self, name: str, text: str) -> None:
        folder = self.project.root / "config/sources"
        (folder / "news.toml").unlink(missing_ok=True)
        (folder / f"{name}.toml").write_text(text)

    def step(self) -> None:
        """New articles here and there, and something that feeds must not be led astray by."""
        for paper in self.papers.values():
            for _ in range(self.random.randint(0, 2)):
                paper.publish_next()
        paper = self.papers[self.random.choice(("feed", "teasers"))]
        story = self.random.choice(paper.stories[: paper.listed])
        match self.random.randint(1, 3):
            case 1:
                paper.edit(story, more=f"A correction follows, which is {uuid.uuid4()}.")
            case 2:
                paper.move(story)
            case 3:
                self.papers["feed"].era += 1

    def expected(self) -> set[str]:
        """All titles that were ever listed."""
        return {story.title for paper in self.papers.values() for story in paper.stories}

    def titles(self) -> dict[str, str]:
        """What is in the feed of all sources, by id."""
        entries = self.project.entries() if self.project.feed.exists() else {}
        return {id: entry.title for id, entry in entries.items()}

    def recorded(self) -> dict[str, str]:
        """All titles on record, by id."""
        with closing(sqlite3.connect(self.project.state / "feeder.db")) as database:
            return dict(database.execute("SELECT uid, title FROM entry").fetchall())

    @contextmanager
    def trap(self, trap: Trap) -> Iterator[None]:
        """Set for all papers together."""
        for paper in self.papers.values():
            paper.trap = trap
        try:
            yield
        finally:
            for paper in self.papers.values():
                paper.trap = None

    def be_patient(self) -> None:
        """With the bounds of time that feeder has by itself."""
        config = self.project.root / "config/feeder.toml"
        kept = [line for line in config.read_text().splitlines() if "_timeout" not in line]
        config.write_text("\n".join(kept) + "\n")

    def wait_for(self, path: str) -> None:
        """Until somebody asks for that."""
        end = time.monotonic() + 30
        while not any(path in site.paths for site in self.sites):
            assert time.monotonic() < end, path
            time.sleep(0.02)

    def let_time_pass(self) -> None:
        """Pages that are to be tried again later are due now."""
        with closing(sqlite3.connect(self.project.state / "feeder.db")) as database, database:
            database.execute(
                "UPDATE resource SET look_at = '2020-01-01 00:00:00.000000' WHERE look_at NOT NULL"
            )

    def workers(self) -> list[int]:
        """The worker processes: those whose parent is the nursery, not the command."""
        parents = {pid: _parent(pid) for pid in _marked(f"{_MARK}={self.mark}".encode())}
        return [pid for pid, parent in parents.items() if parents.get(parent) in parents]

    def wait_for_workers_to_end(self, *, seconds: float) -> bool:
        """Whether they and their nursery end by themselves; one command of ours is left then."""
        end = time.monotonic() + seconds
        while (more := len(self.left_processes(0)) > 1) and time.monotonic() < end:
            time.sleep(0.1)
        return not more

    def left_processes(self, seconds: float = 5.0) -> list[int]:
        """Those of our commands, workers too, that are still there after so long."""
        end = time.monotonic() + seconds
        while (left := _marked(f"{_MARK}={self.mark}".encode())) and time.monotonic() < end:
            time.sleep(0.05)
        return left


class Command:
    """The real command under way."""

    def __init__(self, press: Press, *args: str) -> None:
        self.press = press
        # A shell starts what it runs in the background deaf to Ctrl-C, and its children with it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process = subprocess.Popen(
            press.project.command(*args),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=press.env,
            text=True,
            start_new_session=True,
        )

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)

    def tell(self, number: signal.Signals) -> None:
        """Tell its process group, as a terminal does."""
        os.killpg(self.process.pid, number)

    def said(self) -> str:
        """All of it, once it has ended."""
        return self.process.communicate(timeout=60)[0]


def _marked(mark: bytes) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            # One that has ended and is waited for by nobody yet has no environment any more.
            if folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _parent(pid: int) -> int:
    with suppress(OSError):
        # The name stands in parentheses, and may have some itself.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0
