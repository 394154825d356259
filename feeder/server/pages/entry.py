"""The page of one entry: the article as readers get it, beside the page that it was made from.

Both are shown in frames that run nothing, load nothing and belong to no origin: what a stranger
wrote is never a document of ours.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from markupsafe import Markup
from starlette.responses import Response

from feeder.encoding import decode
from feeder.errors import NotTextError
from feeder.explaining.entry import explain
from feeder.models import Page
from feeder.server.pages.answering import HEADERS, Visit, missing, page
from feeder.server.pages.shown import render, static

_STYLE = "\n" + static("article.css").decode()
_SANDBOXED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
_FRAMES = ("iframe", "frame")
_MARKUP = ("text/html", "application/xhtml+xml")


def show(visit: Visit) -> Response:
    """The page of the entry that the query names."""
    found = visit.app.store.finder.by_id(visit.asked("id", 2000))
    if not found:
        return missing(visit, "entry")
    told = explain(visit.app, found[0], visit.now)
    return page(visit, "entry.html", title=told.entry.title or "Entry", told=told)


def article(visit: Visit) -> Response:
    """The article as it was cleaned, for a frame."""
    entry = visit.app.store.entry(visit.asked("id", 2000))
    if entry is None or not _is_framed(visit):
        return missing(visit, "article")
    digest = b64encode(sha256(_STYLE.encode()).digest()).decode()
    policy = f"{_SANDBOXED} img-src 'none'; style-src 'sha256-{digest}'; sandbox"
    body = render(
        "article.html",
        language=entry.language or "",
        title=entry.title or "Article",
        style=Markup(_STYLE),  # noqa: S704 ours
        content=Markup(entry.html),  # noqa: S704 sanitised when it was put on record
    )
    return _document(body.encode(errors="replace"), "text/html", policy)


def fetched(visit: Visit) -> Response:
    """The page as it was fetched, for a frame."""
    store = visit.app.store
    kept = store.page_of(visit.asked("id", 2000))
    found = store.page(kept) if kept else None
    if found is None or not _is_framed(visit):
        return missing(visit, "page")
    is_markup = (found.media_type or "").partition(";")[0].strip().lower() in _MARKUP
    policy = f"{_SANDBOXED} img-src 'none'; style-src 'unsafe-inline'; sandbox"
    return _document(_as_utf8(found), "text/html" if is_markup else "text/plain", policy)


def _is_framed(visit: Visit) -> bool:
    """Whether a browser asks for it as it is meant to be seen; old ones do not say."""
    return visit.request.headers.get("sec-fetch-dest", "iframe") in _FRAMES


def _as_utf8(found: Page) -> bytes:
    try:
        text = decode(found.body, charset=found.charset, markup=True).text
    except NotTextError as error:
        return f"{error.message}\n".encode(errors="replace")
    return text.encode(errors="replace")


def _document(body: bytes, media_type: str, policy: str) -> Response:
    headers = {
        **HEADERS,
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-dns-prefetch-control": "off",  # no host learns by a look-up that somebody reads this
    }
    return Response(body, 200, headers, f"{media_type}; charset=utf-8")
