"""Menus, section labels and dates above a headline are not the title."""

from __future__ import annotations

import pytest

from feeder.cleaner.scrape.extract import extract_text

LONG = "The boat, which carries at most sixty passengers, loses money on two crossings of three."
ALSO = "Its supporters say that the figures miss the point: there is no other way home."
TITLE = "Lock at Hohensee Stays Shut Until Spring"


@pytest.mark.parametrize(
    "above",
    [
        ("Opinion", "Letters"),
        ("Home", "Fishing", "Contact"),
        ("Meny",),
        ("News", "2 April 2024"),
        ("Friday, 5 April 2024",),
        ("Home > Local > Lower Town", "Lower Town"),
        ("Board index ‹ General ‹ Announcements",),
    ],
)
def test_the_headline_is_found_below_labels(above: tuple[str, ...]) -> None:
    article = extract_text("\n\n".join((*above, TITLE, "By Ann Reed", "3 June 2024", LONG, ALSO)))
    assert article.title == TITLE
    assert article.text == f"{LONG}\n\n{ALSO}"


@pytest.mark.parametrize(
    ("title", "below"),
    [
        ("Bread", "How to bake it without fear"),  # nothing above it says that it is a label
        ("Opinion", "It is a strange word, and stranger still on a wall."),
        ("Rain", "Three poems"),
    ],
)
def test_a_short_title_is_no_label(title: str, below: str) -> None:
    article = extract_text("\n\n".join((title, below, LONG, ALSO)))
    assert article.title == title
    assert below in article.text


def test_a_date_above_the_headline_is_a_fact() -> None:
    article = extract_text(f"3 June 2024\n\n{TITLE}\n\n{LONG}\n\n{ALSO}")
    assert article.title == TITLE
    assert article.published is not None
    assert article.published.date().isoformat() == "2024-06-03"
