"""HTML as an article, in the simple way: the marked or densest block, furniture taken out.

Structure decides, and never a word: elements for forms and navigation, and the names that systems
give to comments, share bars and the like. Whatever holds most of the words is never furniture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from fnmatch import translate
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from feeder.cleaner.gates import cut_attributes
from feeder.cleaner.metadata import page_facts
from feeder.cleaner.plain import text_of
from feeder.cleaner.sanitize import sanitise, xml_safe_markup
from feeder.errors import TooLargeError
from feeder.models import DROPPED_TEXT_LIMIT, Article, Dropped, Evidence, Facts
from feeder.text import fold, one_line, shorten
from feeder.urls import resolve

_STEP = "content"
_LONGEST_PAGE = 8_000_000
_MOST_TAGS = 200_000
"""The longest pages that people read have a tenth of it; two million of them take minutes."""
_LONGEST_TITLE = 90

# The text of an article, as systems mark it; the first that holds enough is taken.
_MARKED = (
    "//*[@itemprop='articleBody']",
    "//*[contains(concat(' ',normalize-space(@class),' '),' entry-content ')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' post-content ')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' post-body ')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' article-body ')]",
    "//article",
    "//main|//*[@role='main']",
)
_ENOUGH = 0.4
"""The share of the paragraphs' words on a page that a marked block must hold to be believed."""

_UNSEEN = "script style noscript template iframe object embed link meta base title".split()
_FURNITURE = {
    "form": "form", "nav": "nav", "footer": "footer", "aside": "aside", "button": "control",
    "input": "control", "select": "control", "textarea": "control", "dialog": "dialog",
    "fieldset": "form", "label": "control",
}  # fmt: skip
# Classes and ids, whole; `*` stands for anything.
_NAMED = {
    "comments": "comment comments comment-* comments-* *-comment *-comments respond replies reply"
    " disqus*",
    "share": "share* *-share *-sharing sharing sharedaddy sd-* social* *-social addtoany* like"
    " likes *-likes feedflare heateor*",
    "related": "related* *-related jp-relatedposts read-next more-stories recommend* recirc*",
    "newsletter": "newsletter* *-newsletter subscribe* *-subscribe *-subscription *-subscriptions"
    " mc4wp*",
    "navigation": "breadcrumb breadcrumbs *-breadcrumb *-breadcrumbs pagination post-navigation"
    " nav-links pager *-pager post-nav* skip-link blog-pager*",
    "author box": "author-box author-bio about-author author-info post-author-box *-author-bio",
    "meta": "entry-meta post-meta byline *-byline post-footer entry-footer post-labels *-date"
    " entry-date post-info posted-on tag tags tags-links cat-links *-tags post-categories"
    " reading-time *-reading-time *post-terms taxonomy-* *post-author* *post-date* timestamp",
    "notice": "cookie* *-cookie consent* *-consent promo advert* ad ads ad-* *-ad sponsor*"
    " paywall-prompt popup modal sidebar widget widget-area screen-reader-text",
}
_NAMES = tuple(
    (rule, re.compile("|".join(map(translate, names.split())), re.IGNORECASE))
    for rule, names in _NAMED.items()
)
# Of a fragment nothing goes but what a plug-in added to it.
_IN_FRAGMENTS = frozenset({"share", "related", "newsletter", "comments"})
_REPLY_PLACES = re.compile(r"#(respond|comments?|reply)\b", re.IGNORECASE)
_SITE_SEPARATOR = re.compile(r"\s+[|\-–—·•»«:/]+\s+")
_HEADINGS = ("h1", "h2")
_BLOCKS = ("div", "section", "td", "table", "tbody", "tr", "center", "form")
_LONGEST_SIGN_OFF = 60
_MOST_SIGN_OFFS = 5


@dataclass(slots=True)
class _Work:
    """The tree that is cut down, and what was cut off."""

    body: HtmlElement
    words: dict[HtmlElement, int]
    dropped: list[Dropped] = field(default_factory=list)

    def may_go(self, element: HtmlElement) -> bool:
        """Still there, and without most of the words."""
        inside = element is not self.body and self.body in element.iterancestors()
        return inside and self.words.get(element, 0) * 2 <= self.words[self.body]

    def drop(self, element: HtmlElement, rule: str) -> None:
        text = shorten(str(element.text_content()), DROPPED_TEXT_LIMIT)
        if text:
            self.dropped.append(Dropped(_STEP, rule, text))
        element.drop_tree()


def clean_html(html: str, *, fragment: bool | None, base_url: str | None, facts: Facts) -> Article:
    """The article in a page or a fragment; with no text, where there is none in it.

    Args:
        fragment: whether all of it is the article; None: whether it looks so.
        facts: told beside it; they win over what the page tells.

    Raises:
        TooLargeError: over 8,000,000 characters, nested over 2,048 deep, or the article is over
            1,000,000 characters.
    """
    tree = _parsed(html)
    if tree is None:
        return Article(title=facts.title or "", html="", text="")
    base = _base(tree, facts.url or base_url)
    told, evidence = page_facts(tree, base)
    if fragment or (fragment is None and not re.search(r"<(html|body)\b", html, re.IGNORECASE)):
        work, title = _fragment(tree, facts.title)
    else:
        work, title = _page(tree, facts.title, told.title)
    _show_lazy_images(work.body)
    work.body.tag = "body"  # it may be a form, which no sanitiser lets through
    clean = sanitise(_written(work.body), base_url=base or told.url)
    return _article(clean, replace(told, title=title), facts, work.dropped, evidence)


def _parsed(html: str) -> HtmlElement | None:
    if len(html) > _LONGEST_PAGE:
        raise TooLargeError(f"a page of {len(html):,} characters is over {_LONGEST_PAGE:,}")
    if html.count("<") > _MOST_TAGS:
        raise TooLargeError(f"a page of over {_MOST_TAGS:,} tags")
    safe = cut_attributes(xml_safe_markup(html))
    parser = HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        tree = document_fromstring(safe.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    # libxml2 drops what lies deeper and goes on as if nothing had been there.
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise TooLargeError("the page's elements are nested over 2,048 deep")
    return tree


def _base(tree: HtmlElement, url: str | None) -> str | None:
    """What relative addresses start from: `<base href>`, itself relative to the page's own."""
    written = tree.xpath("string(//base/@href)")
    return (resolve(str(written), url) if written else None) or url


def _fragment(tree: HtmlElement, told: str | None) -> tuple[_Work, str | None]:
    """Everything but what plug-ins add at the end, and a heading that is the title."""
    body = _body(tree)
    _drop_unseen(body)
    work = _Work(body, _words(body))
    _drop_named(work, _IN_FRAGMENTS)
    _drop_tags(work, {"form", "button", "input", "select", "textarea"})
    for _ in range(_MOST_SIGN_OFFS):
        last = _last_block(work.body)
        if last is None or (rule := _sign_off(last)) is None:
            break
        work.drop(last, rule)
    return work, _title_above(work, told)


def _page(tree: HtmlElement, told: str | None, meta: str | None) -> tuple[_Work, str | None]:
    title = told or _page_title(tree, meta)
    body = _body(tree)
    _drop_unseen(body)
    words = _words(body)
    work = _Work(_main(body, words), words)
    _drop_tags(work, set(_FURNITURE))
    _drop_named(work, None)
    if title:
        _drop_title(work, title)
    return work, title


def _body(tree: HtmlElement) -> HtmlElement:
    body = tree.find("body")
    return tree if body is None else body


def _drop_unseen(body: HtmlElement) -> None:
    for element in list(body.iter(*_UNSEEN)):
        if element is not body:
            element.drop_tree()


def _words(body: HtmlElement) -> dict[HtmlElement, int]:
    """How many characters of paragraphs each element holds: a stand-in for what people wrote."""
    elements = list(body.iter(etree.Element))
    words = dict.fromkeys(elements, 0)
    for element in reversed(elements):
        if element.tag == "p":
            words[element] = len(fold(str(element.text_content())))
        above = element.getparent()
        if above in words:
            words[above] += words[element]
    return words


def _main(body: HtmlElement, words: dict[HtmlElement, int]) -> HtmlElement:
    """The block that holds the article: marked as such, or with the most words in paragraphs."""
    for xpath in _MARKED:
        found = max(body.xpath(xpath), key=lambda e: words.get(e, 0), default=body)
        if found is not body and words.get(found, 0) > words[body] * _ENOUGH:
            return found
    return _densest(body, words)


def _densest(body: HtmlElement, words: dict[HtmlElement, int]) -> HtmlElement:
    """The deepest block that holds most of the paragraphs' words."""
    here, enough = body, words[body] * (1 - _ENOUGH)
    while enough:
        inner = max(here.iterchildren(*_BLOCKS), key=lambda e: words[e], default=None)
        if inner is None or words[inner] < enough:
            break
        here = inner
    return here


def _drop_tags(work: _Work, tags: set[str]) -> None:
    for element in list(work.body.iter(*tags)):
        if work.may_go(element):
            work.drop(element, _FURNITURE[element.tag])
        elif element is not work.body:
            element.drop_tag()  # a form around the whole page, as ASP.NET makes them


def _drop_named(work: _Work, rules: frozenset[str] | None) -> None:
    for element in list(work.body.iter(etree.Element)):
        rule = _rule_of_name(element)
        if rule and (rules is None or rule in rules) and work.may_go(element):
            work.drop(element, rule)


def _rule_of_name(element: HtmlElement) -> str | None:
    names = f"{element.get('class', '')} {element.get('id', '')}"[:400].split()
    for rule, pattern in _NAMES:
        if any(map(pattern.fullmatch, names)):
            return rule
    return None


def _page_title(tree: HtmlElement, meta: str | None) -> str | None:
    """The headline: a heading that the page's title or meta tags repeat, else what those say."""
    named = one_line(str(tree.xpath("string(//title)")))
    told = " ".join(filter(None, (meta, named))).casefold()
    headings = [one_line(str(h.text_content())) for h in tree.iter("h1", "h2", "h3")]
    repeated = [heading for heading in headings if heading and heading.casefold() in told]
    if repeated:
        return max(repeated, key=len)
    return meta or _without_site(named) or next(filter(None, headings), None)


def _without_site(title: str) -> str:
    """The longest part of a page's title: names of sites are short."""
    return max(_SITE_SEPARATOR.split(title), key=len)


def _drop_title(work: _Work, title: str) -> None:
    for heading in work.body.iter("h1", "h2", "h3"):
        if one_line(str(heading.text_content())).casefold() == title.casefold():
            work.drop(heading, "title")
            return


def _title_above(work: _Work, told: str | None) -> str | None:
    """A first heading is the title. It stays where others of its level make it one of several."""
    first = next((e for e in work.body.iterdescendants() if _own_text(e)), None)
    if first is None or first.tag not in _HEADINGS or _own_text(work.body):
        return told
    heading = one_line(str(first.text_content()))
    if told and told.casefold() != heading.casefold():
        return told
    if len(list(work.body.iter(first.tag))) == 1:
        work.drop(first, "title")
    return told or heading


def _own_text(element: HtmlElement) -> bool:
    return bool(fold(element.text or ""))


def _last_block(body: HtmlElement) -> HtmlElement | None:
    """The last element, if no text follows it. Empty ones at the end do not count."""
    for element in reversed(list(body.iterchildren())):
        if fold(element.tail or ""):
            return None
        if fold(str(element.text_content())) or element.xpath(".//img|.//video|.//audio"):
            return element if element.tag in ("p", "div") else None
    return None


def _sign_off(block: HtmlElement) -> str | None:
    """The rule for a line that a feed adds: "The post … appeared first on …", "Leave a reply"."""
    links = [str(link.get("href", "")) for link in block.iter("a")]
    said = fold(str(block.text_content()))
    beside = len(said) - sum(len(fold(str(link.text_content()))) for link in block.iter("a"))
    if links and not beside and all(map(_REPLY_PLACES.search, links)):
        return "reply link"
    if len(links) == 2 and 0 < beside <= _LONGEST_SIGN_OFF and _is_below(links[0], links[1]):
        return "appeared first"
    return None


def _is_below(page: str, site: str) -> bool:
    """Whether the first address is a page of the site that the second is the front of."""
    try:
        inner, front = urlsplit(page), urlsplit(site)
    except ValueError:
        return False
    same = bool(inner.netloc) and inner.netloc == front.netloc
    return same and len(front.path) < len(inner.path) and inner.path.startswith(front.path)


def _show_lazy_images(body: HtmlElement) -> None:
    """Images that scripts would have filled in get their address."""
    for image in list(body.iter("img")):
        lazy = next(
            filter(None, map(image.get, ("data-src", "data-lazy-src", "data-original"))), ""
        )
        if lazy and (not image.get("src") or str(image.get("src")).startswith("data:")):
            image.set("src", lazy)
        style = re.sub(r"\s", "", image.get("style", "")).lower()
        if "display:none" in style or re.search(r"(?:^|;)(width|height):[01]px", style):
            image.drop_tree()


def _written(element: HtmlElement) -> str:
    return str(tostring(element, encoding="unicode", with_tail=False))


def _article(
    html: str, told: Facts, facts: Facts, dropped: list[Dropped], evidence: tuple[Evidence, ...]
) -> Article:
    """What was told beside the content wins over what the content tells."""
    text = text_of(html)
    given = _values(facts)
    known = _values(told) | given
    title = known.pop("title", "") or shorten(text, _LONGEST_TITLE)
    beside = tuple(Evidence(name, "told by the source") for name in given)
    return Article(
        title=one_line(title),
        html=html if text else "",
        text=text,
        dropped=tuple(dropped),
        evidence=(*(e for e in evidence if e.field not in given), *beside),
        **known,
    )


def _values(facts: Facts) -> dict[str, Any]:
    return {f.name: value for f in fields(facts) if (value := getattr(facts, f.name))}
