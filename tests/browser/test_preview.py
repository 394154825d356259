"""The page of a preview in a real browser: what went is marked, gone through and filtered; nothing
of a site's runs or is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.vectors import LINES
from tests.previewing.pages import EXAMPLE, page

pytestmark = pytest.mark.slow
STORY = "<p>The mill stood still for a week while its owner looked for a miller, and found one.</p>"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page(tmp_path_factory.mktemp("preview"), {"night-tram.html": EXAMPLE.read_text()})


def shown(browser: Browser, path: Path, *, scheme: str = "light", width: int = 1280) -> Page:
    tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    tab.goto(path.as_uri())
    return tab


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
def test_it_has_no_barriers_and_fits_its_screen(
    browser: Browser, example: Path, scheme: str, width: int
) -> None:
    tab = shown(browser, example, scheme=scheme, width=width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    # The order of headings is the articles' own.
    results = Axe().run(tab, options={"rules": {"heading-order": {"enabled": False}}})
    assert not results.response["violations"], results.generate_report()
    tab.close()


def test_the_keyboard_goes_through_what_went(browser: Browser, example: Path) -> None:
    tab = shown(browser, example)
    told = tab.locator("#told")
    tab.keyboard.press("n")
    expect(told).to_have_text("content: links – 3 words")
    tab.keyboard.press("n")
    expect(told).to_have_text("content: navigation nav – 4 words")
    assert tab.locator(".told.here").count() == 4
    tab.keyboard.press("p")
    expect(told).to_contain_text("content: links")
    assert "Marrow Bridge Courier" in tab.evaluate("document.activeElement.textContent")
    tab.close()


def test_a_rule_is_filtered_and_named_where_the_mouse_is(browser: Browser, example: Path) -> None:
    tab = shown(browser, example)
    crumbs = tab.locator(".told", has_text="Home › Town").first
    crumbs.hover()
    expect(tab.locator("#told")).to_contain_text("navigation crumbs")
    tab.get_by_label("content: navigation crumbs").uncheck()
    assert "line-through" not in crumbs.evaluate("one => getComputedStyle(one).textDecoration")
    tab.keyboard.press("a")
    assert tab.locator("#tools input:not(:checked)").count() == 0
    tab.keyboard.press("a")
    assert tab.locator(".told:not(.off)").count() == 0
    tab.close()


def test_nothing_of_a_sites_runs_or_is_loaded(browser: Browser, tmp_path: Path) -> None:
    hostile = "".join(LINES)
    body = f"<h1>Mill</h1>{STORY * 4}{hostile}<img src='http://127.0.0.1:9/x.png' alt=x>{STORY * 4}"
    path = page(tmp_path, {"mill.html": f"<html><body><article>{body}</article>{hostile}</body>"})
    tab = browser.new_page()
    alerts, asked, wrong = list[str](), list[str](), list[str]()

    def met(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    tab.on("dialog", met)
    tab.on("requestfinished", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.goto(path.as_uri())
    tab.keyboard.press("n")
    tab.wait_for_timeout(300)
    assert not alerts and not wrong and asked == [path.as_uri()]
    assert tab.locator("script").count() == 1
    tab.close()
