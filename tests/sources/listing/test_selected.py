"""A listing that a person described: what selectors find is told, what they miss is named."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from feeder.errors import LayoutError
from feeder.models import Key
from feeder.sources import Found
from feeder.sources.listing.listing import Listing
from feeder.urls import address_key
from tests.sources.listing.pages_set import page

ITEM = """<li class="row"><a href="/tag/x">x</a>
<h3><a href="/news/{0}?utm_source=list#top">Title {0}</a></h3>
<span class="when" title="">{0} mars 2024 à 10:00</span><p>Summary  {0}</p>
<img data-src="/{0}.jpg" src="data:image/gif;base64,AA"><b>Ann</b> <b>Bo</b></li>"""
LIST = '<html lang="fr"><body><ul>{}</ul><a id="older" href="/?p=2">older</a></body></html>'


def listing(items: range = range(1, 4)) -> str:
    return LIST.format("".join(ITEM.format(number) for number in items))


def described(**options: Any) -> Listing:
    return Listing(url="https://example.org/", **options)


def discover(body: str, *, address: str = "https://example.org/", **options: Any) -> Found:
    return described(**options).discover(page(body, address))


def test_the_link_of_an_items_heading_is_its_link() -> None:
    found = discover(listing(), list={"item": "li.row"})
    assert [candidate.address for candidate in found.candidates] == [
        f"https://example.org/news/{number}" for number in (1, 2, 3)
    ]
    first = found.candidates[0]
    assert first.keys == (Key("url", address_key(first.address)),)
    assert found.instead == ()


def test_what_selectors_name_is_told() -> None:
    selectors = {
        "item": "li.row",
        "link": "h3 a",
        "title": "h3",
        "date": ".when",
        "summary": "p",
        "image": "img",
        "author": "//b",
    }
    found = discover(listing(), list=selectors, timezone="Europe/Paris")
    facts = found.candidates[1].facts
    assert facts.title == "Title 2"
    assert facts.summary == "Summary 2"
    assert facts.image == "https://example.org/2.jpg"
    assert facts.authors == ("Ann", "Bo")
    assert facts.published == datetime(2024, 3, 2, 9, 0, tzinfo=UTC)
    assert found.candidates[1].modified == facts.published
    assert found.faults == ()


def test_without_item_the_links_are_the_items() -> None:
    found = discover(listing(), list={"link": "//h3/a/@href"})
    assert len(found.candidates) == 3


def test_a_selector_that_finds_nothing_is_named_with_what_the_page_has() -> None:
    with pytest.raises(LayoutError, match=r"item = 'li\.gone' finds nothing.*7 links") as caught:
        discover(listing(), list={"item": "li.gone"})
    assert "correct item" in caught.value.advice


def test_items_without_a_link_are_counted_in_one_fault() -> None:
    body = LIST.format(ITEM.format(1) + '<li class="row">none</li>' * 5)
    found = discover(body, list={"item": "li.row"})
    assert len(found.candidates) == 1
    (fault,) = found.faults
    assert fault.message == "link finds nothing in 5 of 6 items"
    assert fault.kind == "layout"


def test_a_fact_is_missed_only_where_no_item_has_it() -> None:
    found = discover(listing(), list={"item": "li.row", "date": ".gone", "title": "h3"})
    assert [fault.message for fault in found.faults] == ["date finds nothing in 3 of 3 items"]


def test_items_of_which_none_has_a_link_are_no_listing() -> None:
    with pytest.raises(LayoutError, match="none of the 2 items"):
        discover(LIST.format("<li class=row>a</li>" * 2), list={"item": "li.row"})


def test_a_further_page_without_items_ends_the_list() -> None:
    found = discover("<p>empty</p>", address="https://example.org/?p=9", list={"item": "li.row"})
    assert found == Found()


def test_next_is_followed_on_the_same_site_only() -> None:
    selectors = {"item": "li.row", "next": "#older"}
    assert discover(listing(), list=selectors).wanted == ("https://example.org/?p=2",)
    body = listing().replace("/?p=2", "https://example.com/?p=2")
    assert discover(body, list=selectors).wanted == ()


def test_patterns_leave_out_articles() -> None:
    found = discover(listing(), list={"item": "li.row", "exclude": ["*/news/2"]})
    assert len(found.candidates) == 2


@pytest.mark.parametrize("selector", ["li[", "//li[", "li:::x"])
def test_a_selector_that_is_none_is_refused_where_it_stands(selector: str) -> None:
    with pytest.raises(ValidationError) as caught:
        described(list={"title": selector})
    assert caught.value.errors()[0]["loc"] == ("list", "title")


def test_a_listing_can_be_handed_to_a_worker() -> None:
    source = described(list={"item": "li"}, timezone="Asia/Tokyo")
    assert pickle.loads(pickle.dumps(source)) == source
