"""Feeds in XML in a real browser: a hint, titles and dates in place of a tree of elements."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Route

from feeder.generator import Renderer
from feeder.generator.atom import Atom
from feeder.generator.rss import Rss
from feeder.generator.stylesheet import Stylesheet
from feeder.models import Catalogue, Document
from tests.generator.test_atom import full_feed

pytestmark = pytest.mark.slow
SITE = "https://news.example/"


@pytest.mark.parametrize("renderer", [Atom(), Rss()])
def test_a_feed_is_shown_with_a_hint_and_without_its_escaped_content(
    browser: Browser, renderer: Renderer
) -> None:
    feed = replace(full_feed(), stylesheet=SITE + Stylesheet.path)
    documents = [renderer.render(feed), Stylesheet().render(Catalogue("Feeds", SITE, ()))]
    served = {SITE + document.path: document for document in documents}
    page = browser.new_page(viewport={"width": 320, "height": 640})
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/*", lambda route: _answer(route, served))
    page.goto(SITE + renderer.path("river"))
    assert "Річка" in page.evaluate("document.documentElement.textContent")
    shown = page.evaluate(
        """() => [...document.documentElement.querySelectorAll("*")]
            .filter(one => one.getClientRects().length && !one.children.length)
            .map(one => one.localName)"""
    )
    assert {"title", "link"} <= set(shown)
    assert not {"content", "encoded", "id", "guid", "generator"} & set(shown)
    root = "document.querySelector('feed, channel')"
    assert "web feed" in page.evaluate(f"getComputedStyle({root}, '::before').content")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert set(asked) == set(served)
    page.close()


def _answer(route: Route, served: dict[str, Document]) -> None:
    document = served.get(route.request.url)
    if document is None:
        route.abort()
    else:
        route.fulfill(body=document.body, content_type=document.media_type)
