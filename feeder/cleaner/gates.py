"""The gate before every HTML5 tree builder: markup that it can read in linear time.

html5ever needs time that is quadratic in the depth of nesting (100,000 nested tags: six minutes),
in the attributes of a tag, in unclosed formatting tags (each block opens them all again), in
strays inside tables and in character references. What is small is let through as it is; the rest
is written anew with every tag closed where it belongs, nothing nested deeper than `MAX_DEPTH`,
and its words in their order. This is no sanitiser: it only keeps one from being held up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from feeder.errors import TooLargeError
from feeder.markup import MANY_ATTRIBUTES

MAX_CHARACTERS = 1_000_000
MAX_REFERENCES = 100_000
"""Ampersands: 10⁵ of them take html5ever 70 ms, 10⁶ take 6 s."""
MAX_DEPTH = 256
"""What libxml2 allows; browsers stop at 512, and hand-written articles stay below 40."""

# Below these nothing can be slow: a tag nests no deeper than there are tags, and the worst
# attributes that fit take html5ever 10 ms.
_FEW_TAGS = 256
_FEW_CHARACTERS = 16_384
_SHORT_ATTRIBUTES = 2_000
_MOST_ATTRIBUTES = 50
_MOST_FORMATTING = 8

_SPACE = r"[\t\n\f\r ]"
# Tags are read as the HTML standard's tokeniser reads them (13.2.5.32–40).
_ATTRIBUTE = (
    rf"[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rf"(?:{_SPACE}*+={_SPACE}*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^\t\n\f\r >]*+))?+"
)
_MARKUP = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<[!?][^>]*+>?"
    r"|</(?![a-zA-Z])[^>]*+>?"
    rf"|<(?P<slash>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*+)"
    rf"(?P<attributes>(?:[\t\n\f\r /]++|{_ATTRIBUTE})*+)>?",
    re.DOTALL,
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
# Before each of these html5ever looks through all of the text behind it when it writes: 10⁵ of
# them in 10⁶ characters take up to 1.5 s, 9 × 10⁵ no-break spaces 11 s.
_LATIN = re.compile("[\u0080-\u00bf]")

_RAW_TEXT = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in "script style title textarea xmp iframe noembed noframes noscript".split()
}
_VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source"
    " track wbr".split()
)
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_BLOCKS = frozenset(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre search section"
    " summary table ul li dt dd".split()
)
_ROWS = frozenset({"table", "thead", "tbody", "tfoot", "tr"})
_TABLE_PARTS = frozenset("caption colgroup col thead tbody tfoot tr td th".split())
# Which open tag a start tag ends without an end tag of its own, as far as it is the innermost.
_ENDS: dict[str, frozenset[str]] = {name: frozenset({"p"}) for name in _BLOCKS} | {
    "li": frozenset({"p", "li"}),
    "dt": frozenset({"p", "dt", "dd"}),
    "dd": frozenset({"p", "dt", "dd"}),
    "td": frozenset({"p", "td", "th"}),
    "th": frozenset({"p", "td", "th"}),
    "tr": frozenset({"p", "td", "th", "tr"}),
    "thead": frozenset({"p", "td", "th", "tr", "thead", "tbody", "tfoot"}),
    "tbody": frozenset({"p", "td", "th", "tr", "thead", "tbody", "tfoot"}),
    "tfoot": frozenset({"p", "td", "th", "tr", "thead", "tbody", "tfoot"}),
}
# An end tag finds its start tag only on this side of these.
_SCOPE = frozenset({"table", "caption", "td", "th"})
_TABLE_SCOPE = frozenset({"table"})


def tame(html: str) -> str:
    """`html`, or the same written so that no tree builder takes long over it.

    Raises:
        TooLargeError: over 1,000,000 characters, or 100,000 ampersands.
    """
    refuse_too_much(html)
    if len(html) <= _FEW_CHARACTERS and html.count("<") <= _FEW_TAGS:
        return html
    writing = _Writing()
    position = 0
    for tag, end in _tags(html):
        writing.out.append(_apart(html[position : tag.start()]))
        writing.take(tag)
        position = end
    writing.out.append(html[position:])
    return "".join(writing.out)


def _apart(text: str) -> str:
    """A text that makes no tag with what stands behind the tag after it, should that be left out:
    `<</title>b>` says "<b>" and is none."""
    return f"{text[:-1]}&lt;" if text.endswith("<") else text


def refuse_too_much(html: str) -> None:
    """Nothing, unless no tree builder should be handed so much.

    Raises:
        TooLargeError: over 1,000,000 characters, or 100,000 ampersands.
    """
    if len(html) > MAX_CHARACTERS:
        raise TooLargeError(f"content of {len(html):,} characters is over {MAX_CHARACTERS:,}")
    if html.count("&") > MAX_REFERENCES:
        raise TooLargeError(f"content has over {MAX_REFERENCES:,} character references")
    if len(html) > MAX_REFERENCES and len(_LATIN.findall(html)) > MAX_REFERENCES:
        raise TooLargeError(f"content has over {MAX_REFERENCES:,} characters of U+0080 to U+00BF")


def cut_attributes(html: str) -> str:
    """`html` without the attributes that a tag has beyond 50, if they are very many.

    libxml2, too, takes time that is quadratic in them: 40,000 of them take it 1.5 s.
    """
    if len(html) <= _FEW_CHARACTERS or not MANY_ATTRIBUTES.match(html):
        return html
    out, position = [], 0
    for tag, _ in _tags(html):
        if len(tag["attributes"] or "") > _SHORT_ATTRIBUTES:
            start, end = tag.span("attributes")
            out += [html[position:start], _few(tag["attributes"])]
            position = end
    return "".join([*out, html[position:]])


def _tags(html: str) -> Iterator[tuple[re.Match[str], int]]:
    """Every piece of markup, and where it ends with the raw text that belongs to it."""
    position = 0
    while (tag := _MARKUP.search(html, position)) is not None:
        position = tag.end()
        if not tag["slash"] and (raw := _RAW_TEXT.get((tag["name"] or "").lower())):
            end = raw.search(html, position)
            position = end.start() if end else len(html)
        yield tag, position


@dataclass(slots=True)
class _Writing:
    """Tags put out so far, those still open, and how many of each name were left out."""

    out: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    formatting: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def take(self, tag: re.Match[str]) -> None:
        name = (tag["name"] or "").lower()
        if not name or name in _RAW_TEXT or name == "plaintext":
            return
        if tag["slash"]:
            self.end(name)
        else:
            self.start(name, tag["attributes"])

    def start(self, name: str, attributes: str) -> None:
        ends = _ENDS.get(name, frozenset())
        while self.open and self.open[-1] in ends:
            self.close(len(self.open) - 1)
        if self.among_rows() and name not in _TABLE_PARTS and name != "form":
            self.start("td", "")  # or a tree builder would move it before the table
        if self.misplaced(name):
            self.left_out[name] += name not in _VOID
            return
        self.out.append(f"<{name}{_few(attributes)}>")
        if name not in _VOID:
            self.open.append(name)
            self.formatting += name in _FORMATTING

    def among_rows(self) -> bool:
        return bool(self.open) and self.open[-1] in _ROWS

    def misplaced(self, name: str) -> bool:
        return (
            len(self.open) >= MAX_DEPTH
            or (name in _FORMATTING and self.formatting >= _MOST_FORMATTING)
            or (name == "form" and self.among_rows())
        )

    def end(self, name: str) -> None:
        if self.left_out[name]:
            self.left_out[name] -= 1
            return
        scope = _TABLE_SCOPE if name in _TABLE_PARTS else _SCOPE
        for at in range(len(self.open) - 1, -1, -1):
            if self.open[at] == name:
                self.close(at)
                return
            if self.open[at] in scope and name != "table":
                return

    def close(self, at: int) -> None:
        """End all open tags from `at` on, the innermost first."""
        ended = self.open[at:]
        del self.open[at:]
        self.formatting -= sum(name in _FORMATTING for name in ended)
        self.out.extend(f"</{name}>" for name in reversed(ended))


def _few(attributes: str) -> str:
    """The attributes with a space before them; the first fifty where there are very many."""
    attributes = attributes.strip("\t\n\f\r /")
    if len(attributes) > _SHORT_ATTRIBUTES:
        found = islice(_ATTRIBUTES.finditer(attributes), _MOST_ATTRIBUTES)
        attributes = " ".join(match.group() for match in found)
    return f" {attributes} " if attributes else ""
