"""What somebody types as an address, and what they are told to type."""

from __future__ import annotations

import pytest

from feeder.errors import AddressError
from feeder.fetch.typed import web_address

GOOD = (
    ("https://news.example.org/a", "https://news.example.org/a"),
    ("  http://127.0.0.1:8000 ", "http://127.0.0.1:8000/"),
    ("https://bücher.example/übersicht", "https://xn--bcher-kva.example/%C3%BCbersicht"),
    ("HTTPS://EXAMPLE.ORG/A", "https://example.org/A"),
)
WRONG = (
    ("news.example.org/local", "has no scheme", "try https://news.example.org/local"),
    ("bücher.example", "has no scheme", "try https://bücher.example"),
    ("localhost:8000", "has no scheme", "try http://localhost:8000"),
    ("127.0.0.1/a", "has no scheme", "try http://127.0.0.1/a"),
    ("htps://example.org/", "neither http: nor https:", "try https://example.org/"),
    ("file:///etc/passwd", "neither http: nor https:", "give the address of a page"),
    ("https://", "is no web address", "give the address of a page"),
    ("https://exa mple.org/", "is no web address", "give the address of a page"),
    ("news", "is no web address", "give the address of a page"),
    ("", "is no web address", "give the address of a page"),
    ("https://user:hunter2@example.org/", "user or password", "[auth]"),
    ("htps://user:hunter2@example.org/", "user or password", "[auth]"),
    ("ftp://user:hunter2@example.org/", "user or password", "[auth]"),
    ("user:hunter2@example.org/a", "user or password", "[auth]"),
    ("https:/user:hunter2@example.org", "user or password", "[auth]"),
    ("example.org/?token=hunter2", "'example.org/?…' has no", "begin it with https://"),
    ("htps://example.org/?token=hunter2", "neither http: nor", "begin it with https:"),
    ("mailto:ada@example.org", "neither http: nor https:", "give the address of a page"),
)


@pytest.mark.parametrize(("typed", "address"), GOOD)
def test_an_address_is_spelt_as_requests_have_it(typed: str, address: str) -> None:
    assert web_address(typed) == address


@pytest.mark.parametrize(("typed", "message", "advice"), WRONG)
def test_what_is_none_is_said_with_what_to_type(typed: str, message: str, advice: str) -> None:
    with pytest.raises(AddressError) as caught:
        web_address(typed)
    assert message in caught.value.message and advice in caught.value.advice
    assert "hunter2" not in caught.value.message + caught.value.advice
    assert caught.value.exit_code == 2


def test_what_steers_a_terminal_is_not_repeated() -> None:
    with pytest.raises(AddressError) as caught:
        web_address("exa\x1b[2Jmple.org")
    assert "\x1b" not in caught.value.message + caught.value.advice
