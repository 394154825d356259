"""What a message shows of an address: enough to know it by, and no secret."""

from __future__ import annotations

import pytest

from feeder.fetch.shown import shown


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://news.example/a/b", "https://news.example/a/b"),
        ("https://ann:pw@news.example/", "https://news.example/"),
        ("https://news.example/?p=123&page=2", "https://news.example/?p=123&page=2"),
        ("https://news.example/?cat=local-news", "https://news.example/?cat=local-news"),
        ("https://news.example/?token=abc", "https://news.example/?token=…"),
        ("https://news.example/?p=1&API_KEY=1", "https://news.example/?p=1&API_KEY=…"),
        ("https://news.example/?u=8f3a9c21d0b7", "https://news.example/?u=…"),
        ("https://news.example/?x=s3cr3t%21value", "https://news.example/?x=…"),
        ("https://news.example/?8f3a9c21d0b7e6", "https://news.example/?…"),
        ("https://news.example/?user=ann", "https://news.example/?user=…"),
        ("https://news.example/a#token=abc", "https://news.example/a"),
        ("https://[news.example/", "an address that cannot be read"),
    ],
)
def test_an_address_in_a_message(url: str, told: str) -> None:
    assert shown(url) == told


def test_a_long_address_is_cut_and_control_characters_are_none() -> None:
    assert len(shown("https://news.example/" + "a" * 9_000)) <= 201
    assert shown("https://news.example/a\x1b[31m\n").isprintable()
    assert len(shown("https://news.example/?" + "a=b&" * 100_000)) <= 201
