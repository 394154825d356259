"""The fingerprint of what an article says, and what does not move it."""

from __future__ import annotations

import time

import pytest

from feeder.changes.material import material

AGO = [
    "{} min ago",
    "{}h ago",
    "{}  Hours. ago",
    "vor {} Stunden",
    "il y a {} jours",
    "Il y a {}  minutes",
    "hace {} días",
    "há {} horas",
    "{} часов назад",
    "{} хвилин тому",
    "{}分前",
    "{} 小时前",
    "{}일 전",
]


@pytest.mark.parametrize("ago", AGO)
def test_how_long_ago_something_was_is_not_what_it_says(ago: str) -> None:
    seen = [f"Boats\n\nCounted {ago.format(many)}, all of them" for many in (3, 17, 203)]
    assert len({material("Boats", text) for text in seen}) == 1
    assert material("Boats", seen[0]) == material("Boats", "Boats\n\nCounted , all of them")


@pytest.mark.parametrize("said", ["{} boats", "for {} hours", "x{}h ago", "Ivor {} days", "{} 前"])
def test_other_numbers_are_what_it_says(said: str) -> None:
    assert material("", said.format(3)) != material("", said.format(4))


@pytest.mark.parametrize("piece", ["1дн", "1 ", "vor 1", "1 h ", "\u200b1", "12345678901234567890"])
def test_a_long_line_of_numbers_takes_no_longer_than_its_length(piece: str) -> None:
    start = time.process_time()
    material("", piece * (500_000 // len(piece)))
    assert time.process_time() - start < 2  # quadratic takes minutes
