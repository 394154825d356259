"""A listing as a tree, within bounds, and what is true of all of its links."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from feeder.encoding import decode
from feeder.errors import LayoutError, TooLargeError
from feeder.languages import read_language
from feeder.models import Page
from feeder.urls import led_to, resolve, without_tracking

LONGEST_PAGE = 8_000_000
"""Characters; no answer may have more bytes unless somebody allowed it."""
MOST_TAGS = 500_000
"""A page of 10⁵ items has 400,000; 2,000,000 tags take libxml2's tree 1 GB."""
MANY_LINKS = 20_000
"""Links that are looked at: a listing of all articles of twenty years has fewer."""
_DEEPEST = 2_048  # libxml2's limit
# libxml2 compares each attribute of a tag with all others: 40,000 take 1.6 s, 200,000 two minutes.
# A tag with a thousand attributes or more, from the beginning of a page: all that stands before
# is passed over as a parser reads it, each character once. To look behind every "<" instead took
# minutes for 10⁵ of "<a". Of a quoted value of over 50,000 characters the words are counted. There
# are no groups in it: `re` of Python 3.11 loses them in possessive repeats.
_SPACE = r"[\t\n\f\r ]"
_ATTRIBUTE_SOON = (
    r"[\t\n\f\r /]*+[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rf"(?:{_SPACE}*+={_SPACE}*+"
    r"(?:\"[^\"]{0,50000}+\"|'[^']{0,50000}+'|(?![\"'])[^\t\n\f\r >]*+))?+"
)
_FEW = rf"(?:{_ATTRIBUTE_SOON}){{0,999}}+(?!{_ATTRIBUTE_SOON})"
_RAW_TEXTS = "|".join(
    rf"(?i:{name})(?=[\s/>]){_FEW}(?:[^<]++|<(?!/(?i:{name})[\s/>]))*+"
    for name in "script style title textarea xmp iframe noembed noframes".split()
)
_MANY_ATTRIBUTES = re.compile(
    r"(?:[^<]++|</[a-zA-Z0-9]++>|<(?=[sStTxXiInN])(?:" + _RAW_TEXTS + ")"
    rf"|</?[a-zA-Z][^\t\n\f\r />]*+{_FEW}"
    r"|<(?![a-zA-Z/!?])|</(?![a-zA-Z])[^>]*+|<!--(?:-?>|(?:[^-]++|-(?!-!?>))*+)|<[!?][^>]*+)*+"
    rf"</?(?P<name>[a-zA-Z][^\t\n\f\r />]*+)(?:{_ATTRIBUTE_SOON}){{1000}}"
)
_MOST_ATTRIBUTES = 1_000
_ATTRIBUTES = re.compile(
    r"(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^\s>]*+))?+)"
    rf"{{0,{_MOST_ATTRIBUTES}}}+(?P<more>[\s/]*+[^\s/>])?"
)
_LONG = 16_384  # characters; no thousand attributes in less take long
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\f\r"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A parsed page. `address` is where it came from, `base` what its links are relative to."""

    root: etree._Element
    address: str
    base: str
    language: str | None

    def address_of(self, href: str | None) -> str | None:
        """The absolute address that a link leads to, without its fragment and tracking."""
        if not href or href[0] == "#":
            return None
        address = resolve(href, self.base)
        return address and without_tracking(led_to(address.partition("#")[0]))


def open_sheet(page: Page) -> Sheet:
    """The tree of a page that was fetched.

    Raises:
        NotTextError: it is binary.
        TooLargeError: too long, too many tags, nested too deep, or a tag of 1,000 attributes.
        LayoutError: there is no markup in it.
    """
    text = decode(page.body, charset=page.charset, markup=True).text
    root = _parsed(text)
    if root is None:
        raise LayoutError(
            f"{page.final_url} is empty, or is no HTML page",
            advice='open it in a browser; an answer in JSON is read by kind = "json"',
        )
    base = next((tag.get("href") for tag in root.iter("base") if tag.get("href")), None)
    return Sheet(
        root=root,
        address=page.final_url,
        base=(base and resolve(base, page.final_url)) or page.final_url,
        language=read_language(root.get("lang") or ""),
    )


def _parsed(text: str) -> etree._Element | None:
    _refuse_too_much(text)
    parser = etree.HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    # Lone surrogates are no UTF-8, and NUL and its like end a name or a text for libxml2.
    safe = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    try:
        root = etree.fromstring(safe, parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    # libxml2 drops what lies deeper and goes on as if nothing had been there.
    deep = text.count("<") > _DEEPEST
    if deep and any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise TooLargeError(f"the page's elements are nested over {_DEEPEST:,} deep")
    return root if root is not None and root.tag == "html" else None


def _refuse_too_much(text: str) -> None:
    if len(text) > LONGEST_PAGE:
        raise TooLargeError(f"a page of {len(text):,} characters is over {LONGEST_PAGE:,}")
    if text.count("<") > MOST_TAGS:
        raise TooLargeError(f"a page of over {MOST_TAGS:,} tags")
    if len(text) > _LONG and _has_many(text):
        raise TooLargeError(f"a tag of the page has over {_MOST_ATTRIBUTES:,} attributes")


def _has_many(text: str) -> bool:
    """Whether a tag has so many, and not one as long: some pages keep data in an attribute."""
    position = 0
    while tag := _MANY_ATTRIBUTES.match(text, position):
        attributes = _ATTRIBUTES.match(text, tag.end("name"))
        if attributes is None or attributes["more"]:
            return True
        position = attributes.end()
    return False
