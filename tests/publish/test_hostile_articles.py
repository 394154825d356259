"""Whatever a site puts into an article is published in documents that everybody can read, and that
say nothing but what the sanitiser allows. `tests/browser/` shows the same to a browser.
"""

from __future__ import annotations

from dataclasses import replace

import html5lib
import pytest

from feeder.cleaner.sanitize import ATTRIBUTES, TAGS
from feeder.generator import Renderer
from feeder.generator.atom import Atom
from feeder.generator.html import Html
from feeder.generator.json_feed import JsonFeed
from feeder.generator.rss import Rss
from feeder.models import Feed
from feeder.urls import mail_link, resolve
from tests.browser.vectors import LINES, contents, feed
from tests.validating import assert_valid

RENDERERS = (Atom(), Rss(), JsonFeed(), Html())


@pytest.fixture(scope="module")
def whole() -> Feed:
    return feed()


@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda one: type(one).__name__)
def test_every_vector_is_in_documents_that_our_strict_readers_take(
    renderer: Renderer, whole: Feed
) -> None:
    renderer.check(renderer.render(whole))


@pytest.mark.slow
@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda one: type(one).__name__)
def test_every_vector_is_in_documents_that_other_people_take(
    renderer: Renderer, whole: Feed
) -> None:
    its = replace(whole, self_url=f"https://a.example/{renderer.path(whole.name)}")
    assert_valid(renderer.render(its))


def test_labels_hold_nothing_that_a_browser_takes_for_a_tag(whole: Feed) -> None:
    for entry in whole.entries:
        assert entry.origin
        labels = (entry.title, entry.summary or "", entry.origin.title)
        for label in (*labels, *entry.authors, *entry.categories):
            assert len(html5lib.parseFragment(label, namespaceHTMLElements=False)) == 0


def test_addresses_lead_to_the_web_or_nowhere(whole: Feed) -> None:
    for entry in whole.entries:
        place = entry.attribution.url if entry.attribution else None
        files = (file.url for file in entry.enclosures)
        for url in (entry.url, entry.image, place, *files):
            assert url is None or resolve(url) == url


def test_content_holds_what_is_allowed_wherever_the_vector_stands(whole: Feed) -> None:
    made = {entry.html for entry in whole.entries}
    made.update(html for number in range(len(LINES)) for html in contents(number))
    for html in made:
        for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
            if element.tag == "DOCUMENT_FRAGMENT":
                continue
            assert element.tag in TAGS, html
            allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(element.tag, set()) | {"rel"}
            assert set(element.attrib) <= allowed, html
            for name in {"href", "src", "cite", "poster"} & set(element.attrib):
                url = element.get(name)
                assert url in {resolve(url), mail_link(url)}, html
