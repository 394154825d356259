"""Where the rest of an article is: its next page, or the whole of it on one."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urldefrag, urlsplit

from lxml import etree

from feeder.rules.expressions import Evaluation
from feeder.rules.model import LinkRule, Rule, SiteRules
from feeder.urls import resolve

MAX_PAGES = 20
"""Pages of one article that are worth following; longer ones are archives."""


class Further(NamedTuple):
    """Addresses that the caller may fetch: the whole article on one page, and its next page."""

    single: str | None = None
    next: str | None = None


NOTHING_FURTHER = Further()
_GUESSES = (LinkRule(Rule("//link[@rel='next']/@href | //a[@rel='next']/@href")),)


def further_pages(root: etree._Element, url: str | None, rules: SiteRules) -> Further:
    """What the rules of a page's site say of its other pages; `root` is the page as it came.

    The page's own address is none of them, and the next page is on the same site.
    """
    next_page = rules.next_page_link + (_GUESSES if rules.autodetect_next_page else ())
    if url is None or not (rules.single_page_link or next_page):
        return NOTHING_FURTHER
    page = Evaluation(root)
    base = _base(root, url)
    single = _other(_address(page, rules.single_page_link), base, url)
    following = _other(_address(page, next_page), base, url)
    return Further(single, following if following and _same_site(following, url) else None)


def _base(root: etree._Element, url: str) -> str:
    tag = next(root.iter("base"), None)
    return resolve((tag.get("href") if tag is not None else None) or "", url) or url


def _address(page: Evaluation, rules: tuple[LinkRule, ...]) -> str:
    """The address that the first rule to find one gives; a string ends the search even if empty."""
    for rule, guard in rules:
        if guard is not None and not page.holds(guard):
            continue
        found = page.find(rule.value)
        if isinstance(found, str):
            return found.strip()
        told = next(filter(None, map(_href, found)), "")
        if told:
            return told
    return ""


def _href(node: Any) -> str:
    """Where a link leads, or what an attribute holds."""
    return str(node.get("href") or "" if etree.iselement(node) else node).strip()


def _other(address: str, base: str, url: str) -> str | None:
    resolved = resolve(address, base) if address else None
    if resolved is None:
        return None
    here = urldefrag(resolve(url) or url).url
    there = urldefrag(resolved).url
    return None if there == here else there


def _same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one host, or of a host and one below it."""
    first, second = (urlsplit(url).hostname or "" for url in (one, resolve(other) or ""))
    first, second = first.removeprefix("www."), second.removeprefix("www.")
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")
