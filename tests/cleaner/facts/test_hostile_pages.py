"""No page takes long to ask for its facts, whatever is in it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HTMLParser

from feeder.cleaner.markup.facts.read import read_facts
from tests.cleaner.facts.reading import told_by

MANY = 50_000
_PIECES = st.sampled_from(
    [
        *"<h1>A Story</h1>|<h1>|</h1>|<time datetime='|'>|<time>|</time>|<p>".split("|"),
        *"<div class=byline>|By Ann Reed|3 June 2024|<title>|</title>".split("|"),
        *"<span class=author>|<a rel=author>|</a>".split("|"),
        *"<meta name=author content='Ann Reed'>|<meta property=og:title content='|<svg>".split("|"),
        *"<link rel=canonical href='//['>|<script type=application/ld+json>|</script>".split("|"),
        *'{"headline":|[|]|}|<base href=x>|<html lang=|>|<meta content=x>|<body>|</body>'.split(
            "|"
        ),
        *"<meta name=date content=|é|\x00|\ufffe".split("|"),
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_any_markup_gives_facts(html: str) -> None:
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    root = etree.fromstring(f"<html>{html}</html>".encode("utf-8", "replace"), parser)
    if root is not None:
        told = read_facts(root, "https://site.example/x")
        assert all(len(one.text) <= 120 for one in told.evidence)


@pytest.mark.parametrize(
    "html",
    [
        "<h1>a</h1>" * MANY,
        "<h1>A Story</h1>" + "<p class=byline>By Ann Reed</p>" * MANY,
        "<h1>A Story</h1>" + "<i class=author>Ann</i>" * MANY,
        "<h1>A Story</h1>" + "<time datetime=x>y</time>" * MANY,
        "<h1>A Story</h1>" + "<p class=date>no date 2024</p>" * MANY,
        "".join(f"<p>{n} 2024 x</p>" for n in range(MANY)) + "<h1>A Story</h1>",
        "".join(f"<p>By Ann{'x' * (n % 7)} Reed {n}</p>" for n in range(MANY)),
        "".join(f"<p class='author x{n}'>{n}</p>" for n in range(MANY)),
        "<p class='" + "author " * MANY + "'>Ann Reed</p>",
        "<h1>A Story</h1><p class=byline>" + "By Ann Reed, " * MANY,
        "<h1>A Story</h1><p class=byline>" + "<a>Ann Reed</a>" * MANY,
        "<h1>A Story</h1><p>" + "By " * MANY,
        "<h1>A Story</h1><p class=date>" + "3 June " * MANY,
        "<h1>A Story</h1>" + "<div>" * 1_000 + "<time>3 June 2024</time>" * 500,
        "<h1>A Story</h1>" + "<div class=comment>" * 1_000 + "<b class=author>x</b>" * 500,
        "<meta name=author content='" + "Ann Reed and " * MANY + "'>",
        "<meta name=date content='" + "2024-06-03 " * MANY + "'>",
        "<meta name=keywords content='" + "a," * MANY + "'>",
        "<meta property=article:tag content=a>" * MANY,
        "".join(f"<meta name=author content='Ann Reed{n}'>" for n in range(MANY)),
        "<link rel=canonical href=//[>" * MANY,
        "<title>" + "a | " * MANY + "</title>" + "<h2>a | b</h2>" * 500,
        "<h1>" + "<b>a </b>" * MANY + "</h1>",
        "<h1>" + "<div>" * 1_500 + "x",
        "<html class=author><body class=author>" + "<p>x</p>" * MANY,
    ],
    ids=lambda html: html[:30],
)
def test_hostile_pages_take_no_time(html: str) -> None:
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    root = etree.fromstring(html.encode(), parser)
    began = time.process_time()
    read_facts(root, "https://site.example/x")
    assert time.process_time() - began < 1.5


def test_the_time_grows_with_the_page() -> None:
    def seconds(count: int) -> float:
        parser = HTMLParser(huge_tree=True, encoding="utf-8")
        root = etree.fromstring(("<div><p class=x>Words 2024</p></div>" * count).encode(), parser)
        began = time.process_time()
        read_facts(root, None)
        return time.process_time() - began

    seconds(100)
    # What grows with the square fails each time; a busy machine's caches fail once in a while.
    assert any(seconds(40_000) < 12 * seconds(10_000) + 0.1 for _ in range(3))


def test_a_page_without_a_body() -> None:
    assert told_by("<html><head><title>A</title></head></html>").facts.title == "A"
    assert told_by("<html><frameset><frame src=x></frameset></html>").facts.title is None
