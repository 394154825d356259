"""kill -9 while a feed is published in all formats, with archives, at two outputs.

No reader meets a torn or an older document, a link that leads nowhere, or an archive that changed;
nothing that was ever shown is lost; and it ends in the very bytes that no kill would have left.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from feeder.config.settings import FeedSettings
from feeder.generator import Renderer
from feeder.generator.atom import Atom
from feeder.generator.html import Html
from feeder.generator.json_feed import JsonFeed
from feeder.generator.rss import Rss
from feeder.models import Change, Outcome
from feeder.outputs.directory import Directory
from feeder.publish.flow import publish
from feeder.publish.press import Press
from feeder.store.opening import open_store
from feeder.store.sources import SourceSpec
from feeder.store.store import Store
from tests.e2e.killing import in_child, make_ready
from tests.e2e.reading_history import READ, URL, followed
from tests.e2e.test_kills import SOAK, points
from tests.publish.test_publish import LABELS, NOON, change

CAP = 8
FORMATS: dict[str, Renderer] = {
    "atom": Atom(), "rss": Rss(), "json": JsonFeed(), "html": Html(),
}  # fmt: skip


@dataclass
class Town:
    """A state and two outputs; and the same, where nobody is ever killed."""

    root: Path
    random: random.Random
    written: list[int] = field(default_factory=list)
    revisions: Counter[int] = field(default_factory=Counter)

    def folders(self, state: str) -> list[Path]:
        return [self.root / f"{state}-{number}" for number in (1, 2)]

    def step(self) -> None:
        """Some new articles, now and then one that says it is old, or a large one."""
        changes, older = [], list(self.written)
        for _ in range(self.random.choice([1, 1, 2, 3, 12])):
            number = len(self.written)
            # The higher the number the older; most are newer than all before.
            age = self.random.randint(0, 5_000) if self.random.random() < 0.15 else 1_000 - number
            text = "word " * self.random.choice([10, 10, 10, 2_000])
            changes.append(change("river", number, html=f"<p>{text}</p>", text=text, **dated(age)))
            self.written.append(number)
        if older and self.random.random() < 0.3:
            number = self.random.choice(older)
            self.revisions[number] += 1
            words = f"Story {number}, revision {self.revisions[number]}"
            told = change("river", number, title=words, revision=1 + self.revisions[number])
            changes.append(replace(told, kind="changed"))
        in_child(lambda: self.record(changes))

    def record(self, changes: Sequence[Change]) -> None:
        for state in ("killed", "spared"):
            with opened(self.root / state) as store:
                (lease,) = store.claim(NOON, timedelta(minutes=1), names=["river"])
                outcome = Outcome("river", NOON, NOON)
                store.record(lease, changes, [], outcome, NOON, NOON, failed=False)

    def publish(self, state: str) -> None:
        with opened(self.root / state) as store:
            press = Press(
                settings=FeedSettings(
                    name="news", title="News", history=True, max_entries=CAP, max_bytes=60_000
                ),
                store=store,
                outputs=[Directory(folder) for folder in self.folders(state)],
                labels={"river": LABELS["river"]},
                public_url=URL,
                state=self.root / state,
                now=NOON,
                formats=FORMATS,
            )
            publish(press, list(FORMATS.values()), store.standing(["news"], ["river"]))


def dated(age: int) -> dict[str, object]:
    return {"published": NOON - timedelta(days=age)}


def opened(state: Path) -> Store:
    store = open_store(state, now=NOON)
    store.authority("news.example", NOON)
    store.sync([SourceSpec("river", "river", "files")], NOON)
    return store


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def everything(folder: Path, kind: str) -> set[str]:
    ids, url = set[str](), f"{URL}news.{kind}"
    while url:
        page = READ[kind]((folder / url.removeprefix(URL)).read_bytes())
        ids, url = ids | set(page.ids), page.previous or ""
    return ids


def kill_while_publishing(tmp_path: Path, kills: int, seed: int) -> None:
    make_ready()
    town = Town(tmp_path, random.Random(seed))
    first, second = town.folders("killed")
    town.step()
    # The first publication passes more points than any later one, where nobody would die there.
    for _ in range(2):
        town.step()
        passed = in_child(lambda: town.publish("spared"))
        in_child(lambda: town.publish("killed"))
    assert passed and {"before commit", "before rename", "after fsync of a folder"} <= set(passed)
    died = 0
    with followed(first, second):
        for point in points(passed, seed):
            town.step()
            if in_child(lambda: town.publish("killed"), point) is None:
                died += 1
                in_child(lambda: town.publish("killed"))
            in_child(lambda: town.publish("spared"))
            assert contents(first) == contents(second) == contents(town.folders("spared")[0])
            if died == kills:
                break
    wanted = {change("river", number).entry.id for number in town.written}
    for kind in READ:
        assert everything(first, kind) == wanted


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("town", range(16))
def test_200_children_killed_while_they_publish_end_where_no_kill_would_have(
    tmp_path: Path, town: int
) -> None:
    """In sixteen towns, since the history of each grows, and with it what every kill costs."""
    kill_while_publishing(tmp_path, kills=13, seed=random.randrange(10**9))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_1000_children_killed_while_they_publish(tmp_path: Path) -> None:
    kills = int(1000 * SOAK) if SOAK >= 1 else 2  # the slow suite has more than a tenth of them
    kill_while_publishing(tmp_path, kills=kills, seed=random.randrange(10**9))
