"""Entries leave by the feed's own rules, decided by the day, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from feeder.config.settings import FilterSettings
from feeder.generator import Renderer
from feeder.generator.atom import Atom
from feeder.generator.json_feed import JsonFeed
from feeder.publish.flow import publish
from feeder.publish.press import chosen_entries
from tests.publish.test_publish import LABELS, NOON, Newsroom, ids, newsroom

__all__ = ["newsroom"]


def test_what_is_older_than_the_feed_allows_leaves_it(newsroom: Newsroom) -> None:
    newsroom.write("river", 1, 2, 3, 4)
    newsroom.publish(max_age=timedelta(days=3))
    assert ids(newsroom.document) == ["river/001", "river/002", "river/003"]


def test_within_a_day_nothing_moves_and_on_the_next_one_it_does(newsroom: Newsroom) -> None:
    newsroom.write("river", 1, 2, 3)
    shown = []
    for hours in (0, 11, 12):
        press = replace(
            newsroom.press(["river"], max_age=timedelta(days=3)), now=NOON + timedelta(hours=hours)
        )
        publish(press, [Atom()], newsroom.store.standing(["news"], LABELS))
        shown.append(len(ids(newsroom.document)))
    assert shown == [3, 3, 2]


def test_a_feed_is_filled_beyond_what_its_filters_drop(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(1, 30))
    drop = (FilterSettings(title="Story 1?[0-9]$"),)
    newsroom.publish(max_entries=5, drop=drop)
    assert ids(newsroom.document) == [f"river/{number:03}" for number in range(20, 25)]


def test_entries_come_in_pieces_each_once_and_in_their_order(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(1, 12), published=NOON)
    newsroom.write("town", *range(1, 12))
    press = newsroom.press(max_entries=4, merge=False)
    found = [entry.id for entry in chosen_entries(press)]
    assert found == [entry.id for entry in newsroom.store.entries(LABELS)]
    assert len(found) == 22


def test_all_formats_are_named_in_each_and_say_the_same(newsroom: Newsroom) -> None:
    newsroom.write("river", 1, 2)
    formats: dict[str, Renderer] = {"atom": Atom(), "json": JsonFeed()}
    press = replace(newsroom.press(["river"]), formats=formats)
    done = publish(press, list(formats.values()), newsroom.store.standing(["news"], LABELS))
    assert [one.entries for one in done] == [2, 2]
    assert b"https://news.example/feeds/news.json" in newsroom.document
