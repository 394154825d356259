"""Pages that went wrong on their way, and what must hold of the article whatever they are."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree, html

from feeder.cleaner.plain import text_of
from feeder.cleaner.sanitize import ATTRIBUTES, TAGS, sanitise
from feeder.models import DROPPED_TEXT_LIMIT, Article
from feeder.text import one_line, xml_safe
from tests.cleaner import corpus

OURS = Path(__file__).parent / "pages"
_TAG = re.compile(rb"<[^<>]{0,500}>")
_ADDRESSES = frozenset({"href", "src", "poster", "cite"})
_ODD = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae", b"&#0;", b"&#xD800;", b"&#x1F600",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml version='1.0' encoding='utf-16'?>",
    b"<meta charset=utf-7>", b"<base href='javascript:alert(1)//'>", b"<plaintext>", b"<template>",
    b"<svg><style>", b"<math><mtext>", b"<table><tr>", b"<select>", b"<noscript>", b"<frameset>",
    b"<textarea>", b"<title>", b"<form>", b"<a href='java&#10;script:alert(1)'>", b"<o:p>", b"<b>",
    b"<img src=x onerror=alert(1)>", b"<script type=application/ld+json>[{\"@graph\":", b"\"", b"'",
    b"<iframe srcdoc='<script>alert(1)</script>'>", b"</html>", b"</body>", b"<body>", b"\x1b",
    b"<",
)  # fmt: skip

Mutation = Callable[[random.Random, bytes, bytes], bytes]


def mutated(seed: int, pages: Sequence[bytes]) -> bytes:
    """One of `pages` after up to six accidents; the same for the same seed and pages."""
    rng = random.Random(seed)
    page = rng.choice(pages)
    for _ in range(rng.randint(1, 6)):
        page = rng.choice(_MUTATIONS)(rng, page, rng.choice(pages))
    return page


def _span(rng: random.Random, page: bytes, longest: int) -> tuple[int, int]:
    start = rng.randint(0, len(page))
    return start, min(len(page), start + rng.randint(0, longest))


def _truncate(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return page[: rng.randint(0, len(page))]


def _cut(rng: random.Random, page: bytes, other: bytes) -> bytes:
    start, end = _span(rng, page, len(page) // 4)
    return page[:start] + page[end:]


def _duplicate(rng: random.Random, page: bytes, other: bytes) -> bytes:
    start, end = _span(rng, page, 20_000)
    return page[:end] + page[start:end] * rng.randint(1, 4) + page[end:]


def _swap(rng: random.Random, page: bytes, other: bytes) -> bytes:
    (a, b), (c, d) = sorted((_span(rng, page, 5_000), _span(rng, page, 5_000)))
    return page if b > c else page[:a] + page[c:d] + page[b:c] + page[a:b] + page[d:]


def _splice(rng: random.Random, page: bytes, other: bytes) -> bytes:
    return page[: rng.randint(0, len(page))] + other[rng.randint(0, len(other)) :]


def _nest(rng: random.Random, page: bytes, other: bytes) -> bytes:
    start, end = _span(rng, other, 20_000)
    at = rng.randint(0, len(page))
    return page[:at] + other[start:end] + page[at:]


def _corrupt(rng: random.Random, page: bytes, other: bytes) -> bytes:
    damaged = bytearray(page)
    for _ in range(rng.randint(1, 50) if page else 0):
        damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    return bytes(damaged)


def _insert(rng: random.Random, page: bytes, other: bytes) -> bytes:
    at = rng.randint(0, len(page))
    return page[:at] + rng.choice(_ODD) * rng.choice((1, 1, 1, 3, 300)) + page[at:]


def _tags(change: Callable[[random.Random, bytes, bytes], bytes]) -> Mutation:
    """A mutation that does something to one tag in a hundred."""

    def mutate(rng: random.Random, page: bytes, other: bytes) -> bytes:
        rate = rng.choice((0.003, 0.01, 0.1))
        names = _TAG.findall(other[:20_000]) or [b"<p>"]

        def replace(match: re.Match[bytes]) -> bytes:
            tag = match.group()
            return change(rng, tag, rng.choice(names)) if rng.random() < rate else tag

        return _TAG.sub(replace, page)

    return mutate


_MUTATIONS: tuple[Mutation, ...] = (
    _truncate,
    _cut,
    _duplicate,
    _swap,
    _splice,
    _nest,
    _corrupt,
    _insert,
    _insert,
    _tags(lambda rng, tag, other: b""),
    _tags(lambda rng, tag, other: tag * rng.randint(2, 5)),
    _tags(lambda rng, tag, other: other),
    _tags(lambda rng, tag, other: tag + other),
    _tags(lambda rng, tag, other: tag.replace(b"</", b"<")),
    _tags(lambda rng, tag, other: tag.replace(b">", b" ")),
    _tags(lambda rng, tag, other: tag.replace(b'"', b"")),
)


def pages(each: int = 40) -> list[bytes]:
    """Pages to begin with: our own, and `each` of every corpus that is there."""
    found = [path.read_bytes() for path in sorted(OURS.rglob("*.html"))]
    if corpus.CORPORA:
        for name in corpus.SETS:
            every = sorted(corpus.pages(name), key=lambda page: str(page[0]["id"]))
            found += [raw for _, raw in every[:: max(1, len(every) // each)]]
    return found


def check(article: Article) -> None:
    """What holds of every article: valid, safe, bounded, and the same when sanitised again."""
    assert sanitise(article.html) == article.html
    assert text_of(article.html) == article.text
    assert xml_safe(article.html) == article.html
    etree.fromstring(f"<page>{_as_xml(article.html)}</page>", etree.XMLParser(huge_tree=True))
    for element in html.fragment_fromstring(article.html, create_parent="div").iterdescendants():
        _check_element(element)
    for line in (article.title, *article.authors, *article.categories, article.summary or ""):
        assert xml_safe(line) == line
        assert one_line(line) == line
    source = article.attribution.url if article.attribution else None
    for address in (article.image, source):
        assert address is None or urlsplit(address).scheme in ("http", "https")
    for moment in (article.published, article.modified):
        assert moment is None or moment.tzinfo is not None
    for text in (*(one.text for one in article.dropped), *(one.text for one in article.evidence)):
        assert len(text) <= DROPPED_TEXT_LIMIT


def _as_xml(markup: str) -> str:
    """HTML as the sanitiser writes it, with what XML writes otherwise."""
    closed = re.sub(r"<(?:br|img|hr|wbr|source|col)\b[^<>]*", r"\g<0>/", markup)
    return closed.replace("&nbsp;", "&#160;")


def _check_element(element: html.HtmlElement) -> None:
    assert element.tag in TAGS
    allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(str(element.tag), set()) | {"rel"}
    assert set(map(str, element.attrib)) <= allowed
    for name in _ADDRESSES & set(element.keys()):
        schemes = ("http", "https", "mailto") if element.tag == "a" else ("http", "https")
        assert urlsplit(element.get(name) or "").scheme in schemes
