"""Draws the pictures of the status pages for README: `python -m tools.picture_status`.

Needs $FEEDER_BROWSER, the path of a Chromium, and what the tests need.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.server.pages.looking import Visitor, serving
from tests.server.pages.town import town

PICTURES = Path(__file__).resolve().parent.parent / "docs/pictures"
WIDE, NARROW = (1280, 860), (360, 740)
SHOWN = (
    ("status", "", "light", WIDE),
    ("status-dark", "", "dark", WIDE),
    ("status-phone", "?q=harbour", "light", NARROW),
    ("status-source", "sources/subscribers-only", "light", WIDE),
    ("status-entry", "entry", "light", (1280, 700)),
)


def main() -> None:
    """Draw them all."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = os.environ["FEEDER_BROWSER"]
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        now = datetime.now(UTC)
        with town(Path(folder), now, hours=24, published=True) as app:
            app.store.begin_service(now)
            with serving(app, actions=True) as visitor:
                for name, place, scheme, size in SHOWN:
                    _draw(browser, visitor, name, place, scheme, size)
        browser.close()


def _draw(
    browser: Browser, visitor: Visitor, name: str, place: str, scheme: str, size: tuple[int, int]
) -> None:
    if place == "entry":
        links = visitor.ask("sources/harbour-news").page.xpath("//section[@id='entries']//@href")
        place = links[0].removeprefix("../")
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.context.add_cookies(visitor.cookies)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"http://localhost:{visitor.port}/status/{place}")
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
