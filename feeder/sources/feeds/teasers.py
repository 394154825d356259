"""Whether an item of a feed is the whole article, by signs that hold for any feed.

Nothing here knows a site. A whole item that is taken for a teaser costs one request, and its page
gives the same words; a teaser that is taken for the whole is a shorter article. So what is in doubt
is a teaser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from feeder.sources.feeds.texts import plain
from feeder.sources.feeds.told import Told

_SHORT = 400
"""Characters of a content below which, with a headline above it, it is more often a teaser;
WordPress cuts at 55 words, which are some 350."""
_CAPTION = 80
"""Characters that a picture may have below it and still be the post. Teasers with a picture, which
newspapers put into the content, begin at a sentence of 100."""
_LONG = 1_000
"""Characters from which a description is taken for an article. Drupal cuts at 600, agencies and
newspapers write up to 500, and what editors call a summary has rarely more than 800."""
_ALIKE = 0.85
_MOST_CUT = 3_000
_FEWEST = 5
"""Items of which most have nearly the same length, and that length as their greatest: they were cut
at it. Articles vary by factors; five of eight within 15 % of the longest is nothing they do."""
_MOST_JUDGED = 50_000
_LAST_LINE = 200
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[\s*(?:…|\.{2,})\s*\]|\(\s*(?:…|\.{2,})\s*\))[\s»›→>\"”’]*\Z")
_PLAYED = re.compile(r"<(?:video|audio|iframe)\b", re.IGNORECASE)
_PICTURE = re.compile(r"<(?:img|picture)\b", re.IGNORECASE)
_DECORATION = " \t»›→>-–—:•|[]()«“”\"'‘’"


def whole(items: Sequence[Told]) -> list[bool]:
    """Of each item of one feed, whether all of its article is in it."""
    texts = [_end_of(item.content) for item in items]
    has_contents = any(item.content and not item.is_summary for item in items)
    told = [*zip(items, texts, strict=True)]
    are_cut = {
        kind: _are_cut([len(text) for item, text in told if item.is_summary is kind])
        for kind in (False, True)
    }
    return [
        _is_whole(item, text, has_contents=has_contents) and not _is_cut(item, are_cut)
        for item, text in told
    ]


def _is_cut(item: Told, are_cut: Mapping[bool, bool]) -> bool:
    """Whether what stands where this does is cut, of those with a headline and without a sound."""
    return are_cut[item.is_summary] and item.title is not None and not item.enclosures


def _end_of(markup: str) -> str:
    """The words of a content; of a very long one those at its end, which are enough to judge by."""
    return plain(markup if len(markup) <= _MOST_JUDGED else markup[-_MOST_JUDGED:])


def without_ending(text: str) -> str:
    """A teaser's words without what leads on, and without the line that blogs put below."""
    lines = text.split("\n")
    while lines and (_leads_on(lines[-1]) or _stands_below(lines[-1])):
        lines.pop()
    return "\n".join(lines)


def _is_whole(item: Told, text: str, *, has_contents: bool) -> bool:
    if item.damaged:
        return False
    if item.enclosures:  # of a podcast the sound is the article, and the notes stand in the feed
        return True
    if item.is_only_summary or _ends_early(text):
        return False
    if item.title is None:  # "complete in itself", as RSS 2.0 has it: a note without a headline
        return not item.is_summary or not has_contents
    if item.is_summary:
        return not has_contents and len(text) >= _LONG
    return _is_content(item, text)


def _is_content(item: Told, text: str) -> bool:
    if len(text) < len(item.summary or "") * _ALIKE:
        return False  # the summary says more
    if item.summary and len(text) < _LONG and text == item.summary:
        return False  # one teaser in both places
    if len(text) >= _SHORT or _PLAYED.search(item.content):
        return True
    return len(text) <= _CAPTION and _PICTURE.search(item.content) is not None


def _ends_early(text: str) -> bool:
    lines = text.split("\n")
    while lines and _stands_below(lines[-1]):
        lines.pop()
    return bool(lines) and (_leads_on(lines[-1]) or _ELLIPSIS.search(lines[-1][-40:]) is not None)


def _leads_on(line: str) -> bool:
    """Whether a line leads to the rest: its first words say so, or its last behind an ellipsis."""
    if _begins(line):
        return True
    before, mark, after = line[-_LAST_LINE:].replace("...", "…").rpartition("…")
    return bool(mark and before and _begins(after))


def _begins(line: str) -> bool:
    line = line.strip(_DECORATION).replace("’", "'").casefold()
    return 0 < len(line) <= _LAST_LINE and line.startswith(_phrases("more"))


def _stands_below(line: str) -> bool:
    line = line.casefold()
    return len(line) <= 2 * _LAST_LINE and any(phrase in line for phrase in _phrases("below"))


def _are_cut(lengths: Iterable[int]) -> bool:
    found = [length for length in lengths if length]
    if len(found) < _FEWEST or max(found) > _MOST_CUT:
        return False
    return sum(length >= _ALIKE * max(found) for length in found) >= 0.6 * len(found)


@cache
def _phrases(kind: str) -> tuple[str, ...]:
    lines = files("feeder.sources.feeds").joinpath("teasers.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(phrase for name, phrases in rows if name == kind for phrase in phrases.split("|"))
