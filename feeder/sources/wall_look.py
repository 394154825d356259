"""What is to be seen of a page, as far as walls are told by it, and its words made even."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape

from feeder.text import fold

MOST_WORDS = 6_000
"""Characters in which signs are looked for."""
_BLOCK_OF_PROSE = 80
_HEADLINE = 25
"""Menus say less, headlines more."""

_TYPED = re.compile(
    r"\bog:type[\"']?\s[^>]{0,80}?\barticle\b|\"article[\"']?\s[^>]{0,80}?\bog:type\b"
    r"|article:published_time"
)
_ARTICLE = (
    "<article", "articlebody", "article:published_time", "datepublished",
    "article\"", "posting\"",  # types of schema.org and og:type, and what themes call their blocks
)  # fmt: skip
_NOT_FREE = re.compile(
    r"isaccessibleforfree\"\s{0,9}:\s{0,9}\"?(?:false|no)\b"
    r"|article:content_tier[\"']?\s{1,9}content=[\"']?(?:locked|metered-locked)\b"
)
_BODY_IN_DATA = re.compile(r"\"articlebody\"\s{0,9}:")
PUNCTUATION = " \t.!?¡¿。！？…:：,;、-–—|·•»«›‹\"'“”„()[]#*→←×✕"
_BETWEEN = re.compile(r"\s+[-–—|·•»«›‹:]+\s+|\s*[|•»«›‹]\s*|:\s+|！|。|\s+~\s+")
_SAME = (("’", "'"), ("‘", "'"), ("ʼ", "'"), ("…", "..."), ("\u00ad", ""), ("\u200e", ""),
         ("\u200f", ""), ("\u200b", ""))  # fmt: skip
_WIDE = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass
class Look:
    """What is to be seen of a page; all words as `same` spells them."""

    markup: str
    """The beginning of all of it, in small letters."""
    title: str = ""
    headings: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    """Text between block elements, without that of links and buttons."""
    lines: list[str] = field(default_factory=list)
    """The same with it."""
    controls: list[str] = field(default_factory=list)
    """What links and buttons say."""
    ids: set[str] = field(default_factory=set)
    """Ids, and names of elements that HTML does not have."""
    noscript: str = ""
    refresh: str = ""
    links: int = 0
    scripts: int = 0
    pictures: int = 0
    password: bool = False
    user: bool = False
    textarea: bool = False

    @cached_property
    def words(self) -> str:
        """What is to be read, the title too, but no links that stand alone."""
        return "\n".join((self.title, *self.lines))[:MOST_WORDS]

    @cached_property
    def everything(self) -> str:
        """That, what stands on buttons and links, and what browsers without scripts show."""
        buttons = "\n".join(self.controls)[:MOST_WORDS]
        return "\n".join((self.words, buttons, self.noscript))

    @cached_property
    def heads(self) -> frozenset[str]:
        """The title, its parts, and the first headings."""
        parts = (self.title, *_BETWEEN.split(self.title), *self.headings)
        return frozenset(part.strip(PUNCTUATION) for part in parts) - {""}

    @cached_property
    def text(self) -> int:
        """How much there is to be read outside of links."""
        return sum(map(weight, self.blocks))

    @cached_property
    def prose(self) -> int:
        """How much of it is in paragraphs."""
        return sum(each for each in map(weight, self.blocks) if each >= _BLOCK_OF_PROSE)

    @cached_property
    def paragraphs(self) -> int:
        """How many blocks are as long as a sentence or two."""
        return sum(weight(each) >= _BLOCK_OF_PROSE for each in self.blocks)

    @cached_property
    def headlines(self) -> int:
        """How many links read like those to articles."""
        return sum(weight(each) >= _HEADLINE for each in self.controls)

    @cached_property
    def article(self) -> bool:
        """Whether the markup says that there is an article."""
        return any(mark in self.markup for mark in _ARTICLE)

    @cached_property
    def typed(self) -> bool:
        """Whether the whole page is said to be an article, which no listing of teasers is."""
        return bool(_TYPED.search(self.markup))

    @cached_property
    def not_free(self) -> bool:
        """Whether the markup says that it is not for everybody (schema.org, Open Graph)."""
        return bool(_NOT_FREE.search(self.markup))

    @cached_property
    def body_in_data(self) -> bool:
        """Whether the article stands in JSON-LD, whatever is to be seen."""
        return bool(_BODY_IN_DATA.search(self.markup))


def same(text: str) -> str:
    """Text as signs are written."""
    return fold(even(text))


def even(text: str) -> str:
    for written, meant in _SAME:
        text = text.replace(written, meant)
    return text.casefold()


def plain(text: str) -> str:
    """Text of markup that is even already."""
    return same(unescape(text)) if "&" in text else fold(text)


def weight(text: str) -> int:
    """How much there is to read: an ideograph is half a word."""
    return len(text) + 2 * len(_WIDE.findall(text))
