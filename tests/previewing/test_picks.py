"""A click means a list of articles, wider or narrower; what is derived finds just these."""

from __future__ import annotations

from datetime import UTC

import pytest
from lxml.html import fromstring

from feeder.models import Page
from feeder.previewing.picks import Picked, Picks, drawn, picked
from tests.browser.vectors import LINES
from tests.previewing.picking import TITLES, listing, number_of


def click(page: Page, words: str, choice: int | None = None, **details: int) -> Picked:
    return picked(page, Picks((number_of(page, words),), choice, details), UTC)


def test_a_click_on_a_title_finds_the_list_and_what_its_items_tell() -> None:
    page = listing()
    found = click(page, TITLES[3])
    assert found.settings is not None and found.found is not None and found.marks is not None
    assert found.choices[found.choice] == 8
    assert found.found == dict.fromkeys(found.found, 8)
    assert {"item", "link", "title", "date"} <= found.found.keys()
    assert [row[0] for row in found.rows] == list(TITLES)
    assert found.rows[0][1:] == ("2026-03-10", "https://courier.example/2026/0-story")
    assert number_of(page, TITLES[3]) in found.marks["link"]


def test_another_list_of_the_page_is_that_list() -> None:
    page = listing()
    text = drawn(page)
    second = text.rindex(TITLES[0].split(",")[0])
    number = int(text[:second].rpartition('data-n="')[2].partition('"')[0])
    found = picked(page, Picks((number,)), UTC)
    assert found.choices[found.choice] == 4


def test_what_tells_a_detail_is_picked_by_one_more_click() -> None:
    page = listing()
    found = click(page, TITLES[0], author=number_of(page, "Ida Quill"))
    assert found.settings is not None and found.settings.author == ".author"
    assert found.found is not None and found.found["author"] == 8


def test_a_click_that_is_no_articles_says_what_to_do() -> None:
    page = listing("<p>The end.</p>")
    lonely = Page(
        page.url, page.url, b"<p><a href=/one>One</a></p><p>Nothing here</p>", "text/html"
    )
    assert "second article" in click(lonely, "One").fault
    empty = Page(page.url, page.url, b"<p>Nothing here</p>", "text/html")
    assert "no link" in click(empty, "Nothing here").fault
    assert picked(page, Picks((99_999,)), UTC).fault


def test_rows_of_a_table_are_marked_by_their_cells() -> None:
    rows = "".join(
        f'<tr class="row"><td><a href="/{n}-story">{title}</a></td>'
        f'<td class="when">2026-03-{n + 10}</td></tr>'
        for n, title in enumerate(TITLES)
    )
    address = "https://courier.example/"
    page = Page(address, address, f"<table class=news>{rows}</table>".encode(), "text/html")
    found = click(page, TITLES[0])
    assert found.marks is not None and found.found is not None
    assert found.found["item"] == 8 and len(found.marks["item"]) >= 8
    assert all(f'data-n="{number}"' in drawn(page) for number in found.marks["item"])


@pytest.mark.parametrize("line", LINES[:: len(LINES) // 20 or 1])
def test_nothing_of_a_strangers_is_in_the_page(line: str) -> None:
    for element in fromstring(f"<div>{drawn(listing(line))}</div>").iter():
        assert element.tag not in {"script", "style", "iframe", "img", "svg", "form", "object"}
        attributes = set(map(str, element.keys()))
        assert not attributes & {"href", "src", "style", "id", "class", "name"}
        assert not any(name.startswith("on") for name in attributes)
