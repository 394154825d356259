"""Files that belong to an article, from feeds, APIs and pages, as far as the article on record."""

from __future__ import annotations

import json

import pytest

import feeder
from feeder.enclosures import MOST, enclosure_of
from feeder.models import Enclosure, Page
from feeder.sources.feed import Feed
from feeder.sources.json_api import JsonApi
from feeder.store.candidates import candidate_text, to_candidate
from tests.site.prose import Prose

AT = "https://radio.example/feed"
EPISODE = Enclosure("https://radio.example/1.mp3", "audio/mpeg", 1234)
RSS = """<rss version="2.0"><channel><title>Radio</title><item><title>One</title>
<link>https://radio.example/1</link><description>An episode.</description>%s</item></channel></rss>
"""


def discovered(body: str) -> tuple[Enclosure, ...]:
    page = Page(AT, AT, body.encode())
    (candidate,) = Feed(url=AT).discover(page).candidates
    assert to_candidate(candidate_text(candidate)) == candidate
    return candidate.facts.enclosures


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('url="/1.mp3" type="audio/mpeg" length="1234"', EPISODE),
        ('url="/1.mp3" type="AUDIO/MPEG; x=y" length="0"', Enclosure(EPISODE.url, "audio/mpeg")),
        ('url="/1.mp3" length="many"', Enclosure(EPISODE.url, "audio/mpeg")),
        (
            'url="/1.pdf?x=1" type="application/pdf" length="99999999999999999999"',
            Enclosure("https://radio.example/1.pdf?x=1", "application/pdf"),
        ),
    ],
)
def test_of_a_feed(written: str, expected: Enclosure) -> None:
    assert discovered(RSS % f"<enclosure {written}/>") == (expected,)


@pytest.mark.parametrize(
    "written",
    [
        'url="javascript:alert(1)//a.mp3" type="audio/mpeg"',
        'url="data:audio/mpeg;base64,AAAA" type="audio/mpeg"',
        'url="/1.jpg" type="image/jpeg"',
        'url="/1.bin" type="no type"',
        'url="" type="audio/mpeg"',
        'type="audio/mpeg"',
    ],
)
def test_what_is_no_file_for_readers_is_left_out(written: str) -> None:
    assert discovered(RSS % f"<enclosure {written}/>") == ()


def test_no_more_than_an_episode_may_have() -> None:
    many = "".join(f'<enclosure url="/{n}.mp3" type="audio/mpeg"/>' for n in range(500))
    assert len(discovered(RSS % many)) == MOST


def test_of_a_json_feed() -> None:
    attachment = {"url": "1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 1234}
    item = {"id": "1", "url": "https://radio.example/1", "content_text": "An episode."}
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Radio",
        "items": [{**item, "attachments": [attachment, {"url": 5}, "x"]}],
    }
    assert discovered(json.dumps(document)) == (EPISODE,)


def test_of_an_api() -> None:
    source = JsonApi.model_validate(
        {"url": AT, "items": "items", "fields": {"url": "link", "enclosure": "audio"}}
    )
    answer = {"items": [{"link": "/1", "audio": "/1.mp3"}, {"link": "/2"}]}
    page = Page(AT, AT, json.dumps(answer).encode())
    with_one, without = source.discover(page).candidates
    assert with_one.facts.enclosures == (Enclosure(EPISODE.url, "audio/mpeg"),)
    assert without.facts.enclosures == ()


def test_of_a_page_whose_article_plays_them() -> None:
    prose = Prose("radio")
    paragraphs = [f"<p>{prose.paragraph()}</p>" for _ in range(6)]
    player = '<audio controls><source src="1.opus"><source src="1.mp3" type="audio/mpeg"></audio>'
    body = "".join([*paragraphs[:3], player, *paragraphs[3:], "<video src='blob:x'></video>"])
    page = f"<html><body><nav><audio src='/jingle.mp3'></audio></nav><article>{body}</article>"
    article = feeder.extract(page, url="https://radio.example/shows/1")
    expected = Enclosure("https://radio.example/shows/1.mp3", "audio/mpeg")
    assert article.enclosures == (expected,)
    assert any(one.field == "enclosures" for one in article.evidence)


@pytest.mark.parametrize(
    "type_", ["audio/" + "x" * 999, "audio", "a b/c", "\ud800/x", "text/html<"]
)
def test_a_type_that_is_none_is_told_by_the_ending(type_: str) -> None:
    assert enclosure_of("https://x.example/a.mp3", type_) == Enclosure(
        "https://x.example/a.mp3", "audio/mpeg"
    )
    assert enclosure_of("https://x.example/a", type_) is None
