"""Pages as HTML 5 has them, although the parser knows HTML 4."""

from __future__ import annotations

import pytest

from feeder.cleaner.markup.extract import extract
from feeder.markup import tree_of
from feeder.models import Page
from feeder.sources.listing.listing import Listing
from tests.site.prose import Prose


@pytest.mark.parametrize("around", ["<main><article>{}</article></main>", "<article>{}</article>"])
def test_a_page_that_leaves_out_body_keeps_its_article(around: str) -> None:
    paragraphs = Prose("no body").story()
    written = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = f"<!doctype html><title>A story</title>{around.format(f'<h1>A story</h1>{written}')}"
    assert extract(page).text == "\n\n".join(paragraphs)


def test_the_body_begins_at_the_first_element_that_is_none_of_a_heads() -> None:
    root = tree_of("<title>t</title><meta name=a><nav>n</nav>tail<style>s</style><p>p</p>")
    assert root is not None
    head, body = root
    assert [child.tag for child in head] == ["title", "meta"]
    assert [child.tag for child in body] == ["nav", "style", "p"]
    assert "".join(map(str, body.itertext())) == "ntailsp"


def test_a_head_of_its_own_elements_stays_as_it_is() -> None:
    root = tree_of("<head><title>t</title><noscript><img src=x></noscript></head><body>b</body>")
    assert root is not None
    assert [child.tag for child in root[0]][:2] == ["title", "noscript"]


def test_a_listing_without_body_is_one() -> None:
    items = "".join(
        f"<article><h2><a href='/a/{n}'>A headline that is long enough, {n}</a></h2></article>"
        for n in range(8)
    )
    url = "https://news.example/"
    page = Page(url, url, f"<!doctype html><title>News</title><main>{items}</main>".encode())
    assert len(Listing(url=url).discover(page).candidates) == 8
