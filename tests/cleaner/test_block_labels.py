"""What a corpus says of a whole page becomes the right label for each of its blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from feeder.cleaner.markup.blocks.looks import Looked, look_at
from feeder.cleaner.markup.blocks.measure import measure
from tests.cleaner.block_labels import labels_of
from tests.cleaner.trees import work_on

FIRST = "The ferry was an hour late on the first morning of the winter timetable."
SECOND = "Nobody on the pier minded but a goat, which had been promised hay at eight."
TEASER = "Ten bridges that were never built, and the engineers who still dream of them."


def looked_at(*paragraphs: str) -> Looked:
    html = "".join(p if p.startswith("<") else f"<div><p>{p}</p></div>" for p in paragraphs)
    return look_at(measure(work_on(html).body), ())


def labels(record: dict[str, Any], *paragraphs: str) -> list[tuple[bool, float]]:
    return labels_of(record, looked_at(*paragraphs))


def kept(record: dict[str, Any], *paragraphs: str) -> list[bool]:
    return [keep for keep, _ in labels(record, *paragraphs)]


def expected(*lines: str) -> dict[str, Any]:
    return {"expected_text": "\n".join(lines)}


# --- by the article's text ------------------------------------------------------------------------


def test_blocks_whose_words_the_article_has_are_its_blocks() -> None:
    assert kept(expected(FIRST, SECOND), FIRST, TEASER, SECOND) == [True, False, True]


def test_case_and_punctuation_do_not_matter() -> None:
    assert kept(expected(FIRST.upper().replace(" ", "  ")), FIRST) == [True]


def test_a_block_counts_as_much_as_it_has_words() -> None:
    [(_, one), (_, two)] = labels(expected(FIRST), FIRST, TEASER)
    assert (one, two) == (len(FIRST.split()), len(TEASER.split()))


def test_a_block_half_of_which_is_the_articles_counts_little() -> None:
    [(_, sure)] = labels(expected(FIRST), FIRST)
    [(_, mixed)] = labels(expected(FIRST), f"{FIRST} {TEASER}")
    assert mixed < sure / 4


@pytest.mark.parametrize("line", ["The goat", "Hay"])
def test_a_short_line_of_the_article_is_its_own_among_its_paragraphs(line: str) -> None:
    assert kept(expected(FIRST, line, SECOND), FIRST, line, SECOND) == [True, True, True]


def test_a_short_line_far_from_the_article_is_not_its_own() -> None:
    others = [f"{TEASER} Part {n} of a long series about bridges." for n in range(5)]
    found = kept(expected(FIRST, "Hay", SECOND), FIRST, SECOND, *others, "Hay", *others)
    assert found[:2] == [True, True]
    assert not any(found[2:])


def test_words_that_only_occur_in_the_article_are_its_own_only_beside_it() -> None:
    assert kept(expected(FIRST, SECOND), FIRST, "hour late") == [True, True]
    others = [f"{TEASER} Part {n} of a long series about bridges." for n in range(4)]
    assert not kept(expected(FIRST, SECOND), FIRST, *others, "hour late")[-1]


def test_a_block_without_a_word_is_of_no_account() -> None:
    assert labels(expected(FIRST), FIRST, "* * *")[1] == (False, 0.0)


def test_the_visible_title_is_not_the_articles_text_but_counts_less() -> None:
    title = "<h1>The ferry was an hour late on a winter morning</h1>"
    record = expected("The ferry was an hour late on a winter morning", FIRST)
    [(keep, weight), _] = labels(record, title, FIRST)
    assert not keep
    assert 0 < weight < 10


# --- texts that stand on a page several times -----------------------------------------------------


def test_of_a_repeated_text_the_one_among_the_articles_paragraphs_is_meant() -> None:
    others = [f"{TEASER} Part {n} of a long series about bridges." for n in range(9)]
    record = expected(FIRST, SECOND)
    first = kept(record, FIRST, SECOND, *others, FIRST, *others)
    assert first == [True, True] + 19 * [False]
    last = kept(record, *others, FIRST, *others, FIRST, SECOND)
    assert last == 19 * [False] + [True, True]


def test_what_the_article_itself_repeats_stays() -> None:
    refrain = "And the water went on to the sea, as it does."
    record = expected(FIRST, refrain, SECOND, refrain)
    assert kept(record, FIRST, refrain, SECOND, refrain) == [True, True, True, True]


def test_the_copy_of_a_text_is_doubted_not_condemned() -> None:
    others = [f"{TEASER} Part {n} of a long series about bridges." for n in range(9)]
    found = labels(expected(FIRST, SECOND), FIRST, SECOND, *others, FIRST)
    assert found[-1][1] < found[0][1] / 2


# --- by segments ----------------------------------------------------------------------------------


def segments(with_: Sequence[str] = (), without: Sequence[str] = ()) -> dict[str, Any]:
    return {"with": list(with_), "without": list(without)}


def test_segments_tell_only_of_the_blocks_they_are_in() -> None:
    found = labels(segments(["an hour late"], ["never built"]), FIRST, SECOND, TEASER)
    assert [keep for keep, _ in found] == [True, False, False]
    assert [weight > 0 for _, weight in found] == [True, False, True]


def test_a_wanted_segment_means_the_longest_block_that_has_it() -> None:
    teaser = "The ferry was an hour late"
    found = labels(segments(["ferry was an hour late"]), teaser, FIRST)
    assert found[0] == (False, 0.0)
    assert found[1][0]


def test_where_a_segment_is_wanted_and_unwanted_it_is_wanted() -> None:
    assert kept(segments(["hour late"], ["winter timetable"]), FIRST) == [True]


def test_readers_comments_are_unwanted() -> None:
    found = labels({"with": ["an hour late"], "comments": ["never built"]}, FIRST, TEASER)
    assert found[1][0] is False
    assert found[1][1] > 0


def test_an_unwanted_segment_on_many_places_counts_once() -> None:
    once = labels(segments(without=["never built"]), TEASER)
    thrice = labels(segments(without=["never built"]), TEASER, TEASER, TEASER)
    assert sum(weight for _, weight in thrice) == pytest.approx(once[0][1])


# --- by lines -------------------------------------------------------------------------------------


def lines(*labelled: tuple[str, str]) -> dict[str, Any]:
    return {"lines": labelled}


def test_lines_label_the_blocks_that_say_the_same() -> None:
    record = lines(("title", "The goat"), ("keep", FIRST), ("drop", "Share"))
    found = labels(record, "The goat", FIRST, "Share")
    assert [keep for keep, _ in found] == [False, True, False]
    assert all(weight > 0 for _, weight in found)


def test_a_short_line_counts_as_much_as_a_long_one() -> None:
    found = labels(lines(("keep", FIRST), ("keep", "Hay")), FIRST, "Hay")
    assert found[0][1] == found[1][1] > 0


def test_a_block_may_be_a_part_of_a_line() -> None:
    half = FIRST[:40].strip()
    assert kept(lines(("keep", FIRST)), half) == [True]


@pytest.mark.parametrize("label", ["meta", "unknown"])
def test_lines_that_may_stay_or_go_teach_nothing(label: str) -> None:
    assert labels(lines(("keep", FIRST), (label, "By Ann Reed")), FIRST, "By Ann Reed")[1][1] == 0


def test_a_text_that_is_kept_and_dropped_teaches_nothing() -> None:
    assert labels(lines(("keep", "Hay"), ("drop", "Hay")), "Hay")[0][1] == 0
