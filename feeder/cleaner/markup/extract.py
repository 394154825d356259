"""From a page, a saved page or a feed fragment to the article: all steps, in their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import partial
from typing import Any

from lxml.html import Element

from feeder.cleaner.markup.around.comments import drop_comments
from feeder.cleaner.markup.around.furniture import drop_furniture
from feeder.cleaner.markup.around.tail import trim_tail
from feeder.cleaner.markup.attributes import drop_braced
from feeder.cleaner.markup.content import find_content
from feeder.cleaner.markup.facts.enclosures import tell_enclosures
from feeder.cleaner.markup.facts.read import Told, read_facts
from feeder.cleaner.markup.fragments.fragment import clean_fragment, keep_whole, looks_like_fragment
from feeder.cleaner.markup.plugged import run_plugged
from feeder.cleaner.markup.shape.embeds import link_embeds
from feeder.cleaner.markup.shape.images import repair_images
from feeder.cleaner.markup.shape.links import settle_links
from feeder.cleaner.markup.shape.structure import shape_structure
from feeder.cleaner.markup.site import SitePage
from feeder.cleaner.markup.tree import parse
from feeder.cleaner.markup.work import Work
from feeder.cleaner.markup.writing import written
from feeder.cleaner.plain import text_of
from feeder.cleaner.sanitize import sanitise, xml_safe_markup
from feeder.cleaner.scrape.language import told_language
from feeder.encoding import decode
from feeder.models import DROPPED_TEXT_LIMIT, Article, Evidence, Facts
from feeder.rules.model import SiteRules
from feeder.rules.rulebook import NO_RULES
from feeder.text import one_line, shorten
from feeder.urls import resolve

_LONGEST_TITLE = 90
_DIRECTIVES = {"authors": "author", "published": "date"}
"""What rules call a fact, where that is not its name."""
_SHOWN = re.compile("<(?:img|video|audio)[ >]")
"""What may be an article without a word."""

Watch = Callable[[SitePage], None]
"""Is handed a site's rules when a page is done."""


def extract(
    html: bytes | str,
    url: str | None = None,
    *,
    charset: str | None = None,
    fragment: bool | None = None,
    rules: SiteRules | None = None,
    pages: Sequence[bytes | str] = (),
) -> Article:
    """Find the article in a page, a saved page, or a fragment of one as feeds carry them.

    What comes back is safe to show, and says for each fact what told it, for each block that was
    dropped which step and rule dropped it. A page without an article (a listing, a log-in form)
    gives one with an empty `text`.

    Args:
        html: bytes as they were received, or text.
        url: the page's address after redirects; relative links start from it.
        charset: what the server said of bytes; the page itself is asked, too.
        fragment: whether there is no page around the article; None: whether it looks so.
        rules: what is known of the site (`feeder.rules`).
        pages: the article's further pages, in order (`feeder.rules.further` says where they are).

    Raises:
        NotTextError: the bytes are an image, an archive, or other binary data.
        TooLargeError: the page is over 8,000,000 characters or nested over 2,048 deep, or the
            article is over 1,000,000 characters; a shorter one would be a lie.
        PluginError: a plug-in's step cannot be loaded or placed.
        UnforeseenError: a plug-in's step failed.
    """
    texts = [_text(page, charset) for page in (html, *pages)]
    return clean_markup(texts[0], url, fragment=fragment, rules=rules, further=texts[1:])


def _text(page: bytes | str, charset: str | None) -> str:
    return page if isinstance(page, str) else decode(page, charset=charset, markup=True).text


def clean_markup(
    text: str,
    url: str | None,
    *,
    fragment: bool | None = None,
    whole: bool = False,
    rules: SiteRules | None = None,
    further: Sequence[str] = (),
    facts: Facts | None = None,
    watch: Watch | None = None,
) -> Article:
    """As `extract`, with facts that were told beside the page; they win over what it tells.

    `whole` says that all of it is the article, as its author wrote it: nothing is furniture.
    `watch` is handed the site's rules as they were counted on the first page.
    """
    clean = partial(
        _clean,
        url=url,
        fragment=fragment,
        whole=whole,
        rules=rules or NO_RULES,
        facts=facts,
        watch=watch,
    )
    pages = [text, *further]
    try:
        return clean(pages)
    except ValueError:
        # lxml moves no text that XML cannot hold, such as `&#8;`. One of 843 labelled pages has
        # any; to look for it beforehand would take .2 ms of each.
        safe = [xml_safe_markup(page) for page in pages]
        if safe == pages:
            raise
        return clean(safe)


def _clean(
    pages: Sequence[str],
    *,
    url: str | None,
    fragment: bool | None,
    whole: bool,
    rules: SiteRules,
    facts: Facts | None,
    watch: Watch | None,
) -> Article:
    site = SitePage(rules)
    work = _begin(site.replace(pages[0]), url, fragment=whole or fragment)
    if work is None:
        return _nothing(url, facts)
    if facts is not None:
        _tell_beside(work, facts)
    if whole:
        _keep(work)
    else:
        _find(work, site, entry=facts is not None)
    for page in pages[1:]:
        _append(work, page, url, rules)
    _shape(work)
    site.finish(work)
    if watch is not None:
        watch(site)
    tell_enclosures(work)
    return _article(work, sanitise(written(work.body), base_url=work.base))


def _begin(text: str, url: str | None, *, fragment: bool | None) -> Work | None:
    root = parse(text)
    if root is None:
        return None
    body = root.find("body")
    if body is None:
        return None
    base = next((base.get("href") for base in root.iter("base") if base.get("href")), None)
    return Work(
        root,
        body,
        url=url,
        base=(resolve(base, url) if base else None) or url,
        fragment=looks_like_fragment(text) if fragment is None else fragment,
    )


def _nothing(url: str | None, facts: Facts | None) -> Article:
    title = facts.title if facts and facts.title else ""
    return Article(title=title, html="", text="", url=(facts and facts.url) or url)


def _tell_beside(work: Work, facts: Facts) -> None:
    for each in fields(facts):
        work.tell(each.name, getattr(facts, each.name), "told by the source")


def _keep(work: Work) -> None:
    """Leave all of it in `work.body`, but for what plug-ins take out."""
    run_plugged("site-rules", work)
    keep_whole(work)
    run_plugged("content", work)
    run_plugged("furniture", work)


def _find(work: Work, site: SitePage, *, entry: bool = False) -> None:
    """Leave in `work.body` what is the article.

    Of an `entry` readers see the title above, and a date that only machines are told puts it in
    order, where a file's or a feed's would have to.
    """
    run_plugged("site-rules", work)
    site.learn(work)
    told = Told() if work.fragment else _read_facts(work, site)
    if entry:
        work.tell("published", told.hidden_date, "not shown to readers")
    site.edit(work)
    body = site.choose(work)
    if body is not None:
        work.body = body
    elif not site.detects("body"):
        work.body = Element("body")
    elif work.fragment:
        clean_fragment(work, keep_section=not entry)
    else:
        find_content(work, told.headline, told.marks)
    run_plugged("content", work)
    if not work.fragment and site.rules.prune is not False:
        drop_comments(work, keep=site.rules.strip_comments is False)
        drop_furniture(work)
        trim_tail(work)
    run_plugged("furniture", work)


def _read_facts(work: Work, site: SitePage) -> Told:
    told = read_facts(work.root, work.url, skip_json_ld=bool(site.rules.skip_json_ld))
    rules = {evidence.field: evidence for evidence in told.evidence}
    for each in fields(told.facts):
        if site.detects(_DIRECTIVES.get(each.name, each.name)):
            value = getattr(told.facts, each.name)
            evidence = rules.get(each.name, Evidence(each.name, "", ""))
            work.tell(each.name, value, evidence.rule, evidence.text)
    return told


def _append(work: Work, text: str, url: str | None, rules: SiteRules) -> None:
    """Put the article's part on a further page below what is there."""
    site = SitePage(rules)
    page = _begin(site.replace(text), url, fragment=work.fragment)
    if page is not None:
        page.facts.update(work.facts)  # what the first page told holds
        _find(page, site)
        page.body.tag = "div"
        page.body.tail = None
        work.body.append(page.body)
        work.dropped += page.dropped


def _shape(work: Work) -> None:
    """Embeds, images, structure and links, as readers can show them."""
    drop_braced(work.body)
    for name, step in _SHAPING:
        step(work)
        run_plugged(name, work)


_SHAPING = (
    ("embeds", link_embeds),
    ("images", repair_images),
    ("structure", shape_structure),  # takes out what the two before it have not used
    ("links", settle_links),
)


def _article(work: Work, html: str) -> Article:
    text = text_of(html)
    facts: dict[str, Any] = dict(work.facts)
    title = one_line(facts.pop("title", "") or shorten(text, _LONGEST_TITLE))
    facts.setdefault("url", work.url)
    if text and not facts.get("language") and (language := told_language(text)):
        facts["language"] = language
        beginning = shorten(text, DROPPED_TEXT_LIMIT)
        work.evidence.append(Evidence("language", "small-words-or-script", beginning))
    return Article(
        title=title,
        html=html if text or _SHOWN.search(html) else "",
        text=text,
        dropped=tuple(work.dropped),
        evidence=tuple(work.evidence),
        **facts,
    )
