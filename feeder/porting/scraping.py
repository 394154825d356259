"""What other programs scrape by, said in our words: FreshRSS's OPML, and addresses of RSS-Bridge.

Both tell a page and where on it the articles are, as `[list]` does. What has no word here is told
in the notes, and never guessed. Their forms: FreshRSS, docs/en/developers/OPML.md; RSS-Bridge,
bridges/CssSelectorBridge.php, CssSelectorComplexBridge.php, CssSelectorFeedExpanderBridge.php,
XPathBridge.php.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from feeder.porting.subscriptions import Subscription
from feeder.rules.options import selector_fault
from feeder.text import shorten

Tables = Mapping[str, Mapping[str, str]]
_MOST_PARAMETERS = 60
_WHOLE: Mapping[str, str] = {"full_text": "always"}
"""Of a feed with a selector for its articles' pages, which says that these are to be read."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """A source that reads what another program did.

    Args:
        keys: keys of the source itself, beside kind and url.
        tables: `list`, `article`, `fields`, with their keys.
        notes: what was not taken over, in words.
    """

    kind: str
    url: str
    keys: Mapping[str, str | bool] = field(default_factory=dict)
    tables: Tables = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def scraped(told: Subscription) -> Scrape | None:
    """What another program made of it, if that was more than to read a feed.

    Raises:
        ValueError: nothing of ours can do that; it says what.
    """
    if told.scraping:
        return _freshrss(told)
    return _rss_bridge(told.address)


# FreshRSS

_FROM_XPATH = {
    "xPathItemUri": "link",
    "xPathItemTitle": "title",
    "xPathItemTimestamp": "date",
    "xPathItemContent": "summary",
    "xPathItemThumbnail": "image",
    "xPathItemAuthor": "author",
}
_FROM_JSON = {
    "jsonItemUid": "id",
    "jsonItemUri": "url",
    "jsonItemTitle": "title",
    "jsonItemTimestamp": "date",
    "jsonItemContent": "content",
    "jsonItemAuthor": "authors",
    "jsonItemThumbnail": "image",
    "jsonItemCategories": "categories",
}
_LEFT_OUT = {
    "xPathItemTimeFormat": "the format of its dates: feeder reads dates without one",
    "jsonItemTimeFormat": "the format of its dates: feeder reads dates without one",
    "xPathItemCategories": "its categories: article pages tell their own",
    "xPathItemUid": "its ids: an entry is known by its address",
    "cssFullContentConditions": "its conditions for reading whole articles",
    "filtersActionRead": "its filters: [[feed.drop]] in feeder.toml can do the same",
    "CURLOPT_COOKIE": "its cookies: write them into [cookies]",
    "CURLOPT_HTTPHEADER": "its headers: write them into [headers]",
    "CURLOPT_USERAGENT": "its user agent: write it into [fetch]",
    "CURLOPT_PROXY": "its proxy: write it into [fetch]",
    "CURLOPT_POSTFIELDS": "its form: feeder sends none",
}
"""Attributes that say something here and are not taken over. Their values may be secrets."""
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\])*")


def _freshrss(told: Subscription) -> Scrape:
    given = told.scraping
    notes = [f"Not taken over: {text}" for key, text in _LEFT_OUT.items() if key in given]
    article = _kept(
        {"content": given.get("cssFullContent"), "remove": given.get("cssContentFilter")},
        selector_fault,
        notes,
    )
    tables: dict[str, Mapping[str, str]] = {"article": article} if article else {}
    keys = dict[str, str | bool]()
    if "xpath" in told.kind and "json" not in told.kind and "xPathItem" in given:
        kind = "listing"
        tables["list"] = _listed(given, notes)
        if told.kind.startswith("xml"):
            notes.append("It was read as XML; feeder reads it as a page")
    elif told.kind in ("json+dotnotation", "json+dotpath") and "jsonItem" in given:
        kind = "json"
        fields = {ours: given.get(theirs) for theirs, ours in _FROM_JSON.items()}
        keys.update(_kept({"items": given["jsonItem"]}, _dotted_fault, notes))
        tables["fields"] = _kept(fields, _dotted_fault, notes)
        if "items" not in keys or not {"url", "content"} & set(tables["fields"]):
            raise ValueError("where its articles are is told by more than paths of names")
    elif "xpath" in told.kind or "json+" in told.kind:
        raise ValueError(f"FreshRSS read it as {shorten(told.kind, 40)}, which feeder cannot")
    else:
        kind = "feed"
        keys |= _WHOLE if "content" in article else {}
    if given.get("ttl", "").startswith("-"):
        keys["enabled"] = False
        notes.append("It was muted, and is left alone here too: take enabled out to read it")
    return Scrape(kind, told.address, keys, tables, tuple(notes))


def _listed(given: Mapping[str, str], notes: list[str]) -> Mapping[str, str]:
    found = {"item": given["xPathItem"]}
    found |= {ours: given[theirs] for theirs, ours in _FROM_XPATH.items() if theirs in given}
    if found.get("summary") == ".":  # all of the item, which is what an item is
        del found["summary"]
    return _kept(
        {key: _parenthesised(xpath) for key, xpath in found.items()}, selector_fault, notes
    )


def _parenthesised(xpath: str) -> str:
    """XPath as our selectors are told from CSS: by a slash or a bracket at its beginning."""
    xpath = xpath.strip()
    return xpath if xpath.startswith(("/", "(")) else f"({xpath})"


def _dotted_fault(expression: str) -> str | None:
    """Why a dotted path is none of JMESPath's too, which has those without concatenation."""
    return None if _DOTTED.fullmatch(expression) else "is more than a path of names"


# RSS-Bridge


def _rss_bridge(address: str) -> Scrape | None:
    if "bridge=" not in address:
        return None
    try:
        query = parse_qsl(urlsplit(address).query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return None
    given = {key: value.strip() for key, value in query if value.strip()}
    read = _BRIDGES.get(given.get("bridge", "").removesuffix("Bridge"))
    if given.get("action") != "display" or read is None:
        return None
    notes = list[str]()
    found = read(given, notes)
    if found is None:
        return None
    kind, url, listed = found
    article = {"content": _content_of(given), "remove": given.get("content_cleanup")}
    tables = {
        "list": _kept(listed, selector_fault, notes),
        "article": _kept(article, selector_fault, notes),
    }
    if pattern := given.get("url_pattern"):
        tables["list"] = {**tables["list"], **_kept({"include": f"re:{pattern}"}, _no_regex, notes)}
    if "cookie" in given:
        notes.append(f"Not taken over: {_LEFT_OUT['CURLOPT_COOKIE']}")
    if "title_cleanup" in given:
        notes.append("Not taken over: what it takes out of titles; feeder finds names of sites")
    keys = _WHOLE if kind == "feed" and "content" in tables["article"] else {}
    return Scrape(kind, url, keys, {name: one for name, one in tables.items() if one}, (*notes,))


_Read = tuple[str, str, Mapping[str, str | None]]


def _css(given: Mapping[str, str], _: list[str]) -> _Read | None:
    page = given.get("home_page")
    return ("listing", page, {"item": given.get("url_selector")}) if page else None


def _complex(given: Mapping[str, str], _: list[str]) -> _Read | None:
    page = given.get("home_page")
    if not page:
        return None
    link = given.get("url_selector")
    listed = {
        "item": given.get("entry_element_selector"),
        "link": None if link == "a" else link,  # theirs takes the first link, ours the main one
    }
    if "use_article_pages" not in given:  # else they are looked for on the article's own page
        listed |= {
            "title": given.get("title_selector"),
            "date": given.get("time_selector"),
            "author": given.get("author_selector"),
        }
    return "listing", page, listed


def _expander(given: Mapping[str, str], _: list[str]) -> _Read | None:
    feed = given.get("feed")
    return ("feed", feed, {}) if feed else None


def _xpath(given: Mapping[str, str], _: list[str]) -> _Read | None:
    page = given.get("url")
    if not page or "item" not in given:
        return None
    names = {
        "item": "item", "uri": "link", "title": "title", "content": "summary",
        "timestamp": "date", "enclosures": "image", "author": "author",
    }  # fmt: skip
    # It decodes its parameters once more than the address does.
    listed = {
        ours: _parenthesised(unquote_plus(given[theirs]))
        for theirs, ours in names.items()
        if theirs in given
    }
    return "listing", unquote_plus(page) if "://" not in page else page, listed


def _content_of(given: Mapping[str, str]) -> str | None:
    return given.get("content_selector") or given.get("article_page_content_selector")


_BRIDGES: Mapping[str, Callable[[Mapping[str, str], list[str]], _Read | None]] = {
    "CssSelector": _css,
    "CssSelectorComplex": _complex,
    "CssSelectorFeedExpander": _expander,
    "XPath": _xpath,
}


def _no_regex(pattern: str) -> str | None:
    try:
        re.compile(pattern.removeprefix("re:"))
    except re.error as error:
        return f"is no regular expression here: {error}"
    return None


def _kept(
    given: Mapping[str, str | None], fault: Callable[[str], str | None], notes: list[str]
) -> Mapping[str, str]:
    """The keys that are told and that we can read; the others are noted."""
    kept = dict[str, str]()
    for key, value in given.items():
        if not value:
            continue
        if fault(value):
            notes.append(f"Not taken over: {key}, which feeder cannot read: {value}")
        else:
            kept[key] = value
    return kept
