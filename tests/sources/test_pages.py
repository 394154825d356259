"""An article's page becomes a draft with all that its listing told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeder.errors import NoArticleError, NotTextError
from feeder.models import Candidate, Facts, Key, Page
from feeder.sources.pages import draft_of

DAY = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 3, 2, tzinfo=UTC)


def page(
    body: bytes = b"<p>Words</p>", media_type: str | None = "text/html", **told: object
) -> Page:
    given = {"charset": None, "modified": None} | told
    return Page("https://e.org/a", "https://e.org/b/", body, media_type, **given)  # type: ignore[arg-type]


def test_a_page_is_recognised_by_both_of_its_addresses() -> None:
    listed = Candidate("http://www.e.org/a?utm_source=x", keys=(Key("guid", "7"),))
    draft = draft_of(listed, page())
    assert draft.shape == "page"
    assert draft.base_url == "https://e.org/b/"
    assert draft.keys == (Key("guid", "7"), Key("url", "e.org/a"), Key("url", "e.org/b"))


def test_what_the_listing_told_comes_along() -> None:
    facts = Facts(title="Told")
    draft = draft_of(Candidate("https://e.org/a", facts=facts, modified=DAY), page(modified=LATER))
    assert (draft.facts, draft.fallback_date) == (facts, DAY)
    assert draft_of(Candidate("https://e.org/a"), page(modified=LATER)).fallback_date == LATER


def test_the_server_s_charset_is_heeded() -> None:
    draft = draft_of(
        Candidate("https://e.org/a"), page("<p>жук</p>".encode("koi8-r"), charset="koi8-r")
    )
    assert draft.content == "<p>жук</p>"


@pytest.mark.parametrize("media_type", ["image/png", "application/pdf", "video/mp4\n\x1b[1m"])
def test_what_is_no_page_by_its_type_is_named(media_type: str) -> None:
    with pytest.raises(NotTextError) as caught:
        draft_of(Candidate("https://e.org/a"), page(media_type=media_type))
    assert "\n" not in caught.value.message
    assert caught.value.advice


@pytest.mark.parametrize("media_type", [None, "", "text/plain", "application/octet-stream"])
def test_pages_may_be_called_otherwise(media_type: str | None) -> None:
    assert draft_of(Candidate("https://e.org/a"), page(media_type=media_type)).content


def test_binary_data_that_calls_itself_a_page_is_named() -> None:
    with pytest.raises(NotTextError):
        draft_of(Candidate("https://e.org/a"), page(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 20))


def test_an_empty_page_has_no_article() -> None:
    with pytest.raises(NoArticleError):
        draft_of(Candidate("https://e.org/a"), page(b" \n"))
