"""What tells the same as a page, for programs: its own feeds and WordPress's REST API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice

from lxml.etree import _Element

from feeder.sources.listing.shapes import host_of, same_site
from feeder.sources.listing.sheet import Sheet
from feeder.urls import resolve

_MOST = 5
"""Feeds of a page that are tried; some name one for each of their sections."""
_MOST_LINKS = 500
_API = "https://api.w.org/"
_POSTS = "wp/v2/posts"
_PER_PAGE = 20
"""As many as a front page of WordPress shows at most; it would send 100."""
_TERM = re.compile(r"wp/v2/(categories|tags)/(\d{1,12})(?!\d)")


def feeds_of(sheet: Sheet) -> tuple[str, ...]:
    """The page's own feeds, those of its own section first; none of comments."""
    found = dict.fromkeys(_feeds(sheet))
    here = _parts(sheet.address)
    return tuple(sorted(found, key=lambda feed: -_common(here, _parts(feed)))[:_MOST])


def posts_of(sheet: Sheet) -> str | None:
    """The address of WordPress's list of posts, of the page's category if it shows one."""
    api = next((link.get("href") for link in _links(sheet) if link.get("rel") == _API), None)
    root = api and resolve(api, sheet.base)
    if not root or not same_site(host_of(root), host_of(sheet.address)):
        return None
    address = f"{root.rstrip('/')}/{_POSTS}"  # also where it is "/?rest_route=/"
    term = next(
        filter(None, (_TERM.search(link.get("href") or "") for link in _links(sheet))), None
    )
    parameters = f"per_page={_PER_PAGE}" + (f"&{term[1]}={term[2]}" if term else "")
    return address + ("&" if "?" in address else "?") + parameters


def _feeds(sheet: Sheet) -> Iterator[str]:
    types, comments = _known()
    for link in _links(sheet):
        if "alternate" not in (link.get("rel") or "").lower().split():
            continue
        media_type = (link.get("type") or "").partition(";")[0].strip().lower()
        about = f"{link.get('title') or ''} {link.get('href') or ''}"[:500].lower()
        address = resolve(link.get("href") or "", sheet.base)
        if media_type in types and address and not any(word in about for word in comments):
            yield address.partition("#")[0]


def _links(sheet: Sheet) -> Iterator[_Element]:
    return islice(sheet.root.iter("link"), _MOST_LINKS)


def _parts(address: str) -> list[str]:
    return [part for part in address.partition("?")[0].split("/") if part]


def _common(here: list[str], there: list[str]) -> int:
    same = 0
    for one, other in zip(here, there, strict=False):
        if one != other:
            break
        same += 1
    return same


@cache
def _known() -> tuple[frozenset[str], tuple[str, ...]]:
    text = files("feeder.sources.listing").joinpath("feeds.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    table = {kind: values.split() for kind, values in rows}
    return frozenset(table["type"]), tuple(table["comments"])
