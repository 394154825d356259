"""What holds of the text cleaner whatever it is given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeder.cleaner.plain import text_of
from feeder.cleaner.scrape.extract import extract_text
from feeder.cleaner.scrape.phrases import normalise, phrases

FURNITURE = st.sampled_from(
    [
        "A Title of Some Length",
        "A paragraph of some length, which ends as paragraphs do, with a full stop. So it is.",
        "By Ann Reed | June 3, 2024",
        "Ann Reed",
        "0",
        "12",
        "1984",
        "4bf85728-565d-47c3-8025-e25cf575c2e6",
        "Home » News » A Title of Some Length",
        "Skip to content",
        "News | Sport",
        "Advertisement",
        "READ ALSO: Another headline altogether",
        "Another headline altogether",
        "Related",
        "Share this:",
        "Facebook",
        "Source: example.org",
        "The post A Title of Some Length appeared first on Somewhere.",
        "2 thoughts on “A Title of Some Length”",
        "John says:",
        "May 3, 2024",
        "Reply",
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
        "Name *",
        "Comments are closed.",
        "Sign up for our newsletter",
        "Tags: a, b",
        "© 2024 Somewhere",
        "is a line that goes on from the one before it, and is longer than a label.",
        "- an item",
        "",
    ]
)
SCRAPES = st.lists(FURNITURE | st.text(max_size=40), max_size=30).map("\n".join)


@given(SCRAPES)
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    article = extract_text(text)
    assert extract_text(f"{article.title}\n\n{article.text}").text == article.text


@given(st.text(max_size=300) | SCRAPES)
def test_anything_makes_safe_text_and_markup(text: str) -> None:
    article = extract_text(text)
    page = f"<page><h1>{''.join(f'&#{ord(char)};' for char in article.title)}</h1></page>"
    etree.fromstring(page)
    etree.fromstring(f"<page>{article.html.replace('&nbsp;', '&#160;')}</page>")
    assert text_of(article.html) == article.text


@given(SCRAPES)
def test_every_line_is_kept_or_dropped_with_a_reason(text: str) -> None:
    article = extract_text(text)
    kept = {article.title, *article.text.split("\n\n")}
    gone = {dropped.text for dropped in article.dropped}
    for line in text.splitlines():
        folded = " ".join(line.split())
        if len(folded) >= 10 and folded.isascii() and folded.isprintable():
            # Wrapped lines are joined, and provenance keeps the beginning of a long line only.
            cut = any(one.endswith("…") for one in gone)
            assert cut or any(folded in one for one in kept | gone), folded
    assert all(dropped.rule and dropped.step == "scrape" for dropped in article.dropped)


def test_phrases_are_written_as_lines_are_read() -> None:
    for phrase in phrases().whole:
        assert normalise(phrase) == phrase
