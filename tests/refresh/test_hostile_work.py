"""Pages that a parser does not bear, in real workers; and servers that hold up who asks them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from feeder.app import FOR_ARTICLES, FOR_LISTINGS, App
from feeder.models import Outcome
from feeder.rounds.once import Report, refresh_once
from feeder.workers.processes import Workers
from tests.refresh.fragile import CRASHING, HUNGRY, SLOW, Fragile
from tests.refresh.room import MAIN, Room
from tests.refresh.test_web import KINDS
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.server import Site
from tests.site.wire import Request, Wire

SECONDS = 3.0
"""For a task. A worker is begun anew after each that does not end, which is within its time."""
ENDS = {SLOW: "too-slow", HUNGRY: "too-much-memory", CRASHING: "crashed"}


def page(mark: bytes) -> Page:
    words = b"<p>A paragraph of a page that is like any other but for one word in it.</p>" * 8
    return Page(b"<!doctype html><title>A page</title><article>" + words + mark + b"</article>")


@contextmanager
def working(room: Room) -> Iterator[App]:
    """The application with parsers that do not bear all, in workers that are ended soon."""
    with (
        room.open() as app,
        Workers(
            processes=2, seconds=SECONDS, memory=1 << 28, preload=[FOR_ARTICLES, FOR_LISTINGS]
        ) as work,
    ):
        jobs = {
            name: replace(job, manner=replace(job.manner, source=Fragile(job.manner.source)))
            for name, job in app.jobs.items()
        }
        yield replace(app, jobs=jobs, work=work)


def by_name(report: Report) -> dict[str, Outcome]:
    return {outcome.source: outcome for outcome in report.outcomes}


@pytest.mark.slow
def test_articles_that_no_parser_bears_keep_no_other_of_their_refresh_out(
    room: Room, site: Site
) -> None:
    blog = Blog(articles=9)
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    bad = dict(zip((s.path for s in blog.stories[1:8:3]), ENDS, strict=True))
    for path, mark in bad.items():
        blog.replaced[path] = page(mark)
    with working(room) as app:
        begun = time.monotonic()
        outcome = by_name(refresh_once(app))["news"]
        seconds = time.monotonic() - begun
    assert (outcome.failure, outcome.new) == (None, 6)
    told = {fault.address: fault.kind for fault in outcome.faults}
    assert told == {site.url(f"/{path}"): ENDS[mark] for path, mark in bad.items()}
    assert all(fault.message for fault in outcome.faults)
    assert seconds < 3 * SECONDS + 20
    before = room.entries()
    with working(room) as app:  # nor are they tried again at once
        site.forget()
        assert by_name(refresh_once(app))["news"].new == 0
    assert not {path.lstrip("/") for path in site.paths} & set(bad)
    assert room.entries() == before


@pytest.mark.slow
@pytest.mark.parametrize("mark", ENDS, ids=list(ENDS.values()))
def test_a_source_that_no_parser_bears_fails_alone_and_loses_nothing(
    mark: bytes, room: Room
) -> None:
    sites = {kind: Site(address=f"127.0.1.{n}") for n, kind in enumerate([*KINDS, "good"], 1)}
    blogs = {kind: Blog(articles=3, seed=kind) for kind in sites}
    for kind, site in sites.items():
        text = KINDS["listing" if kind == "good" else kind]
        room.source(text.format(base=site.at("/", blogs[kind])), kind)
    with working(room) as app:
        assert {outcome.new for outcome in refresh_once(app).outcomes} == {3}
    published = documents(room, list(KINDS))
    entries = {kind: room.entries(kind) for kind in KINDS}
    for kind in KINDS:
        front = KINDS[kind].split('"')[3].removeprefix("{base}")
        blogs[kind].replaced[front] = page(mark)
    blogs["good"].publish()
    with working(room) as app:
        begun = time.monotonic()
        outcomes = by_name(refresh_once(app))
        seconds = time.monotonic() - begun
    good = outcomes.pop("good")
    assert (good.failure, good.new) == (None, 1)
    assert {o.failure.kind for o in outcomes.values() if o.failure} == {ENDS[mark]}
    assert all(outcome.failure for outcome in outcomes.values())
    assert seconds < len(KINDS) * SECONDS + 20
    assert documents(room, list(KINDS)) == published
    assert {kind: room.entries(kind) for kind in KINDS} == entries
    for blog in blogs.values():
        blog.replaced.clear()
    with working(room) as app:
        assert all(o.failure is None for o in refresh_once(app, force=True).outcomes)
    for site in sites.values():
        site.close()


def documents(room: Room, names: Sequence[str]) -> list[bytes]:
    return [(room.root / f"var/public/{name}.atom").read_bytes() for name in names]


@dataclass
class Held:
    """An answer that does not come before all others have; byte by byte, or not at all."""

    let_go: threading.Event = field(default_factory=threading.Event)
    drips: bool = False

    def answer(self, asked: Request, wire: Wire) -> None:
        """Nothing yet."""
        if self.drips:
            wire.start(200, {"Content-Type": "text/html", "Content-Length": "100000"})
        while not self.let_go.is_set():
            if self.drips:
                wire.send(b"x")
            wire.wait(0.05)
        wire.keep = False


@pytest.mark.parametrize("at", ["", "robots.txt", "feed.atom"])
def test_sources_that_hold_up_who_asks_them_hold_up_no_other(at: str, room: Room) -> None:
    """They answer when the others have ended: were these to wait for them, nobody ever would."""
    room.main = MAIN.replace('"2s"', '"40s"').replace('"4s"', '"60s"')
    let_go, ended = threading.Event(), list[str]()
    dead = {f"a-{n}": Held(let_go, drips=bool(n % 2)) for n in range(3)}  # are asked first
    sites = []
    for n, name in enumerate([*dead, *(f"good-{n}" for n in range(20))], 1):
        blog = Blog(articles=3, seed=n)
        sites.append(Site(address=f"127.0.2.{n}"))
        if name in dead:
            blog.replaced[at] = dead[name]
        text = KINDS["feed" if at == "feed.atom" else "listing"]
        room.source(text.format(base=sites[-1].at("/", blog)), name)

    def on_outcome(outcome: Outcome) -> None:
        ended.append(outcome.source)
        if len(ended) == 20:
            let_go.set()

    try:
        with room.open() as app:
            report = refresh_once(app, on_outcome=on_outcome)
    finally:
        for site in sites:
            site.close()
    assert set(ended[20:]) == set(dead)
    outcomes = by_name(report)
    assert all(outcomes[f"good-{n}"].new == 3 for n in range(20))
    assert all(outcomes[name].failure for name in dead)
