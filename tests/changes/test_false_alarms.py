"""Of ordinary sites nothing is held back, of those that something befell nearly all."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from feeder.changes.guard.baseline import Baseline, learn
from feeder.changes.guard.judge import judge
from tests.changes.histories import KINDS, history
from tests.changes.mishaps import MISHAPS

FLOORS = tomllib.loads(Path(__file__).with_name("guard.toml").read_text())
AT = 14
"""The look at which something befalls a site."""
BUSY = {"news", "news once a day", "much news", "news in the morning", "one title", "moved"}
BUSY |= {"always one title", "pictures", "links", "mixed", "sizes", "at once", "for subscribers"}
BLIND = {
    "one_text": {"always one title"},
    "shrunk": {"pictures"},
    "another_site": BUSY,  # all that is listed is new there now and then
    "of_this_moment": {"undated", "much news"},
    "elsewhere": {"links"},
    "menus": {"links"},
    "teasers": {"pictures", "sounds", "links", "mixed", "for subscribers"},
}
"""Kinds of sites of which a mishap is no more than what is usual there."""


def alarms(kind: str, seeds: int) -> tuple[int, int, Counter[str]]:
    """Of how many looks at sites of a kind, and which signs were found in how many."""
    looks = found = 0
    names = Counter[str]()
    for seed in range(seeds):
        baseline = Baseline()
        for world in history(kind, seed):
            batch = world.look()
            suspicions = judge(batch, baseline, world.now)
            looks, found = looks + 1, found + bool(suspicions)
            names.update(one.name for one in suspicions)
            baseline = learn(baseline, batch, world.now)
            world.take(batch)
    return looks, found, names


def is_seen(mishap: str, kind: str, seed: int) -> bool:
    """Whether the guard sees what befalls a site."""
    baseline = Baseline()
    for look, world in enumerate(history(kind, seed)):
        if look == AT:
            return bool(judge(world.look(MISHAPS[mishap](world)), baseline, world.now))
        batch = world.look()
        baseline = learn(baseline, batch, world.now)
        world.take(batch)
    raise AssertionError("histories are longer")


def seen(mishap: str, seeds: int) -> float:
    """The share that it sees, of sites of all kinds where it can be seen."""
    kinds = KINDS.keys() - BLIND.get(mishap, set())
    told = [is_seen(mishap, kind, seed) for kind in sorted(kinds) for seed in range(seeds)]
    return sum(told) / len(told)


def test_what_ordinary_sites_do_is_believed() -> None:
    few = ("news once a day", "pinned", "moved", "silent", "one title", "sounds")
    told = {kind: alarms(kind, 1) for kind in few}
    assert {kind: names for kind, (_, found, names) in told.items() if found} == {}


@pytest.mark.slow
def test_false_alarms_stay_as_rare_as_they_were() -> None:
    told = {kind: alarms(kind, 22) for kind in KINDS}
    looks = sum(one[0] for one in told.values())
    assert looks > 500 * 20
    assert sum(one[1] for one in told.values()) / looks < FLOORS["alarms"]["all"]
    worst = {kind: (found / of, names) for kind, (of, found, names) in told.items()}
    assert all(share < FLOORS["alarms"]["worst"] for share, _ in worst.values()), worst


@pytest.mark.slow
@pytest.mark.parametrize("mishap", MISHAPS)
def test_what_befalls_a_site_is_seen(mishap: str) -> None:
    assert seen(mishap, 6) >= FLOORS["seen"][mishap]


if __name__ == "__main__":
    seeds = int(sys.argv[1])
    for kind in KINDS:
        looks, found, names = alarms(kind, seeds)
        print(f"{kind:20} {looks:6} looks {found / looks:7.2%} {dict(names)}")
    for mishap in MISHAPS:
        print(f"{mishap:20} {seen(mishap, max(1, seeds // 4)):7.1%} seen")
