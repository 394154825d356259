"""Whether an article and an entry on record may be one: by title, date and words.

Keys say it outright; this is for keys that prove nothing alone, such as a guid that a site has
given out twice. None stands for "nothing to compare".
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from feeder.models import Article, Entry

_LONGEST_TITLE = 300
_LONGEST_TEXT = 3_000
"""Characters that are compared; what somebody sends may be megabytes."""
_SHINGLE = 8
"""Characters of a piece. Two of 759 pages of the corpora have .15 of such pieces in common at most,
of pieces of 5 letters .42 (3,000 pairs)."""
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")
_LIKE_TITLE = 0.5
"""Share of letter pairs. Of two articles it is .41 at most in 99 of 100 of those pairs."""
_LIKE_TEXT = 0.5
_SAME_MOMENT = timedelta(minutes=1)
"""A listing shows no seconds where a page does."""


def same_title(article: Article, entry: Entry) -> bool | None:
    """Whether both have one title, apart from case, marks and spaces."""
    ours, theirs = folded(article.title), folded(entry.title)
    return ours == theirs if ours and theirs else None


def like_title(article: Article, entry: Entry) -> bool | None:
    """Whether both have one title; None also where the one may be an edited form of the other.

    Two that count differently are two: "Letter 12" is no edit of "Letter 11".
    """
    ours, theirs = folded(article.title), folded(entry.title)
    if not ours or not theirs or ours == theirs:
        return same_title(article, entry)
    one, other = _pieces(ours, 2), _pieces(theirs, 2)
    alike = 2 * len(one & other) >= _LIKE_TITLE * (len(one) + len(other))
    return None if alike and _NUMBER.findall(ours) == _NUMBER.findall(theirs) else False


def same_date(article: Article, entry: Entry) -> bool | None:
    """Whether the article tells the date that the entry has."""
    return same_moment(article.published, entry.published)


def same_moment(one: datetime | None, other: datetime | None) -> bool | None:
    """Whether two dates are one."""
    return None if one is None or other is None else abs(one - other) < _SAME_MOMENT


def like_text(article: Article, entry: Entry) -> bool:
    """Whether the shorter text is for the most part in the longer one, or there is none."""
    one = _pieces(folded(article.text, _LONGEST_TEXT), _SHINGLE)
    other = _pieces(folded(entry.text, _LONGEST_TEXT), _SHINGLE)
    return len(one & other) >= _LIKE_TEXT * min(len(one), len(other))


def folded(text: str, limit: int = _LONGEST_TITLE) -> str:
    """The words of a text's beginning alone, without case and marks."""
    plain = unicodedata.normalize("NFKC", text[:limit]).casefold()
    return " ".join(_WORD.findall(plain))


def _pieces(text: str, length: int) -> set[str]:
    if not text:
        return set()
    return {text[at : at + length] for at in range(max(1, len(text) - length + 1))}
