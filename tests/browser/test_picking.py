"""Selectors picked by clicking, in a real browser: by mouse and keyboard, in sight of nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.vectors import LINES
from tests.previewing.picking import TITLES, listing, table

pytestmark = pytest.mark.slow


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """The page to be picked at, with much that is hostile in it."""
    alerts, asked, wrong = list[str](), list[str](), list[str]()

    def met(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    with table(listing("".join(LINES))) as (_, address):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.on("dialog", met)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        yield page
        origin = address.partition("?")[0]
        assert not alerts and not wrong
        assert asked and all(url.startswith(origin) for url in asked), asked
        context.close()


def test_a_click_marks_the_list_and_gives_lines_to_paste(tab: Page) -> None:
    tab.locator("#page a", has_text=TITLES[2]).first.click()
    expect(tab.locator("#told")).to_contain_text("8 articles")
    assert tab.locator("#page .m-item").count() == 8
    assert tab.locator("#page .m-date").count() == 8
    lines = tab.locator("#toml").inner_text()
    assert "[list]\nitem = " in lines and 'date = "' in lines
    expect(tab.locator("#rows li")).to_have_count(8)
    tab.check("text=its author")
    tab.locator("#page", has_text="Ida Quill").get_by_text("Ida Quill").first.click()
    expect(tab.locator("#toml")).to_contain_text('author = ".author"')
    tab.keyboard.press("c")
    expect(tab.locator("#told")).to_have_text("Copied.")
    assert tab.evaluate("navigator.clipboard.readText()") == tab.locator("#toml").text_content()


def test_the_keyboard_picks_narrows_widens_and_clears(tab: Page) -> None:
    for _ in range(3):
        tab.keyboard.press("j")
    expect(tab.locator("#told")).to_have_text(TITLES[0])
    tab.keyboard.press("Enter")
    expect(tab.locator("#told")).to_contain_text("8 articles")
    tab.keyboard.press("Escape")
    assert tab.locator("#page .m-item").count() == 0 and tab.locator("#toml").inner_text() == ""
    popular = tab.locator("#page li a", has_text=TITLES[0]).last
    popular.click()
    expect(tab.locator("#told")).to_contain_text("4 articles")
    while tab.locator("#wider").is_enabled():
        before = tab.locator("#told").inner_text()
        tab.keyboard.press("+")
        expect(tab.locator("#told")).not_to_have_text(before)
    tab.keyboard.press("-")
    expect(tab.locator("#told")).to_have_text(before)


def test_it_has_no_barriers(tab: Page) -> None:
    tab.locator("#page a", has_text=TITLES[2]).first.click()
    expect(tab.locator("#told")).to_contain_text("8 articles")
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        results = Axe().run(tab, context={"include": [["aside"]]})
        assert not results.response["violations"], results.generate_report()
