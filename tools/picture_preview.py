"""Draws the pictures of previews for docs/previewing.md: `python -m tools.picture_preview`.

Needs $FEEDER_BROWSER, the path of a Chromium, and what the tests need.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.previewing.pages import EXAMPLE, page
from tests.previewing.picking import TITLES, listing, table

PICTURES = Path(__file__).resolve().parent.parent / "docs/pictures"


def main() -> None:
    """Draw them all."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = os.environ["FEEDER_BROWSER"]
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        _draw_removals(browser, Path(folder))
        _draw_picking(browser)
        browser.close()


def _draw_removals(browser: Browser, folder: Path) -> None:
    """The page of `feeder preview --open`, at what was dropped from the middle of the article."""
    shown = page(folder, {"night-tram.html": EXAMPLE.read_text()})
    tab = browser.new_page(viewport={"width": 1280, "height": 980})
    tab.goto(shown.as_uri())
    while "newsletter" not in tab.inner_text("#told"):
        tab.keyboard.press("n")
    tab.evaluate("scrollTo(0, 0)")
    tab.screenshot(path=PICTURES / "preview-open.png")
    tab.close()


def _draw_picking(browser: Browser) -> None:
    """The page of `feeder preview --pick`, after a click at the third title."""
    with table(listing()) as (_, address):
        tab = browser.new_page(viewport={"width": 1280, "height": 860})
        tab.goto(address)
        tab.locator("#page a", has_text=TITLES[2]).first.click()
        tab.wait_for_selector("#rows li")
        tab.screenshot(path=PICTURES / "preview-pick.png")
        tab.close()


if __name__ == "__main__":
    main()
