"""A preview asks for nothing twice, and has pages drawn as a refresh has."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from feeder.errors import LayoutError
from feeder.fetch import Draws
from feeder.models import Page, Validators
from feeder.previewing.once import once_of
from feeder.refresh.drawing import drawn

ADDRESS = "https://a.example/"
SHELL = Page(ADDRESS, ADDRESS, b"<div id=root></div><script src=a></script>")
NOTHING = LayoutError("no articles")


@dataclass
class Plain:
    asked: list[str] = field(default_factory=list)

    def fetch(self, address: str, validators: Validators | None = None) -> Page | None:
        self.asked.append(address)
        return SHELL


@dataclass
class Drawing(Plain):
    had_drawn: list[Page] = field(default_factory=list)

    def draw(self, page: Page) -> Page:
        self.had_drawn.append(page)
        return replace(page, body=b"<p>drawn</p>" + page.body)


def test_a_page_is_drawn_once_and_kept_as_it_was_drawn() -> None:
    fetcher = Drawing()
    once = once_of(fetcher)
    page = once.fetch(ADDRESS)
    assert page is SHELL
    shown = drawn(once, page, NOTHING)
    assert shown is not None and shown.body.startswith(b"<p>drawn")
    assert once.pages == {ADDRESS: shown}
    assert once.fetch(ADDRESS) is shown
    assert drawn(once, shown, NOTHING) is None  # it would be no other the second time
    assert (fetcher.asked, fetcher.had_drawn) == ([ADDRESS], [SHELL])


def test_where_no_browser_is_allowed_none_is() -> None:
    once = once_of(Plain())
    assert not isinstance(once, Draws)
    assert drawn(once, SHELL, NOTHING) is None
