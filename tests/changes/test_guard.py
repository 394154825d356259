"""A batch of articles that looks wrong is told by signs that healthy ones do not have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from feeder.changes.guard.baseline import Baseline, from_text, learn, to_text
from feeder.changes.guard.judge import judge
from feeder.changes.guard.told import Batch, Told
from feeder.models import Article, Entry
from tests.changes.record import DAY, NOON, SITE, article, item, prose

HOUR = timedelta(hours=1)


def told(n: int, **facts: object) -> Told:
    path = f"/{n}"
    facts = {"url": SITE + path, "published": NOON - n * DAY} | facts
    return Told(item(path, article(f"story{n}", **facts)))


def entry(one: Told) -> Entry:
    said: Article = one.reading.article
    return Entry("e", "s", said.title, said.html, said.text, NOON, NOON, NOON)


def taught() -> Baseline:
    """Twenty at first, then two an hour."""
    learnt = learn(Baseline(), Batch([told(n) for n in range(20)], 20, 20), NOON)
    for n in range(1, 6):
        fresh = [told(20 + 2 * n), told(21 + 2 * n)]
        learnt = learn(learnt, Batch(fresh, 20, 2), NOON + n * HOUR)
    return from_text(to_text(learnt))


NEXT = NOON + 6 * HOUR


def names(batch: Batch, baseline: Baseline | None = None) -> set[str]:
    return {one.name for one in judge(batch, baseline or taught(), NEXT)}


def test_what_is_as_ever_is_not_suspicious() -> None:
    assert names(Batch([told(n) for n in range(3)], 20, 3)) == set()
    assert names(Batch([told(n) for n in range(20)], 20, 20, is_first=True), Baseline()) == set()


def test_one_text_under_many_titles_may_be_how_a_source_writes_that_is_met_first() -> None:
    wall = prose("wall")
    batch = [told(n, text=wall, title=f"About {n}") for n in range(5)]
    assert names(Batch(batch, 5, 5, is_first=True), Baseline()) == set()
    assert names(Batch(batch, 5, 5)) >= {"same-body"}
    assert names(Batch(batch[:3], 5, 3)) == set()


def test_one_article_under_many_addresses_is_one() -> None:
    batch = [replace(told(n, text=prose("one")), listed="one") for n in range(5)]
    assert names(Batch(batch, 20, 5)) == set()


def test_one_title_for_many_is_held_unless_the_source_uses_it_again_and_again() -> None:
    batch = [told(n, title="Daily briefing") for n in range(5)]
    assert names(Batch(batch, 20, 5)) == {"same-title"}
    assert names(Batch(batch, 20, 5, titles=lambda: ["Daily Briefing", "daily briefing"])) == set()


def test_entries_that_lose_nearly_all_are_held_alone_and_one_is_no_sign() -> None:
    shrunk = [Told(told(n, text="Read more.").reading, entry(told(n))) for n in range(3)]
    found = judge(Batch([*shrunk, told(9)], 20, 1), taught(), NEXT)
    assert [(one.name, len(one.articles)) for one in found] == [("shrunk", 3)]
    assert names(Batch([shrunk[0], told(9)], 20, 1)) == set()
    cut = [Told(told(n, text=prose("cut", 40)).reading, entry(told(n))) for n in range(3)]
    assert "shrunk" not in names(Batch(cut, 20, 0))


def test_words_of_walls_in_several_short_texts_are_held() -> None:
    batch = [told(n, text=f"Please log in to read {n}.") for n in range(3)]
    walls = Batch(batch, 20, 3, is_wall=lambda title, text: "log in" in text)
    assert "wall" in names(walls)


def test_a_listing_of_which_nothing_is_known_is_held_unless_there_was_time_for_it() -> None:
    batch = Batch([told(n) for n in range(100, 120)], 20, 20)
    assert names(batch) == {"unknown"}
    assert judge(batch, taught(), NEXT + 2 * DAY) == ()


def test_dates_of_the_very_moment_and_another_server_are_held() -> None:
    assert names(Batch([told(n, published=NEXT) for n in range(5)], 20, 5)) == {"now"}
    away = [told(n, url=f"https://parked.example/{n}") for n in range(5)]
    assert names(Batch(away, 20, 5)) == {"foreign"}


def test_texts_of_a_few_words_and_lists_of_links_are_held() -> None:
    thin = [told(n, text=f"Teaser {n} here.") for n in range(5)]
    assert "thin" in names(Batch(thin, 20, 5))
    menu = [told(n, html=f'<p><a href="/x">{prose(f"story{n}")}</a></p>') for n in range(5)]
    assert names(Batch(menu, 20, 5)) == {"links"}


def test_a_baseline_of_another_version_is_begun_anew_and_nothing_is_learnt_of_nothing() -> None:
    assert from_text(to_text(taught())) == taught()
    assert from_text('{"words": 3, "what": [1]}') == Baseline()
    assert from_text("no json") == from_text(None) == Baseline()
    assert learn(taught(), Batch([], 20, 0), NEXT) == taught()
