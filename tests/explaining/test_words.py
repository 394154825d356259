"""Which words differ: shown with a few of those around them, whatever the texts are like."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from feeder.explaining.words import MOST_LINES, Passage, differing

LINES = st.lists(st.sampled_from(["", "a b c", "a b d", "e f g h", "a"]), max_size=5)


def side(passages: list[Passage], kind: str) -> str:
    return " ".join(piece.text for passage in passages for piece in passage if piece.kind == kind)


def test_one_word_is_shown_among_its_neighbours() -> None:
    words = [f"w{n}" for n in range(40)]
    changed = [*words[:20], "other", *words[21:]]
    (passage,) = differing(
        f"First.\n{' '.join(words)}\nLast.", f"First.\n{' '.join(changed)}\nLast."
    )
    assert [piece.kind for piece in passage] == [
        "left out", "same", "gone", "new", "same", "left out",
    ]  # fmt: skip
    assert (passage[2].text, passage[3].text) == ("w20", "other")
    assert passage[1].text == "w14 w15 w16 w17 w18 w19"


def test_a_paragraph_that_is_another_one_is_told_whole() -> None:
    (passage,) = differing("Wholly other words stood here", "Nothing of that is left by now")
    assert [piece.kind for piece in passage] == ["gone", "new"]


def test_a_paragraph_that_came_or_went_is_one_passage() -> None:
    assert side(differing("One.\nTwo.", "One.\nNew.\nTwo."), "new") == "New."
    assert side(differing("One.\nTwo.\nThree.", "One.\nThree."), "gone") == "Two."


def test_white_space_is_no_difference() -> None:
    assert differing("One  two.\n", "One two.\n\n") == []


@settings(max_examples=25)
@given(LINES, LINES)
def test_what_differs_is_of_the_texts_and_equal_texts_do_not(
    old: list[str], new: list[str]
) -> None:
    before, after = "\n".join(old), "\n".join(new)
    passages = differing(before, after)
    assert set(side(passages, "gone").split()) <= set(before.split())
    assert set(side(passages, "new").split()) <= set(after.split())
    assert differing(before, before) == []
    if before.split() != after.split():
        assert passages


def test_texts_of_very_many_lines_are_not_compared_one_by_one() -> None:
    count = 5 * MOST_LINES
    passages = differing("\n".join(f"a {n % 7}" for n in range(count)), "\n".join("b" * count))
    assert len(passages) == 2 * count
