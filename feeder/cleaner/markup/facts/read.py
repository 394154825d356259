"""All facts of a page, each from the most trustworthy place that tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from lxml.html import HtmlElement

from feeder.cleaner.markup.facts.authors import find_authors
from feeder.cleaner.markup.facts.dates import find_dates
from feeder.cleaner.markup.facts.extras import categories, lead_image, summary
from feeder.cleaner.markup.facts.jsonld import Linked
from feeder.cleaner.markup.facts.near import look_around
from feeder.cleaner.markup.facts.page import Said, read_page
from feeder.cleaner.markup.facts.site import (
    language_of,
    name_keys,
    named_beside,
    own_address,
    site_names,
)
from feeder.cleaner.markup.facts.title import find_title
from feeder.models import DROPPED_TEXT_LIMIT, Evidence, Facts
from feeder.text import shorten


@dataclass(frozen=True, slots=True)
class Told:
    """What a page tells of its article.

    `headline` is the visible heading that is the title, and `marks` are the visible elements that
    named the author or the date. `hidden_date` is one that only machines are told, on a page that
    shows readers no date: nothing was published then as far as they know, but it puts the page in
    order among others.
    """

    facts: Facts = field(default_factory=Facts)
    evidence: tuple[Evidence, ...] = ()
    site_name: str | None = None
    headline: HtmlElement | None = None
    marks: tuple[HtmlElement, ...] = ()
    hidden_date: datetime | None = None


class _Learnt:
    """The evidence of the facts found so far."""

    def __init__(self) -> None:
        self.evidence: list[Evidence] = []

    def text(self, name: str, said: Said | None) -> str | None:
        """Note where a text was told, and hand it on."""
        if said is None:
            return None
        self.note(name, said.rule, said.text)
        return said.text

    def note(self, name: str, rule: str, text: str) -> None:
        if len(text) > DROPPED_TEXT_LIMIT or not text.isprintable() or "  " in text:
            text = shorten(text[: 4 * DROPPED_TEXT_LIMIT], DROPPED_TEXT_LIMIT)
        self.evidence.append(Evidence(name, rule, text))


def read_facts(root: HtmlElement, url: str | None, *, skip_json_ld: bool = False) -> Told:
    """The facts of the article on a page, from the page's `<html>`.

    What cannot be understood, or has the wrong type, counts as not told; and none is better than
    a wrong one.
    """
    page = read_page(root, url)
    linked = Linked(() if skip_json_ld else page.scripts)
    learnt = _Learnt()
    canonical = own_address(page)
    heads = [*(said.text for said in page.told("og:title")), page.head_title]
    article = linked.article([*filter(None, (url, canonical and canonical.text))], heads)
    names = list(site_names(page, linked))
    sites = name_keys((said.text for said in names), url)
    heading = linked.texts(article, "headline") if article is not None else ()
    title = find_title(page, [Said("JSON-LD headline", text) for text in heading], sites)
    headline = title.element if title else None
    around = look_around(headline)
    language = language_of(page, linked, article)
    dates = find_dates(page, linked, article, around, language.text if language else None)
    sites |= named_beside(page.head_title, title.text) if title else frozenset()
    authors = find_authors(page, linked, article, around, sites, dated=dates.is_dated)
    for name, moment in (("published", dates.published), ("modified", dates.modified)):
        if moment:
            learnt.note(name, moment.rule, moment.text)
    if title:
        learnt.note("title", title.rule, title.text)
    if authors:
        learnt.note("authors", authors.rule, authors.text)
    filed = categories(page, linked, article, sites)
    if filed:
        learnt.note("categories", filed[0].rule, ", ".join(one.text for one in filed))
    facts = Facts(
        url=learnt.text("url", canonical),
        title=title.text if title else None,
        summary=learnt.text("summary", summary(page, linked, article, title.text if title else "")),
        authors=authors.names if authors else (),
        categories=tuple(one.text for one in filed),
        published=dates.published.at if dates.published else None,
        modified=dates.modified.at if dates.modified else None,
        image=learnt.text("image", lead_image(page, linked, article)),
        language=learnt.text("language", language),
    )
    return Told(
        facts,
        tuple(learnt.evidence),
        names[0].text if names else None,
        headline,
        (*(authors.marks if authors else ()), *dates.marks),
        dates.hidden.at if dates.hidden else None,
    )
