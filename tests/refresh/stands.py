"""Stands: sources of every kind, each at a site of its own that can be made to misbehave.

All of them are refreshed side by side and published, round after round, over one real store.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partialmethod
from typing import NamedTuple

import pytest

from feeder.fetch.transport import Transport
from feeder.models import Entry, Outcome
from feeder.rounds.publishing import begun_feeds, publish_feeds
from feeder.store.claims import Lease
from tests.refresh.room import Room, refreshed
from tests.refresh.test_web import KINDS
from tests.site.behaviour import Behaviour, Door
from tests.site.blog import FIRST_DAY, Blog
from tests.site.names import Names
from tests.site.server import Site

MAIN = """
[fetch]
allow_networks = ["127.1.0.0/16"]
delay = "0s"
connect_timeout = "2s"
read_timeout = "2s"
total_timeout = "4s"
"""
"""Stands are in that network; this machine's other addresses are as forbidden as any. Two seconds
are enough for a good page of a misbehaving site even here, where all share one busy process."""
PATIENT = MAIN.partition("connect_timeout")[0]
"""Where nobody misbehaves, all are waited for."""
DEADLINE = 4.0
SLACK = 10.0
"""Seconds over the deadlines that a refresh may take here: all of them share a busy machine."""
AT_ONCE = 16


class Ended(NamedTuple):
    """What came of a refresh, and how long it took."""

    outcome: Outcome
    seconds: float

    @property
    def kind(self) -> str:
        """That of its failure, or "" where there was none."""
        return self.outcome.failure.kind if self.outcome.failure else ""


@dataclass
class Stand:
    """One source and its site."""

    name: str
    kind: str
    site: Site
    blog: Blog
    room: Room
    base: str = ""

    @property
    def front(self) -> str:
        """What stands at the source's own address, as its blog calls it."""
        return KINDS[self.kind].split('"')[3].removeprefix("{base}")

    def write(self, base: str, more: str = "") -> None:
        """Say in the configuration where it is."""
        self.base = base
        self.room.source(KINDS[self.kind].format(base=base) + more, self.name)

    def misbehave(self, behaviour: Behaviour | Door, at: str | None = None) -> None:
        """In place of the source's own page, or of another one."""
        if isinstance(behaviour, Door):  # has a port of its own
            self.write(self.site.at("/", behaviour))
        else:
            self.blog.replaced[self.front if at is None else at] = behaviour

    def mend(self) -> None:
        """Behave again."""
        self.blog.replaced.clear()
        self.write(self.site.url("/"))


@dataclass
class Stands:
    """All of them. `clock` is what feeder takes for the time.

    `entries` are on record since the last round, `published` are the documents; by stands' names.
    """

    room: Room
    all: list[Stand] = field(default_factory=list)
    clock: datetime = FIRST_DAY
    publishes: bool = True
    entries: Mapping[str, list[Entry]] = field(default_factory=dict)
    published: Mapping[str, bytes] = field(default_factory=dict)

    def of(self, kind: str) -> list[Stand]:
        """Those of one kind."""
        return [stand for stand in self.all if stand.kind == kind]

    def round(
        self, later: timedelta = timedelta(minutes=1), *, patient: bool = False
    ) -> dict[str, Ended]:
        """Refresh all of them after so much more time, and publish; by the stands' names."""
        self.clock += later
        self.room.main = PATIENT if patient else MAIN
        (self.room.root / "config/feeder.toml").write_text(self.room.main)
        with self.room.open() as app, ThreadPoolExecutor(AT_ONCE) as pool:

            def one(lease: Lease) -> Ended:
                begun = time.monotonic()
                outcome = refreshed(app, lease, self.clock)
                return Ended(outcome, time.monotonic() - begun)

            leases = app.store.claim(self.clock, timedelta(hours=1), force=True)
            ended = {each.outcome.source: each for each in pool.map(one, leases)}
            if self.publishes:
                _, errors = publish_feeds(app, begun_feeds(app))
                assert not errors
            self.entries = {stand.name: app.store.entries([stand.name]) for stand in self.all}
        public = self.room.root / "var/public"
        self.published = {s.name: (public / f"{s.name}.atom").read_bytes() for s in self.all}
        return ended


@contextmanager
def no_names() -> Iterator[None]:
    """Nobody is asked for a name: the only ones that there are lead to this machine."""
    names = Names({"localhost": ["127.0.0.1"], "localhost.": ["::1"]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "__init__", partialmethod(Transport.__init__, resolve=names))
        yield


@contextmanager
def stands(
    room: Room, kinds: Iterable[str], each: int, *, articles: int = 10, more: str = ""
) -> Iterator[Stands]:
    """So many stands of each kind, refreshed and published once; `more` is in each one's file."""
    made = Stands(room)
    with ExitStack() as stack:
        stack.enter_context(no_names())
        for kind in kinds:
            for number in range(each):
                count = len(made.all)
                site = stack.enter_context(Site(address=f"127.1.{count // 250}.{count % 250 + 1}"))
                blog = Blog(articles=articles, seed=f"{kind} {number}")
                stand = Stand(f"{kind}-{number}", kind, site, blog, room)
                stand.write(site.at("/", blog), more)
                made.all.append(stand)
        made.clock = made.all[0].blog.stories[0].published
        first = made.round(timedelta(minutes=10), patient=True)
        for name, ended in first.items():
            assert ended.outcome.failure is None, (name, ended)
            assert ended.outcome.new == articles, (name, ended)
        yield made
