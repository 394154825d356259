"""The test site's blog is what it says: clean articles, holding validators, growing lists."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping

import pytest
from lxml import etree, html

import feeder
from tests.site.blog import Blog
from tests.site.server import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def get(site: Site, path: str, headers: Mapping[str, str] = {}) -> tuple[int, str, str]:
    """Status, body and ETag."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=5)
    try:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.getheader("ETag", "")
    finally:
        connection.close()


def test_every_list_of_a_blog_names_its_articles(site: Site) -> None:
    blog = Blog(articles=4)
    site.at("/", blog)
    listing = html.fromstring(get(site, "/")[1])
    assert [a.get("href") for a in listing.iterfind(".//h2/a")] == [s.path for s in blog.stories]
    urls = [site.url(f"/{s.path}") for s in blog.stories]
    atom = etree.fromstring(get(site, "/feed.atom")[1].encode())
    assert [link.get("href") for link in atom.iterfind("{*}entry/{*}link")] == urls
    rss = etree.fromstring(get(site, "/teasers.rss")[1].encode())
    assert [link.text for link in rss.iterfind(".//item/link")] == urls
    sitemap = etree.fromstring(get(site, "/sitemap.xml")[1].encode())
    assert [loc.text for loc in sitemap.iterfind(".//{*}loc")] == [site.url("/"), *urls]
    told = json.loads(get(site, "/api.json")[1])
    assert [item["url"] for item in told["data"]["articles"]] == urls


def test_the_articles_of_a_blog_are_as_they_were_written(site: Site) -> None:
    blog = Blog(articles=3)
    site.at("/", blog)
    for story in blog.stories:
        article = feeder.extract(get(site, f"/{story.path}")[1], site.url(f"/{story.path}"))
        assert article.title == story.title
        assert article.text.split("\n\n") == list(story.paragraphs)
        assert article.authors == (story.author,)
        assert article.published == story.published
        assert 150 < len(article.text.split()) < 900


def test_a_blog_says_the_same_twice_and_grows_when_told(site: Site) -> None:
    blog = Blog(articles=2, seed="same")
    site.at("/", blog)
    site.at("/again/", Blog(articles=2, seed="same"))
    status, first, etag = get(site, "/")
    assert first == get(site, "/again/")[1]
    assert get(site, "/", {"If-None-Match": etag})[0] == 304
    story = blog.publish()
    status, second, _ = get(site, "/", {"If-None-Match": etag})
    assert status == 200
    assert story.path in second
    assert story.path not in first


def test_an_edited_article_keeps_its_address(site: Site) -> None:
    blog = Blog(articles=2)
    site.at("/", blog)
    story = blog.stories[0]
    blog.edit(story, title="Another headline stands here", more="One more paragraph.")
    body = get(site, f"/{story.path}")[1]
    assert "Another headline stands here" in body
    assert "One more paragraph." in body
    blog.remove(story)
    assert get(site, f"/{story.path}")[0] == 404
    assert story.path not in get(site, "/")[1]
