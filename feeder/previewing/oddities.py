"""What is odd about an article: what a person who follows it would wonder at. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from feeder.changes.identity import Reading
from feeder.text import fold

SHORT = 300
"""Characters that a teaser has, as lists in readers show them; articles have more."""
_LONG_WORDS = 15.0
"""Characters a word, on average: scripts without spaces have hundreds, German has seven."""


def oddities(readings: Sequence[Reading], now: datetime) -> list[tuple[str, ...]]:
    """Of each article in words what is odd about it, most are odd in nothing."""
    titles = Counter(fold(one.article.title) for one in readings)
    return [tuple(_of(one, titles, now)) for one in readings]


def length(text: str) -> str:
    """How long a text is, in words; in characters where its script does not part words."""
    words = len(text.split())
    if words and len(text) / words > _LONG_WORDS:
        return f"{len(text):,} characters"
    return "1 word" if words == 1 else f"{words:,} words"


def _of(reading: Reading, titles: Counter[str], now: datetime) -> Iterator[str]:
    article = reading.article
    told = {evidence.field for evidence in article.evidence}
    published = article.published or reading.published
    if published is None:
        yield "no date is told: it is dated when it is first seen"
    elif article.published is None and any(key.kind == "path" for key in reading.keys):
        yield "no date is told: that of the file stands for one"
    elif published > now:
        yield f"its date is to come ({published:%Y-%m-%d}): it is dated when it is first seen"
    if "title" not in told and article.text:
        yield "no title is told: its first words stand for one"
    elif (same := titles[fold(article.title)]) > 1:
        yield f"{same} of these articles have this title"
    if not article.text:
        yield "there is not a word in it, pictures alone"
    elif len(article.text) < SHORT:
        yield f"it is short ({length(article.text)}): is it a teaser, or is the rest behind a wall?"
