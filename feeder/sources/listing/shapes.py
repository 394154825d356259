"""What an address looks like: an article's, a list's, or one of the site's own business."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from feeder.sources.listing.words import PathKind, path_kinds

_YEAR = re.compile(r"(?:19|20)\d\d(?:[-_]?\d\d){0,2}")
_NUMBER = re.compile(r"\d+")
_IDS = re.compile(r"(?:^|[-_.,/=a-z])\d{3,}", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:html?|php|aspx?|jsp|xhtml|shtml|cfm|do)$")
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|mp[34]|zip|gz|exe|dmg|ics|xml|rss|atom|json|css|js|pdf|docx?|xlsx?|pptx?|od[tsp]|epub)$"
)
_VERSION = re.compile(r"v?\d+(?:[._]\d+)+")
_WORDS = re.compile(r"[-_+]|%20")
_LONGEST = 500
"""Characters of an address that are looked at."""
_LONG_PART = 24
"""Percent-encoded or unbroken: a part so long names one thing, not a section of a site."""


class Shape(NamedTuple):
    """`kind` is what a part of it says; `pattern` is its form, equal for articles of one site.

    `words` are those of its slug; `dated` and `numbered` say what else names one article.
    """

    kind: PathKind | None = None
    pattern: str = ""
    words: int = 0
    dated: bool = False
    numbered: bool = False
    depth: int = 0
    is_file: bool = False


def host_of(address: str) -> str:
    """The host of an absolute address, without "www."."""
    host = address.split("/", 3)[2] if address.count("/") >= 2 else ""
    return host.removeprefix("www.")


def same_site(host: str, other: str) -> bool:
    """Whether two hosts are one, or one is a part of the other."""
    return host == other or host.endswith("." + other) or other.endswith("." + host)


def section_of(address: str) -> str:
    """What the addresses below a page begin with, up to a slash; nothing for a front page."""
    page = _ENDING.sub("", address.partition("?")[0].partition("#")[0]).rstrip("/")
    return f"{page}/" if page.count("/") > 2 else ""


@lru_cache(maxsize=4096)
def shape_of(address: str) -> Shape:
    """The shape of an absolute address."""
    rest = address[:_LONGEST].partition("://")[2].partition("/")[2].lower()
    path, _, query = rest.partition("?")
    parts = [part for part in path.split("/") if part]
    if not parts and not query:
        return Shape()
    last = _ENDING.sub("", parts[-1]) if parts else ""
    return Shape(
        kind=_kind(parts, last, query),
        pattern="/".join([*(_form(part) for part in parts[:-1]), _form(last), *_keys(query)]),
        words=len(_WORDS.split(last)) if not _NUMBER.fullmatch(last) else 0,
        dated=any(_YEAR.match(part) for part in parts),
        numbered=bool(_IDS.search(f"{last}?{query}")),
        depth=len(parts),
        is_file=bool(_FILE.search(path)),
    )


def _kind(parts: list[str], last: str, query: str) -> PathKind | None:
    """What the address leads to, by its last telling part; "/news/about-us" is a service's."""
    kinds = path_kinds()
    ends = kinds.get(last)
    if ends == "service":
        return ends
    if (
        query
        and not parts
        and _key(query) in ("cat", "tag", "author", "s", "paged", "page_id", "m")
    ):
        return "list"
    before = kinds.get(parts[-2]) if len(parts) > 1 else None
    if ends == "article" and not query:  # the section itself
        return "list"
    if ends in ("list", "page") or (before in ("list", "page") and not _names_one(last)):
        return "list"
    if before in ("list", "page"):
        return None
    first = kinds.get(parts[0]) if parts else None
    return before or first or ends


def _names_one(last: str) -> bool:
    """Whether a part behind "archives" or "tag" is an article's all the same: by its number."""
    number = _NUMBER.fullmatch(last)
    return bool(
        _VERSION.fullmatch(last) or (number and not _YEAR.fullmatch(last) and len(last) > 2)
    )


def _form(part: str) -> str:
    if part[:1].isdigit():  # most do not begin with one: two patterns less to try
        if _YEAR.fullmatch(part):
            return "Y"
        if _NUMBER.fullmatch(part):
            return "9"
    if len(_WORDS.split(part)) >= 3 or len(part) > _LONG_PART:
        return "slug"
    return part if part in path_kinds() else "w"


def _keys(query: str) -> list[str]:
    return (
        ["?" + "&".join(part.partition("=")[0] for part in query.split("&", 5)[:5])]
        if query
        else []
    )


def _key(query: str) -> str:
    return query.partition("=")[0]
