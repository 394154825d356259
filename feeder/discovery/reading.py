"""What a page is, and what it leads to. Pure, and done in a worker: the bytes are a stranger's."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from feeder.discovery.looks import Look, bare, line
from feeder.discovery.web_page import web_page
from feeder.errors import LayoutError, NotTextError, StatusError, WallError
from feeder.models import Candidate, Page

_BEGINNING = 4_096
_SITEMAP = re.compile(rb"<(?:\w{1,20}:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_BINARY = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n", "an image"), (b"\xff\xd8\xff", "an image"), (b"GIF8", "an image"),
    (b"PK\x03\x04", "an archive or an office document"),
)  # fmt: skip
_MEDIA = {"image": "an image", "audio": "a recording", "video": "a film", "font": "a font"}
_FORMS = ((b"<rss", "RSS feed"), (b"<feed", "Atom feed"), (b"rdf", "RSS 1.0 feed"))
_TITLE = re.compile(r"<title\b[^>]{0,200}>(.{0,1000}?)</title>", re.DOTALL | re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def look_at(page: Page) -> Look:
    """What a page is.

    Raises:
        NotTextError: it is a PDF, an image or other binary data.
        SourceError: it cannot be read at all.
    """
    from feeder.sources.listing.listing import is_feed

    beginning = page.body[:_BEGINNING].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _SITEMAP.search(beginning) or beginning.startswith(_GZIP):
        return _sitemap(page)
    _refuse_binary(page, beginning)
    if is_feed(page):
        return _feed(page, beginning)
    if beginning[:1] in (b"{", b"["):
        return _json(page)
    return web_page(page)


def selectors_for(page: Page, addresses: Sequence[str]) -> dict[str, str]:
    """The selectors of `[list]` that find just these articles on a page; none where none do.

    Raises:
        SourceError: it cannot be read.
    """
    from feeder.sources.listing.deriving import derive
    from feeder.sources.listing.sheet import open_sheet

    found = derive(open_sheet(page), addresses)
    return found.model_dump(exclude_unset=True) if found else {}


def text_of_article(candidate: Candidate, page: Page) -> int:
    """How many characters the article has that a candidate's page shows.

    Raises:
        WallError: something else stands there, such as a log-in.
        SourceError: there is no article in it.
    """
    from feeder.refresh.job import Manner
    from feeder.refresh.reading import read_article
    from feeder.rules.known import KnownRules
    from feeder.rules.model import SiteRules
    from feeder.sources.listing.listing import Listing

    manner = Manner(Listing(url=page.url), None, KnownRules(SiteRules()))
    return len(read_article(manner, candidate, page).reading.article.text)


def wall_in(error: StatusError) -> WallError | None:
    """The wall that came with an answer that says no, if it is one."""
    from feeder.sources.walls import wall_in_body

    return wall_in_body(error.body, error.status)


def _refuse_binary(page: Page, beginning: bytes) -> None:
    family = (page.media_type or "").partition("/")[0].lower()
    what = next((what for start, what in _BINARY if beginning.startswith(start)), None)
    if what is None and "svg" not in (page.media_type or ""):
        what = _MEDIA.get(family)
    if what:
        raise NotTextError(
            f"there is {what}, and no page",
            advice="give the address of the page that links to it, or of the site's front page",
        )


def _feed(page: Page, beginning: bytes) -> Look:
    from feeder.sources.feed import Feed

    found = Feed(url=page.url).discover(page)
    form = next((form for start, form in _FORMS if start in beginning.lower()), "JSON Feed")
    title = _feed_title(page) if form != "JSON Feed" else _json_title(page)
    return Look("feed", form, title, candidates=bare(found.candidates))


def _feed_title(page: Page) -> str:
    from feeder.encoding import decode

    text = decode(page.body[:20_000], charset=page.charset, markup=True).text
    found = _TITLE.search(text)
    if found is None:
        return ""
    told = _CDATA.sub(lambda match: html.escape(match[1]), found[1])
    return line(re.sub(r"<[^<>]*>", "", html.unescape(told)))


def _json_title(page: Page) -> str:
    from feeder.sources.json_reading import read_document

    document = read_document(page)
    title = document.get("title") if isinstance(document, dict) else None
    return line(title) if isinstance(title, str) else ""


def _sitemap(page: Page) -> Look:
    from feeder.sources.sitemap import Sitemap

    found = Sitemap(url=page.url).discover(page)
    form = "sitemap" if found.candidates or not found.wanted else "index of sitemaps"
    return Look("sitemap", form, candidates=bare(found.candidates), wanted=found.wanted)


def _json(page: Page) -> Look:
    from feeder.discovery.json_lists import json_list
    from feeder.sources.listing.wordpress import is_posts, posts

    if is_posts(page) and "wp/v2/" in page.url:
        try:
            return Look("posts", "WordPress API", candidates=bare(posts(page)))
        except LayoutError:
            pass  # another list of WordPress's, such as one of its users
    found = json_list(page)
    if found is None:
        raise LayoutError(
            "this is JSON without a list of articles that have titles and addresses",
            advice='where it has one by other names, write kind = "json" with items and fields',
        )
    return Look("json", "JSON", candidates=bare(found.candidates), options=dict(found.options))
