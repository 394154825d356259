"""What years of the web would show: memory, descriptors and processes stay as they are."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.e2e.press import Paper, Press, Trap
from tests.e2e.project import Project
from tests.e2e.soaking import Held, soaking
from tests.site.behaviour import Behaviour
from tests.site.endless import InfiniteBody, InfiniteHeaders, Interim
from tests.site.faults import Closed, Drip, Reset, Silent
from tests.site.framing import ShortBody
from tests.site.markup import DeepPage, HugeAttribute
from tests.site.pages import Page
from tests.site.redirects import Loop, Redirect
from tests.site.server import Site
from tests.site.statuses import Gone, NotModified, Status
from tests.site.walls import Challenge, EmptyListing, LogIn
from tests.site.xml import BillionLaughs, DeepXml, TruncatedXml

SOAK = float(os.environ.get("FEEDER_SOAK", "1"))
ROUNDS = max(60, int(1_000 * SOAK))
SOURCES = 20
GROWTH = 1.0
"""kB a refresh of a source that memory may grow by."""
CACHES = 24_000.0 if SOAK >= 1 else 45_000.0
"""kB besides, once: after 100 rounds memory goes up and down between 103 and 125 MB for as long as
one likes, with bodies of 8 MB in sixteen threads; until then, as in a tenth of the run, it rises
there, from 80 (94 to 120 MB between the last two thirds of one such run, 104 to 109 of others)."""
MOST = 8
"""Articles of a paper at a time, so that pages are as large in the end as in the beginning."""
QUICK: tuple[Behaviour, ...] = (
    Reset(), Reset("headers"), Reset("body"), Closed(), Closed("status"), Closed("chunks"),
    ShortBody(), Status(500), Status(404), Status(403), Gone(), LogIn(), Challenge(), Loop(),
    Redirect("http://10.0.0.1/"), Redirect("file:///etc/passwd"), InfiniteHeaders(),
)  # fmt: skip
OF_LISTS: tuple[Behaviour, ...] = (
    NotModified(), EmptyListing(), Page(""), Page(b"\x00\xff" * 1000, None), TruncatedXml(),
    BillionLaughs(), DeepXml(), DeepPage(), HugeAttribute(), InfiniteBody(),
)  # fmt: skip
SLOW: tuple[Behaviour, ...] = (Silent(), Silent("body"), Drip(), Drip(part="chunks"), Interim())


@pytest.fixture
def press(project: Project) -> Iterator[Press]:
    with ExitStack() as stack:
        sites = tuple(stack.enter_context(Site(address=f"127.0.0.{n}")) for n in range(2, 6))
        press = Press(project, sites, seed=random.randrange(10**9), each=SOURCES // 5)
        config = project.root / "config/feeder.toml"
        text = config.read_text().replace('timeout = "4s"', 'timeout = "1s"')
        config.write_text(text.replace("max_entries = 5000", "max_entries = 60"))
        for paper in press.papers.values():
            while len(paper.stories) < MOST:
                paper.publish_next()
        yield press


def misbehave(press: Press, number: int) -> None:
    """Another thing goes wrong at some papers, and another article appears at some."""
    drawn = press.random
    papers = list(press.papers.values())
    for paper in papers:
        paper.replaced.clear()
    for paper in drawn.sample(papers, 3):
        paper.publish_next()
        for old in paper.stories[MOST:]:
            paper.remove(old)
        paper.edit(paper.stories[0], more=f"A correction follows, of day {number}.")
    for paper in drawn.sample(papers, 3):
        paper.replaced[_list_of(paper)] = drawn.choice(QUICK + OF_LISTS)
    if drawn.random() < 0.1:
        paper = drawn.choice(papers)
        paper.replaced[drawn.choice((_list_of(paper), paper.stories[0].path))] = drawn.choice(SLOW)
    for paper in drawn.sample(papers, 2):
        paper.replaced[paper.stories[0].path] = drawn.choice(QUICK)


def _list_of(paper: Paper) -> str:
    kind = paper.name.partition("-")[0]
    names = {"feed": "feed.atom", "teasers": "teasers.rss", "sitemap": "sitemap.xml"}
    return names.get(kind, "api.json" if kind == "json" else "")


def kill_a_worker(press: Press) -> None:
    for pid in press.workers()[:1]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def told(press: Press) -> dict[str, str]:
    """The articles of papers on record, without what broken feeds told in their place."""
    return {id: title for id, title in press.recorded().items() if title.endswith("harbour town")}


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_web_that_misbehaves_for_long_leaves_nothing_behind(press: Press) -> None:
    config = press.project.root / "config"
    ids: dict[str, str] = {}
    held: list[Held] = []
    with soaking(config, press.env) as process:
        for number in range(ROUNDS):
            misbehave(press, number)
            trap = Trap(lambda: kill_a_worker(press), press.random.randint(1, 400))
            with press.trap(trap):
                assert process.refresh() == []
            if number % 5 == 0:
                held.append(process.held())
            if number % 10 == 0:
                press.let_time_pass()
                shown = told(press)
                assert all(ids.setdefault(title, id) == id for id, title in shown.items()), (
                    press.seed
                )
        for paper in press.papers.values():
            paper.replaced.clear()
        for _ in range(MOST):
            press.let_time_pass()
            assert process.refresh() == []
            if press.expected() <= set(told(press).values()):
                break
        shown = told(press)
        assert press.expected() <= set(shown.values()), press.seed
        assert max(Counter(shown.values()).values()) == 1, press.seed
        assert all(ids.setdefault(title, id) == id for id, title in shown.items()), press.seed
        assert press.wait_for_workers_to_end(seconds=10)
    third = len(held) // 3  # pools and caches are filled by then
    before, after = _least(held[third:-third]), _least(held[-third:])
    refreshes = ROUNDS // 3 * SOURCES
    print(f"{refreshes} refreshes: {before} to {after}, {len(shown)} entries, seed {press.seed}")
    assert after.memory - before.memory < refreshes * GROWTH + CACHES
    assert after.descriptors - before.descriptors < 10
    assert after.threads - before.threads < 10
    assert press.left_processes() == []


def _least(held: list[Held]) -> Held:
    """The least of each, since what is in use at the moment goes up and down."""
    return Held(*map(min, zip(*held, strict=True)))
