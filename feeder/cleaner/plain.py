"""The text of an article, derived from its sanitised HTML and from nothing else."""

from __future__ import annotations

import re
from html import unescape

from feeder.text import fold

_BLOCKS = (
    "blockquote details div dl figcaption figure h1 h2 h3 h4 h5 h6 hr ol p pre section summary"
    " table ul caption audio video"
)
_LINES = "br dd dt li tr"
_BREAKS = (
    dict.fromkeys(_BLOCKS.split(), "\n\n")
    | dict.fromkeys(_LINES.split(), "\n")
    | dict.fromkeys(["td", "th"], " ")
    | {f"/{name}": "\n\n" for name in _BLOCKS.split()}
)
# The sanitiser escapes < and > everywhere, in values too: what stands between them is a tag.
_TAG = re.compile(r"<(/?[a-z0-9]+)[^<>]*>")
_PRE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_GAP = re.compile(r"\n{3,}")

# Inside <pre>, white space stands for itself. It is carried past the folding as characters that
# sanitised text cannot hold.
_CARRIED = {ord("\n"): "\x01", ord(" "): "\x02", ord("\t"): "\x03"}
_RESTORED = {1: "\n", 2: " ", 3: "\t"}


def text_of(html: str) -> str:
    """The words of sanitised HTML as a reader sees them, without any markup.

    Blocks are apart by an empty line; line breaks, list items and table rows begin a line, and
    cells are apart by a space. White space is folded, except in `<pre>`.
    """
    kept = _PRE.sub(_carried, html) if "<pre" in html else html
    broken = _TAG.sub(_break, kept.replace("\n", " "))
    lines = map(fold, unescape(broken).split("\n"))
    text = _GAP.sub("\n\n", "\n".join(lines)).strip()
    return text if kept is html else text.translate(_RESTORED).strip("\n")


def _carried(pre: re.Match[str]) -> str:
    return pre.group().removesuffix("</pre>").rstrip().translate(_CARRIED) + "</pre>"


def _break(tag: re.Match[str]) -> str:
    return _BREAKS.get(tag[1], "")
