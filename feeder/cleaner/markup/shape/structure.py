"""The structure of an article as HTML has words for it: paragraphs, headings, lists, listings.

Nothing is left but what a reader shows: no boxes, fonts or tables for layout, no empty elements.
"""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.figures import settle_figures
from feeder.cleaner.markup.shape.listings import settle_listings
from feeder.cleaner.markup.shape.marks import GONE, UNWRAPPED, is_blank, shows_nothing, sweep
from feeder.cleaner.markup.shape.paragraphs import (
    BLOCKS,
    HEADINGS,
    WRAPPERS,
    make_paragraphs,
    tells_language,
)
from feeder.cleaner.markup.shape.tables import settle_tables
from feeder.cleaner.markup.work import Work
from feeder.cleaner.sanitize import DROPPED_WITH_CONTENT, TAGS

_UNSEEN = (*sorted(DROPPED_WITH_CONTENT - {"xmp", "plaintext", "embed"}), "canvas", "map", "area",
           "param", "meta", "link", "base", "head", "datalist")  # fmt: skip
"""What the sanitiser would drop; taken out before, so that what it leaves empty is seen."""
_READ_AS_FULL = ("embed", "source", "track", "wbr", "keygen", "bgsound", "command")
"""Elements that hold nothing, but libxml2 (2.14) reads what comes after them as their content."""
_RENAMED = {
    "tt": "code",
    "strike": "s",
    "acronym": "abbr",
    "dir": "ul",
    "menu": "ul",
    "legend": "p",
}
_INLINE = (
    "a", "b", "strong", "em", "i", "u", "s", "small", "sub", "sup", "mark", "code", "cite", "q",
    "abbr", "span", "ins", "del", "dfn", "kbd", "samp", "time",
)  # fmt: skip
_EMPTIED = (*_INLINE, *HEADINGS, "p", "li", "ul", "ol", "dl", "dd", "dt", "blockquote", "pre",
            "figure", "figcaption", "details", "summary", "caption", "table", "div")  # fmt: skip
_KNOWN = frozenset({*TAGS, *BLOCKS, *_UNSEEN, "xmp", "plaintext", "listing", "body", "html"})
_EMPTY = frozenset({GONE, UNWRAPPED, "br"})
_SPAN_THAT_SAYS = "feeder-span"
_FORM_WITH_ARTICLE = 200
"""Characters of paragraphs in a form that make it a page's wrapper; contact forms have fewer."""


def shape_structure(work: Work) -> None:
    """Bring the article into the elements that say what its parts are."""
    body = work.body
    held = list(body.iter())  # or lxml would make the same Python objects again at every look
    _stand_in_a_box(body)
    _keep_articles_in_forms(body)
    _write_out_formulas(body)
    etree.strip_tags(body, *_READ_AS_FULL)
    etree.strip_elements(body, *_UNSEEN, with_tail=False)
    _rename(body)
    _unwrap_unknown(body, held)
    settle_listings(body)
    settle_tables(body)
    settle_figures(body)
    _unwrap_spans(body)
    _lower_headings(body)
    _gather_items(body)
    sweep(body)
    make_paragraphs(body)
    _drop_empty(body)
    sweep(body)
    del held


def _stand_in_a_box(body: HtmlElement) -> None:
    """Where a list or a table was chosen as the article, it stays one inside of `body`."""
    if body.tag in WRAPPERS or body.tag == "body":
        return
    inner = body.makeelement(str(body.tag))
    inner.text, body.text = body.text, None
    inner.extend(list(body))
    body.append(inner)
    body.tag = "div"


def _keep_articles_in_forms(body: HtmlElement) -> None:
    """Some systems put the whole page into one form."""
    for form in list(body.iter("form")):
        length = 0
        for paragraph in form.iter("p"):
            length += len(paragraph.text or "")
            if length >= _FORM_WITH_ARTICLE:
                form.tag = "div"
                break


def _write_out_formulas(body: HtmlElement) -> None:
    """MathML becomes its source in TeX or its text; where a picture of it follows, that stays."""
    for formula in reversed(list(body.iter("math"))):
        source = formula.get("alttext") or formula.findtext(".//annotation")
        text = source or "".join(formula.itertext())
        box = formula.getparent()
        following = box.getnext() if box is not None else None
        formula.clear(keep_tail=True)
        if following is not None and following.tag == "img" and following.get("alt"):
            formula.tag = GONE
            continue
        formula.tag, formula.text = UNWRAPPED, text.strip()
        if following is not None and following.get("aria-hidden") == "true":
            following.tag = GONE  # the same, drawn with boxes (KaTeX)
    sweep(body)


def _rename(body: HtmlElement) -> None:
    for element in list(body.iter(*_RENAMED)):
        element.tag = _RENAMED[str(element.tag)]


def _unwrap_unknown(body: HtmlElement, held: list[HtmlElement]) -> None:
    """Elements of a site's own go, as they do in the sanitiser; what they hold stays."""
    unknown = {str(element.tag) for element in held} - _KNOWN
    if unknown:
        etree.strip_tags(body, *unknown)


def _unwrap_spans(body: HtmlElement) -> None:
    """Only a span that tells a language or a direction tells a reader anything."""
    for span in list(body.iter("span")):
        if tells_language(span):
            span.tag = _SPAN_THAT_SAYS
    etree.strip_tags(body, "span")
    for span in list(body.iter(_SPAN_THAT_SAYS)):
        span.tag = "span"


def _lower_headings(body: HtmlElement) -> None:
    """The title is the one heading of the first level, and stands above."""
    if next(body.iter("h1"), None) is None:
        return
    for heading in list(body.iter(*HEADINGS)):
        heading.tag = HEADINGS[min(HEADINGS.index(str(heading.tag)) + 1, len(HEADINGS) - 1)]


def _gather_items(body: HtmlElement) -> None:
    """Items whose list was left behind, or never was, get one."""
    for item in list(body.iter("li")):
        above = item.getparent()
        if above is None or above.tag in ("ul", "ol"):
            continue
        before, behind = item.getprevious(), item.tail
        item.tail = None  # or the text behind the item would come into the list with it
        if before is not None and before.tag == "ul" and is_blank(before.tail):
            items = before
        else:
            items = etree.SubElement(above, "ul")
            item.addprevious(items)
        items.append(item)
        items.tail = behind


def _drop_empty(body: HtmlElement) -> None:
    """Take out what shows nothing, the innermost first."""
    for element in reversed(list(body.iter(*_EMPTIED))):
        if element is body or not is_blank(element.text) or not _is_empty(element):
            continue
        if element.tag in _INLINE:
            element.tag = UNWRAPPED  # the space in it may part two words
        elif is_blank(element.tail):
            element.tag = GONE
        else:
            element.clear(keep_tail=True)
            element.tag = "br"
    for rule in list(body.iter("hr")):
        if _parts_nothing(rule, body):
            rule.tag = GONE


def _is_empty(element: HtmlElement) -> bool:
    if element.tag == "table":
        return shows_nothing(element)
    return all(child.tag in _EMPTY and is_blank(child.tail) for child in element)


def _parts_nothing(rule: HtmlElement, body: HtmlElement) -> bool:
    """Whether a rule is the first, the last, or the second in a row."""
    before, after = rule.getprevious(), rule.getnext()
    if before is not None and before.tag == "hr" and is_blank(before.tail):
        return True
    return rule.getparent() is body and (before is None or after is None)
