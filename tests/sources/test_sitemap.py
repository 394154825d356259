"""A sitemap gives its newest articles, an index its sitemaps, and anything else a named error."""

from __future__ import annotations

import gzip
import pickle
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from feeder.errors import LayoutError, SourceError, TooLargeError, UnreadableError
from feeder.models import Candidate, Facts, Page
from feeder.sources import Found
from feeder.sources.sitemap import Sitemap

URL = "https://example.org/sitemap.xml"
HEAD = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
NEWS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">'
)


def discover(body: str | bytes, charset: str | None = None, **options: Any) -> Found:
    data = body.encode() if isinstance(body, str) else body
    page = Page(URL, URL, data, charset=charset)
    return Sitemap(url=URL, **options).discover(page)


def entry(path: str, lastmod: str = "", more: str = "") -> str:
    when = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>https://example.org{path}</loc>{when}{more}</url>"


def urlset(*entries: str) -> str:
    return f"{HEAD}{''.join(entries)}</urlset>"


def index(*paths: str, host: str = "https://example.org") -> str:
    """A path, and behind a space its lastmod."""
    items = "".join(
        f"<sitemap><loc>{host}{path.partition(' ')[0]}</loc>"
        f"<lastmod>{path.partition(' ')[2]}</lastmod></sitemap>"
        for path in paths
    )
    return (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</sitemapindex>'
    )


def paths(found: Found) -> list[str]:
    return [c.address.removeprefix("https://example.org") for c in found.candidates]


def sitemaps(found: Found) -> list[str]:
    return [address.removeprefix("https://example.org") for address in found.wanted]


def test_the_newest_come_first_and_those_without_a_date_behind_them_in_their_order() -> None:
    body = urlset(
        entry("/undated-one"),
        entry("/old-story", "2026-01-01"),
        entry("/new-story", "2026-03-01T10:00:00+02:00"),
        entry("/undated-two"),
        entry("/newer-story", "2026-03-01T09:00:00Z"),
    )
    wanted = ["/newer-story", "/new-story", "/old-story", "/undated-one", "/undated-two"]
    assert paths(discover(body)) == wanted


def test_fifty_thousand_addresses_give_the_newest_two_hundred() -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    days = [(start + timedelta(hours=n * 7919 % 50_000)).isoformat() for n in range(50_000)]
    found = discover(urlset(*(entry(f"/s/{day}", day) for day in days)))
    assert paths(found) == [f"/s/{day}" for day in sorted(days, reverse=True)[:200]]


def test_without_any_dates_both_ends_are_taken() -> None:
    found = discover(urlset(*(entry(f"/the-story-number-{n}") for n in range(5_000))))
    numbers = [int(path.rpartition("-")[2]) for path in paths(found)]
    assert numbers == [*range(100), *range(4_900, 5_000)]


def test_the_day_in_an_address_tells_its_age_where_nothing_else_does() -> None:
    body = urlset(*(entry(f"/2026/{month:02}/05/story") for month in (3, 11, 7)))
    assert paths(discover(body)) == ["/2026/11/05/story", "/2026/07/05/story", "/2026/03/05/story"]


def test_an_address_that_stands_twice_counts_once_with_its_later_date() -> None:
    body = urlset(
        entry("/a-story", "2026-01-01"), entry("/b-story", "2026-01-02"),
        entry("/a-story", "2026-01-03"),
    )  # fmt: skip
    assert paths(discover(body)) == ["/a-story", "/b-story"]


def test_a_moved_lastmod_has_the_page_read_again() -> None:
    before, after = (
        discover(urlset(entry("/a", day))).candidates[0] for day in ("2026-01-01", "2026-01-02")
    )
    assert before.validators.etag == "2026-01-01"
    assert before.validators != after.validators
    assert after.modified == datetime(2026, 1, 2, tzinfo=UTC)
    assert discover(urlset(entry("/a"))).candidates[0].validators.etag is None


def test_a_date_without_a_zone_is_in_the_sources() -> None:
    found = discover(urlset(entry("/a", "2026-01-02T10:00:00")), timezone="Asia/Tokyo")
    assert found.candidates[0].modified == datetime(2026, 1, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-05", datetime(2026, 5, 1, tzinfo=UTC)),
        ("2026-05-12T10:00Z", datetime(2026, 5, 12, 10, tzinfo=UTC)),
        ("2026-05-12T10:00:00.1234567+00:00", datetime(2026, 5, 12, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2026-05-12 10:00:00 +0200", datetime(2026, 5, 12, 8, tzinfo=UTC)),
        ("Tue, 12 May 2026 10:00:00 GMT", datetime(2026, 5, 12, 10, tzinfo=UTC)),
        ("yesterday", None),
        ("0000-00-00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2026-13-45", None),
    ],
)
def test_dates_in_the_forms_that_sitemaps_have(written: str, read: datetime | None) -> None:
    assert discover(urlset(entry("/a", written))).candidates[0].modified == read


def test_a_news_sitemap_tells_title_date_language_and_keywords() -> None:
    news = (
        "<news:news><news:publication><news:name>The Post</news:name>"
        "<news:language>en</news:language></news:publication>"
        "<news:publication_date>2026-05-12T08:00:00Z</news:publication_date>"
        "<news:title>Bridge &amp; river</news:title>"
        "<news:keywords>Rivers, bridges,, Rivers</news:keywords></news:news>"
        "<image:image><image:loc>/one.jpg</image:loc></image:image>"
        "<image:image><image:loc>/two.jpg</image:loc></image:image>"
        '<xhtml:link rel="alternate" hreflang="de" href="https://example.org/de/a"/>'
    )
    (candidate,) = discover(f"{NEWS}{entry('/a', '2026-05-13', news)}</urlset>").candidates
    assert candidate.facts == Facts(
        title="Bridge & river",
        categories=("Rivers", "bridges"),
        published=datetime(2026, 5, 12, 8, tzinfo=UTC),
        image="https://example.org/one.jpg",
        language="en",
    )
    assert candidate.modified == datetime(2026, 5, 13, tzinfo=UTC)
    assert [key.kind for key in candidate.keys] == ["url"]


@pytest.mark.parametrize(
    "body",
    [
        "<urlset><url><loc>https://example.org/a</loc></url></urlset>",
        '<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9/">'
        "<url><loc>https://example.org/a</loc></url></urlset>",
        '<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">'
        "<url><loc>https://example.org/a</loc></url></urlset>",
        "<URLSET><URL><LOC> https://example.org/a\n</LOC></URL></URLSET>",
        '<s:urlset xmlns:s="x"><s:url><s:loc>https://example.org/a</s:loc></s:url></s:urlset>',
        "<urlset><url><loc>https://example.org/a</loc><news:news/></url></urlset>",
        "\ufeff\n<urlset><url><loc><![CDATA[https://example.org/a]]></loc></url></urlset>",
        "<!DOCTYPE urlset SYSTEM 'file:///etc/passwd'><urlset><url><loc>/a</loc></url></urlset>",
        "\n<?xml version='1.0' encoding='utf-16'?>"
        "<urlset><url><loc>https://example.org/a</loc></url></urlset>",
        "https://example.org/a\r\n",
        "\ufeffhttps://example.org/a",
    ],
)
def test_sitemaps_as_people_write_them_are_read(body: str) -> None:
    assert paths(discover(body)) == ["/a"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1"])
def test_other_encodings_than_utf_8_are_read(encoding: str) -> None:
    label = encoding.partition("-le")[0]
    text = f'<?xml version="1.0" encoding="{label}"?>{urlset(entry("/größe"))}'
    assert paths(discover(text.encode(encoding))) == ["/gr%C3%B6%C3%9Fe"]


def test_ampersands_that_nobody_escaped_are_part_of_the_address() -> None:
    body = urlset(
        entry("/s?a=1&b=2"), entry("/s?a=1&amp;b=3"), entry("/s?a=1&#38;b=4"),
        "<url><loc><![CDATA[https://example.org/s?a=1&b=5]]></loc></url>",
    )  # fmt: skip
    assert paths(discover(body)) == [f"/s?a=1&b={n}" for n in (2, 3, 4, 5)]


def test_what_is_no_web_address_is_counted_in_one_fault() -> None:
    body = urlset(
        "<url><loc>javascript:alert(1)</loc></url>", "<url><loc>ftp://example.org/a</loc></url>",
        "<url><lastmod>2026-01-01</lastmod></url>", entry("/a"),
    )  # fmt: skip
    found = discover(body)
    assert paths(found) == ["/a"]
    (fault,) = found.faults
    assert "2 of 3" in fault.message
    assert fault.address == URL


def test_a_truncated_sitemap_gives_what_was_whole_and_a_fault() -> None:
    whole = urlset(entry("/a-story", "2026-01-01"), entry("/b-story", "2026-01-02"))
    cut = whole[: whole.index("b-story") + 3]
    found = discover(cut)
    assert paths(found) == ["/a-story"]
    (fault,) = found.faults
    assert "broken" in fault.message
    with pytest.raises(LayoutError):
        discover(whole[:100])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("<!doctype html><title>Not found</title>", "web page"),
        ('<?xml version="1.0"?><!-- x --><!DOCTYPE html PUBLIC "x"><html/>', "web page"),
        ("<html><body>Log in</body></html>", "web page"),
        ('{"error": "no such site"}', "begins with"),
        ("Not found", "begins with"),
        ("<opml/>", "<opml>"),
        ("<>", "XML"),
        ('<rss version="2.0"><channel/></rss>', "feed"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "feed"),
        ('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "feed"),
        ("%PDF-1.7 x", "PDF"),
    ],
)
def test_what_is_no_sitemap_is_a_layout_error_that_says_what_it_is(body: str, words: str) -> None:
    with pytest.raises(LayoutError) as raised:
        discover(body)
    assert words in raised.value.message
    if words == "feed":
        assert 'kind = "feed"' in raised.value.advice


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE urlset [<!ENTITY a "https://example.org/a">]>',
        '<!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE urlset SYSTEM 'x[' [<!ENTITY % a 'x'>]>",
        '<!-- <!DOCTYPE x> --><?x y?>\n<!DOCTYPE urlset PUBLIC "-//x>" "y" [ ]>',
    ],
)
def test_a_document_type_that_declares_anything_is_refused(doctype: str) -> None:
    body = f"<?xml version='1.0'?>{doctype}<urlset><url><loc>&a;</loc></url></urlset>"
    for data in (body.encode(), body.encode("utf-16"), gzip.compress(body.encode())):
        with pytest.raises(LayoutError, match="document type"):
            discover(data)


def test_compressed_sitemaps_are_unpacked() -> None:
    one, other = urlset(entry("/a")).encode()[:90], urlset(entry("/a")).encode()[90:]
    assert paths(discover(gzip.compress(one + other))) == ["/a"]
    assert paths(discover(gzip.compress(one) + gzip.compress(other) + bytes(100))) == ["/a"]


def test_compressed_sitemaps_that_cannot_be_unpacked_are_named() -> None:
    packed = gzip.compress(urlset(*(entry(f"/story-{n * n}") for n in range(999))).encode())
    damaged = packed[:300] + b"\xff" * 50 + packed[350:]
    for body in (packed[:-9], packed[:15], damaged, gzip.compress(packed), b"\x1f\x8b"):
        with pytest.raises(UnreadableError):
            discover(body)
    with pytest.raises(UnreadableError, match="members"):
        discover(gzip.compress(b"") * 5_000)


def test_a_bomb_is_refused_at_the_size_that_a_sitemap_may_have() -> None:
    with pytest.raises(TooLargeError, match="52,428,800"):
        discover(gzip.compress(bytes(60_000_000), 1))


def test_a_bomb_is_unpacked_no_further_than_that() -> None:
    bomb = gzip.compress(bytes(10_000_000), 1) * 40

    def unpack() -> None:
        with pytest.raises(TooLargeError):
            discover(bomb)

    assert _peak_of(unpack) < 150_000_000


def test_old_addresses_are_forgotten_while_the_rest_is_read() -> None:
    def many(number: int) -> str:
        return urlset(*(entry(f"/{n}", "2026-01-01") for n in range(number)))

    few, more = many(5_000), many(14_000)
    grown = _peak_of(lambda: discover(more)) - _peak_of(lambda: discover(few))
    # Of an address that is held, 700 bytes; of one that is forgotten, its bytes read three ways.
    assert grown < 4 * (len(more) - len(few))


def _peak_of(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_an_index_gives_its_newest_sitemaps_and_at_most_fifty() -> None:
    found = discover(index(*(f"/s-{n:02}.xml 2026-01-{n % 28 + 1:02}" for n in range(90))))
    assert not found.candidates
    assert len(found.wanted) == 50
    assert sitemaps(found)[:3] == ["/s-27.xml", "/s-55.xml", "/s-83.xml"]
    assert len(discover(index("/a.xml", "/b.xml", "/c.xml"), max_pages=2).wanted) == 2


def test_sitemaps_of_articles_are_asked_before_those_of_pages_and_those_of_lists_not_at_all() -> (
    None
):
    found = discover(
        index(
            "/page-sitemap.xml 2026-05-01", "/post_tag-sitemap.xml 2026-05-01",
            "/category-sitemap.xml", "/sitemap-2026.xml", "/post-sitemap2.xml 2026-04-02",
            "/post-sitemap.xml 2026-04-03", "/author-sitemap.xml", "/sitemap_news.xml.gz",
        )
    )  # fmt: skip
    assert sitemaps(found) == [
        "/sitemap_news.xml.gz", "/post-sitemap.xml", "/post-sitemap2.xml", "/sitemap-2026.xml",
        "/page-sitemap.xml",
    ]  # fmt: skip
    core = discover(index("/wp-sitemap-users-1.xml", "/wp-sitemap-posts-page-1.xml",
                          "/wp-sitemap-posts-post-1.xml"))  # fmt: skip
    assert sitemaps(core) == ["/wp-sitemap-posts-post-1.xml", "/wp-sitemap-posts-page-1.xml"]
    assert sitemaps(discover(index("/category-sitemap.xml"))) == ["/category-sitemap.xml"]


def test_an_index_sends_nobody_to_another_site_or_back_to_itself() -> None:
    assert not discover(index("/a.xml", host="https://victim.example")).wanted
    assert "victim.example" in discover(index("/a.xml", host="https://victim.example")).hints[0]
    assert not discover(index("/sitemap.xml")).wanted
    assert discover(index("/a.xml", host="https://static.example.org")).wanted
    for host in ("https://10.0.0.1", "https://[::1]"):
        assert not discover(index("/a.xml", host=host)).wanted


def test_home_pages_and_lists_of_articles_are_no_candidates() -> None:
    body = urlset(
        *map(entry, ["", "/", "/en/", "/de", "/pt-br/", "/tag/rivers", "/tags/", "/author/ann/"]),
        *map(entry, ["/world-news/", "/world-news/a-story", "/world-news/b-story"]),
        *map(entry, ["/world-news/c-story", "/?p=12"]),
    )
    stories = [f"/world-news/{letter}-story" for letter in "abc"]
    assert paths(discover(body)) == [*stories, "/?p=12"]


def test_an_article_with_pages_or_pictures_below_it_stays() -> None:
    story = "/what-the-river-did-to-the-bridge"
    body = urlset(
        *map(entry, [story, f"{story}/one", f"{story}/two", f"{story}/three"]),
        *map(entry, ["/bridge", "/bridge/2", "/bridge/3", "/bridge/4", "/rain", "/rain/more"]),
    )
    assert {story, "/bridge", "/rain"} <= set(paths(discover(body)))


def test_include_and_exclude_choose_and_then_lists_stay_too() -> None:
    body = urlset(*map(entry, ["/tag/rivers", "/news/a", "/news/b", "/about"]))
    assert paths(discover(body, list={"include": ["*/tag/*"]})) == ["/tag/rivers"]
    assert paths(discover(body, list={"exclude": ["*/news/*"]})) == ["/about"]
    (hint,) = discover(body, list={"include": ["*/nothing/*"]}).hints
    assert "all 4" in hint


def test_newer_than_leaves_what_has_no_date() -> None:
    now = datetime(2026, 3, 10, tzinfo=UTC)
    source = Sitemap.model_validate({"url": URL, "newer_than": "7d"})
    old, new = now - timedelta(days=8), now - timedelta(days=6)
    assert not source.is_recent(Candidate("x", modified=old), now)
    assert source.is_recent(Candidate("x", modified=new), now)
    assert source.is_recent(Candidate("x", modified=old, facts=Facts(published=new)), now)
    assert source.is_recent(Candidate("x"), now)


def test_the_source_goes_to_a_worker_and_what_it_found_comes_back() -> None:
    source = pickle.loads(pickle.dumps(Sitemap(url=URL)))
    found = source.discover(Page(URL, URL, urlset(entry("/a", "2026-01-01")).encode()))
    assert pickle.loads(pickle.dumps(found)) == found


HOSTILE: dict[str, str | bytes] = {
    "depth": HEAD + "<url>" * 200_000,
    "less-than": HEAD + "<" * 1_000_000,
    "ampersands": HEAD + "<url><loc>" + "&" * 1_000_000,
    "sections": HEAD + "<![CDATA[" * 100_000,
    "comments": "<!--" * 250_000,
    "instructions": "<??>" * 250_000,
    "quotes": "<!DOCTYPE " + '"' * 1_000_000,
    "attributes": "<urlset " + " ".join(f'a{n}="x"' for n in range(100_000)) + "></urlset>",
    "namespaces": HEAD + "".join(f'<x xmlns:a{n}="x">' for n in range(50_000)),
    "a name": HEAD + "<" + "x" * 1_000_000,
    "an address": urlset(entry("/" + "a" * 1_000_000)),
    "dates": urlset(*(entry(f"/{n}", f"12 janvierx 2026 {n} xy xy") for n in range(10_000))),
    "lines": "https://example.org/a\n" * 50_000,
    "unprintable": HEAD + "\x00\x01\ufffe" * 50_000,
    "surrogates": (HEAD.encode() + b"\xed\xa0\x80" * 300_000),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_sitemaps_end_soon_and_in_a_named_error(kind: str) -> None:
    body = HOSTILE[kind]
    started = time.process_time()
    try:
        discover(body)
    except SourceError as error:
        assert len(error.message) < 400
    # Ten times what the slowest takes; what is quadratic takes minutes.
    assert time.process_time() - started < 5
