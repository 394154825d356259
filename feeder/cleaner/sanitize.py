"""Sanitising: the last step. What comes out cannot run, load a frame or post a form anywhere.

A strict allow-list over an HTML5 parser (nh3), without SVG, MathML, styles, classes and ids:
every mutation attack known on the parser needs one of them. nh3 does not check `cite` and
`srcset`, so all addresses go through a filter of our own. Nothing edits HTML after this.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from html import escape

import nh3

from feeder.cleaner.gates import MAX_CHARACTERS, refuse_too_much, tame
from feeder.cleaner.nesting import nests_plainly
from feeder.cleaner.pixels import counts_only
from feeder.cleaner.plain import text_of
from feeder.errors import TooLargeError
from feeder.text import xml_safe
from feeder.urls import mail_link, resolve

TAGS = frozenset(
    "a abbr audio b blockquote br caption cite code col colgroup dd del details dfn div dl dt em"
    " figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby"
    " s samp section small source span strong sub summary sup table tbody td tfoot th thead time"
    " tr u ul var video wbr".split()
)
DROPPED_WITH_CONTENT = frozenset(
    "script style noscript template iframe object embed applet form input button select textarea"
    " svg math title xmp noembed noframes plaintext frame frameset portal".split()
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "audio": {"src", "controls"},
    "blockquote": {"cite"},
    "del": {"cite", "datetime"},
    "dfn": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ins": {"cite", "datetime"},
    "ol": {"start"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"src", "controls", "poster", "width", "height"},
}

_Check = Callable[[str], str | None]

_SIZE = re.compile(r"\s*(\d{1,5})\s*(?:px)?\s*", re.IGNORECASE)
_SHAPES = {
    "colspan": re.compile(r"[1-9]\d{0,2}"),
    "rowspan": re.compile(r"[1-9]\d{0,2}"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "start": re.compile(r"-?\d{1,9}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "lang": re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,8}"),
    "datetime": re.compile(r"[0-9A-Za-z:+. \-]{1,64}"),
    "type": re.compile(r"[a-z]+/[a-z0-9.+\-]{1,64}"),
}
# Blocks that are not on the list stay blocks, or their words would run into those around them.
_BLOCKS = re.compile(
    r"<(/?)(?:address|article|aside|center|dialog|dir|fieldset|footer|header|hgroup|main|menu|nav"
    r"|search)(?=[\s/>])",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));?")
# Only to be used on what the sanitiser wrote: there, no value holds a bare < or >.
_USELESS = re.compile(
    r'<(?:img|source)(?![^<>]* src=")[^<>]*>'
    r'|<img(?=[^<>]* (?:width|height)="[01]")[^<>]*>'
)
_MOST_PASSES = 8
# nh3 leaves its `rel` before others where it took an attribute away, and last the next time.
_REL_NOT_LAST = ' rel="noopener noreferrer" '
# A line end stands right behind <pre>, where it is not read, if an image before it was useless.
_LINE_END_IN_PRE = re.compile(r"<pre[^<>]*>\n")


def sanitise(html: str, *, base_url: str | None = None) -> str:
    """`html` as it can be published: allow-listed tags, absolute web addresses, XML-safe text.

    Relative addresses are resolved against `base_url`, and dropped without one. Images without
    an address, and those of one pixel, go. Sanitising twice gives what sanitising once gave.

    Raises:
        TooLargeError: over 1,000,000 characters; a shorter article would be a lie.
    """
    safe = xml_safe_markup(html)
    refuse_too_much(safe)
    cleaner = _CLEANER if base_url is None else _cleaner(base_url)
    clean = _USELESS.sub("", cleaner.clean(safe)).strip() if nests_plainly(safe) else None
    if clean is None or not _rests(clean):
        clean = _clean_until_it_rests(safe, cleaner)
    if len(clean) > MAX_CHARACTERS:
        raise TooLargeError(f"sanitised content is over {MAX_CHARACTERS:,} characters")
    return clean


def _rests(clean: str) -> bool:
    """Whether what was made of plainly nested markup would be left alone the next time."""
    return _REL_NOT_LAST not in clean and not ("<pre" in clean and _LINE_END_IN_PRE.search(clean))


def _clean_until_it_rests(safe: str, cleaner: nh3.Cleaner) -> str:
    """Taking tags away can leave others where a parser would move them."""
    given = _BLOCKS.sub(r"<\1div", safe).strip()
    clean = cleaner.clean(tame(given))
    for _ in range(_MOST_PASSES):
        if clean == given and not _USELESS.search(clean):
            return clean
        given = _USELESS.sub("", clean).strip()
        clean = _CLEANER.clean(tame(given))
    # No markup is known that never rests. Should there be one, its words are kept as text.
    return escape(text_of(clean), quote=False)


def xml_safe_markup(html: str) -> str:
    """Markup without characters that XML cannot carry, nor references to them.

    `&#8;` and the like become spaces.
    """
    safe = xml_safe(html)
    return _REFERENCE.sub(_legal, safe) if "&#" in safe else safe


def _legal(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    legal = code <= 0x10FFFF and xml_safe(chr(code))
    return match.group() if legal else " "


def _filtered(base_url: str | None, element: str, attribute: str, value: str) -> str | None:
    """The value that may be published, or None. Called by nh3 for each allowed attribute."""
    match attribute:
        case "href":
            return resolve(value, base_url) or mail_link(value)
        case "src" | "poster" | "cite":
            url = resolve(value, base_url)
            return None if url and element == "img" and counts_only(url) else url
        case "width" | "height":
            size = _SIZE.fullmatch(value)
            return size[1] if size else None
        case "controls":
            return ""
        case "alt" | "title" | "rel":
            return value
    shape = _SHAPES.get(attribute)
    return value if shape and shape.fullmatch(value.strip()) else None


def _cleaner(base_url: str | None) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes=ATTRIBUTES,
        attribute_filter=partial(_filtered, base_url),
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


_CLEANER = _cleaner(None)
