"""Pages that say the same words by now, and not what their entries say, are no articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feeder.changes.decide import decide
from feeder.changes.identity import Reading
from feeder.changes.strangers import apart
from feeder.models import Article, Key, Known

NOW = datetime(2026, 1, 5, tzinfo=UTC)
WALL = "Something else stands here today, in words that nobody has seen before. " * 9


def reading(n: int, text: str = "", *, listed: str = "") -> Reading:
    url = listed or f"example.org/{n}"
    told = text or f"What happened on day {n}: " + f"word{n} and thing{n}, " * 60
    article = Article(title=f"Story {n}", html=f"<p>{told}</p>", text=told)
    return Reading(url, article, (Key("url", url),), None)


def on_record(*readings: Reading) -> dict[Key, Known]:
    decision = decide(readings, {}, source="news", prefix="tag:x,2026", elsewhere=(), now=NOW)
    return {
        key: Known(change.entry, change.keys, change.material)
        for change in decision.changes
        for key in change.keys
    }


@pytest.mark.parametrize("new", [0, 1])
def test_what_two_addresses_say_is_the_word_of_neither(new: int) -> None:
    known = on_record(*(reading(n) for n in range(3)))
    walls = [reading(n, WALL) for n in range(2 - new)]
    fresh = [reading(9, WALL)] * new
    told = apart([*walls, reading(2), *fresh], known)
    assert told.strangers == walls
    assert told.readings == [reading(2), *fresh]


def test_an_article_may_be_written_anew_and_several_edited_alike() -> None:
    known = on_record(*(reading(n) for n in range(3)))
    anew = [reading(0, WALL)]
    edited = [
        replace(r, article=replace(r.article, text=r.article.text + " Our terms have changed."))
        for r in (reading(1), reading(2))
    ]
    assert apart([*anew, *edited], known).strangers == []


def test_one_entry_at_two_addresses_may_be_written_anew() -> None:
    known = on_record(reading(0))
    (record,) = {one.entry.id: one for one in known.values()}.values()
    other = Key("url", "example.org/other")
    again = [reading(0, WALL), reading(0, WALL, listed=other.value)]
    assert apart(again, {**known, other: record}).strangers == []
