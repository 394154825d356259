"""A page in which nothing was found is drawn where that is allowed, and remembered as drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from feeder.errors import LayoutError, NoArticleError, SourceError, StatusError, WallError
from feeder.fetch import Fetcher
from feeder.models import Page, Validators
from feeder.refresh.drawing import drawn

SHELL = Page("https://a.example/", "https://a.example/", b"<div id=root></div><SCRIPT src=a>")
WHOLE = Page("https://a.example/", "https://a.example/", b"<p>drawn</p>")


@dataclass
class Plain:
    """A fetcher that draws nothing."""

    def fetch(self, address: str, validators: Validators | None = None) -> Page | None:
        return SHELL


@dataclass
class Drawing(Plain):
    """One that draws."""

    asked: list[Page] = field(default_factory=list)

    def draw(self, page: Page) -> Page:
        self.asked.append(page)
        return WHOLE


@pytest.mark.parametrize(
    ("error", "helps"),
    [
        (WallError("a shell", wall="shell"), True),
        (LayoutError("no articles"), True),
        (NoArticleError("no article"), True),
        (WallError("a log-in", wall="log-in"), False),
        (StatusError("404", status=404), False),
    ],
)
def test_what_shows_nothing_is_drawn(error: SourceError, helps: bool) -> None:
    fetcher = Drawing()
    assert drawn(fetcher, SHELL, error) == (WHOLE if helps else None)
    assert len(fetcher.asked) == helps


@pytest.mark.parametrize(
    ("fetcher", "page"),
    [(Plain(), SHELL), (Drawing(), Page("https://a.example/", "https://a.example/", b"<p>x</p>"))],
    ids=["not allowed", "no scripts"],
)
def test_what_may_not_or_cannot_be_drawn_is_not(fetcher: Fetcher, page: Page) -> None:
    assert drawn(fetcher, page, LayoutError("no articles")) is None
