"""Pages for people in a real browser: usable by everybody, and asking nobody but for pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from feeder.generator.html import Html
from feeder.generator.index import Index
from tests.generator.test_html import ARABIC, CATALOGUE, ENTRY, FEED

pytestmark = pytest.mark.slow
LONG = replace(ENTRY, title="Longest" * 40, summary="words " * 60)
PAGES = {
    "feed": Html().render(replace(FEED, entries=(ENTRY, ARABIC, LONG))).body.decode(),
    "bare": Html().render(replace(FEED, language=None, entries=())).body.decode(),
    "index": Index().render(CATALOGUE).body.decode(),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barriers_and_fits_a_small_screen(
    browser: Browser, name: str, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    said, asked = list[str](), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.resource_type))
    page.route("**/*", lambda route: route.fulfill(body=b"", content_type="image/png"))
    page.set_content(PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert set(asked) <= {"image"} and not said
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    width = page.evaluate("getComputedStyle(document.body).maxWidth")
    assert width != "none", "the policy keeps its own style out"
    results = Axe().run(page)
    assert not results.response["violations"], results.generate_report()
    page.close()
