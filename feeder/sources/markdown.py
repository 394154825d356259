"""Markdown as HTML (CommonMark with tables and strike-through); sanitised later, like any other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from feeder.errors import TooLargeError
from feeder.text import fold, one_line

_LONGEST = 1_000_000
_MOST_BRACKETS = 20_000
"""Each that is never closed is looked for to the end of its paragraph: these take a second."""
_DEEPEST = 100
"""Nested lists and quotes, each list counting twice. markdown-it's own limit is 20, and what is
deeper it leaves out without a word, all that follows included."""


def render(text: str, title: str | None = None) -> tuple[str | None, str]:
    """The title and the HTML of a Markdown text.

    A first heading of the first level is the title where none is given. It is taken out of the
    text then, and where it repeats the given one.

    Raises:
        TooLargeError: over 1,000,000 characters or 20,000 brackets, or nested too deeply to be
            read whole.
    """
    if text.count("[") > _MOST_BRACKETS:
        raise TooLargeError(f"Markdown with over {_MOST_BRACKETS:,} opening brackets")
    if len(text) > _LONGEST:
        raise TooLargeError(f"Markdown of {len(text):,} characters is over {_LONGEST:,}")
    tokens = _parser().parse(text)
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        raise TooLargeError("its lists and quotes are nested too deeply to be read whole")
    heading = _first_heading(tokens)
    if heading and (title is None or fold(title).casefold() == heading.casefold()):
        title, tokens = title or heading, tokens[3:]
    html: str = _parser().renderer.render(tokens, _parser().options, {})
    return title, html


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "linkify": False, "maxNesting": _DEEPEST})
    return parser.enable(["table", "strikethrough"])


def _first_heading(tokens: Sequence[Token]) -> str | None:
    if len(tokens) < 3 or tokens[0].type != "heading_open" or tokens[0].tag != "h1":
        return None
    return one_line("".join(map(_words, tokens[1].children or ()))) or None


def _words(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in ("text", "code_inline", "image") else ""
