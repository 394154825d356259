"""One article of several sources is one entry: by its address, or by title and text."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from feeder.models import Heading
from feeder.publish.merging import Judged, judge

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
WORDS = [f"word{number}" for number in range(2_000)]


def story(seed: int, words: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def edited(text: str, share: float) -> str:
    chance = random.Random(7)
    return " ".join("other" if chance.random() < share else word for word in text.split())


@dataclass
class Desk:
    """Headings, and the texts under them."""

    texts: dict[str, str] = field(default_factory=dict)

    def heading(
        self,
        source: str,
        title: str,
        text: str = "",
        url: str | None = None,
        days: float = 1,
    ) -> Heading:
        id_ = f"tag:news.example,2026:{source}/{len(self.texts)}"
        self.texts[id_] = text
        moment = NOON - timedelta(days=days)
        return Heading(id_, source, title, moment, moment, url)

    def judge(self, fresh: list[Heading], shown: list[Heading] | None = None) -> Judged:
        return judge(fresh, shown or [], self.texts.__getitem__)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_same_address_is_the_same_article_however_it_is_spelled(desk: Desk) -> None:
    here = desk.heading("river", "Flood", url="https://www.news.example/flood/?utm_source=feed")
    there = desk.heading("town", "Another title", url="http://news.example/flood", days=0.5)
    judged = desk.judge([there, here])
    assert judged.shown == [here]
    (merge,) = judged.merges
    assert (merge.entry, merge.into) == (there, here.id)
    assert "address" in merge.reason


@pytest.mark.parametrize("share", [0, 0.05, 0.1])
def test_the_same_title_and_nearly_the_same_text_is_the_same_article(
    desk: Desk, share: float
) -> None:
    text = story(1)
    here = desk.heading("river", "Flood at the bridge", text)
    there = desk.heading("town", "  FLOOD at the Bridge! ", edited(text, share), days=0.5)
    judged = desk.judge([here, there])
    assert [merge.entry for merge in judged.merges] == [there]
    assert "%" in judged.merges[0].reason


def test_the_first_half_of_an_article_is_that_article(desk: Desk) -> None:
    text = story(2)
    here = desk.heading("river", "Flood", text)
    there = desk.heading("town", "Flood", text[: len(text) * 6 // 10], days=0.5)
    assert desk.judge([here, there]).merges


def test_a_title_that_two_columns_have_is_no_proof(desk: Desk) -> None:
    briefings = [
        desk.heading(source, "Daily briefing", story(seed))
        for seed, source in enumerate(("river", "town", "harbour"))
    ]
    assert desk.judge(briefings).merges == []


def test_texts_of_a_few_words_prove_nothing(desk: Desk) -> None:
    pictures = [desk.heading(source, "Picture of the day", "") for source in ("river", "town")]
    captions = [desk.heading(source, "Photo", "The bridge.") for source in ("river", "town")]
    assert desk.judge(pictures + captions).merges == []


def test_two_articles_of_one_source_are_two(desk: Desk) -> None:
    text = story(3)
    both = [desk.heading("river", "Flood", text, url="https://news.example/1") for _ in range(2)]
    assert desk.judge(both).merges == []


def test_what_is_shown_stays_and_what_comes_later_is_merged_into_it(desk: Desk) -> None:
    text = story(4)
    shown = desk.heading("river", "Flood", text, days=1)
    older = desk.heading("town", "Flood", text, days=3)
    judged = desk.judge([older], [shown])
    assert judged.shown == []
    assert [(merge.entry, merge.into) for merge in judged.merges] == [(older, shown.id)]


def test_of_several_new_ones_the_earliest_is_shown_whatever_their_order(desk: Desk) -> None:
    text = story(5)
    entries = [desk.heading(f"s{n}", "Flood", text, days=n + 1) for n in range(4)]
    for seed in range(5):
        random.Random(seed).shuffle(entries)
        judged = desk.judge(entries)
        assert [one.source for one in judged.shown] == ["s3"]
        assert {merge.into for merge in judged.merges} == {judged.shown[0].id}


def test_a_thousand_entries_of_one_title_take_no_square_of_time(desk: Desk) -> None:
    many = [desk.heading(f"s{n % 7}", "News", story(n, 60), days=n) for n in range(1_000)]
    started = time.process_time()
    desk.judge(many)
    assert time.process_time() - started < 5
