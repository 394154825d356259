"""Which pictures a feed shows, and that nothing else changes with it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeder.cleaner.plain import text_of
from feeder.cleaner.sanitize import sanitise
from feeder.config.settings import FeedSettings
from feeder.models import Entry
from feeder.publish.compose import compose
from feeder.publish.pictures import without_pictures

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
ONE, TWO = "https://news.example/1.jpg", "https://news.example/2.jpg?a=1&b=2"
ENTRY = Entry(
    id="tag:news.example,2026:1",
    source="river",
    title="Flood",
    html=f'<p>It rose.</p><figure><img src="{ONE}" alt="The bridge under water"></figure>'
    f'<p><a href="https://news.example/"><img src="{TWO.replace("&", "&amp;")}" alt=""></a></p>',
    text="It rose.",
    published=NOON,
    updated=NOON,
    first_seen=NOON,
    image="https://news.example/lead.jpg",
)


def shown(images: Literal["all", "lead", "none"], entry: Entry = ENTRY) -> str:
    return compose(entry, None, FeedSettings(name="news", images=images)).html


def test_all_of_them_by_default() -> None:
    assert shown("all") == compose(ENTRY).html
    assert shown("all").count("<img") == 3


def test_the_lead_image_alone_stands_first() -> None:
    html = shown("lead")
    assert html.startswith('<p><img src="https://news.example/lead.jpg" alt=""></p>')
    assert html.count("<img") == 1
    assert html.endswith("<p>It rose.</p><figure>The bridge under water</figure>")


def test_a_lead_image_that_stood_within_stands_first() -> None:
    html = shown("lead", replace(ENTRY, image=ONE))
    assert html.startswith(f'<p><img src="{ONE}"')
    assert html.count("<img") == 1


def test_none_leaves_what_they_say() -> None:
    html = shown("none")
    assert html == "<p>It rose.</p><figure>The bridge under water</figure>"
    assert compose(ENTRY, None, FeedSettings(name="news", images="none")).image is None


def test_an_entry_that_is_nothing_but_a_picture_keeps_its_title() -> None:
    bare = replace(ENTRY, html=f'<p><img src="{ONE}"></p>', text="", title="Only a picture")
    assert shown("none", bare) == "<p>Only a picture</p>"


@pytest.mark.parametrize(
    "alt", ["&quot; onerror=&quot;alert(1)", "<script>alert(1)</script>", "a > b", "&lt;img&gt;"]
)
def test_what_a_picture_says_is_text(alt: str) -> None:
    html = sanitise(f'<p>x <img src="{ONE}" alt="{alt}"> y</p>')
    left = without_pictures(html)
    assert sanitise(left) == left
    assert "<img" not in left
    assert "<script" not in left


@settings(max_examples=200, deadline=None)
@given(st.text("<>\"'=/ impgctures&;alt-\n", max_size=80))
def test_whatever_the_markup_is_text_stays_and_pictures_go(raw: str) -> None:
    html = sanitise(f'<p>{raw}</p><img src="{ONE}" alt="said"><picture><img src="{ONE}"></picture>')
    left = without_pictures(html)
    assert "<img" not in left
    assert sanitise(left) == left
    assert text_of(html) in text_of(left) or "said" in text_of(left)


def test_many_pictures_take_linear_time() -> None:
    html = f'<p><img src="{ONE}" alt="x"></p>' * 20_000
    started = time.process_time()
    assert "<img" not in without_pictures(html)
    assert time.process_time() - started < 2
