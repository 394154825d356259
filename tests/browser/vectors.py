"""What hostile sites write: a vector a line in `vectors.txt`, each in every place of an article.

Control characters stand there as Python writes them. Each vector says `alert(1)`, which becomes
its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from feeder.models import Attribution, Enclosure, Entry, Feed, FeedEntry, FormatLink
from feeder.publish.compose import SourceLabel, compose

LINES = (Path(__file__).parent / "vectors.txt").read_text("utf-8").splitlines()
PLACES = (
    "{}",
    "<table><tr>{}</table>",
    "<pre><code>{}</code></pre>",
    '<a href="{}" title="{}">x</a>',
    "<img src='{}' alt='{}'>",
    "<a href={}>x</a>",
    "<svg><style>{}",
    "<math><mtext><table><mglyph><style><!--</style>{}",
    "<p><noscript>{}</noscript>",
    "<details><summary>{}</details><select><template>{}",
)
"""Where else in an article a vector stands than behind its first words."""

_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(t))")
_NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
_SELF = "https://a.example/a"


def vector(number: int) -> str:
    """The text of one vector, which calls `alert` with its number."""
    line = _ESCAPE.sub(_character, LINES[number])
    return line.replace("alert(1)", f"alert({number})")


def _character(match: re.Match[str]) -> str:
    return "\t" if match[3] else chr(int(match[1] or match[2], 16))


def published(number: int) -> FeedEntry:
    """The vector in every place of an article, as feeds are given it."""
    text = vector(number)
    entry = replace(
        _entry(number, f"<p>Words.</p>{text}"),
        title=text,
        text=f"Words. {text}",
        url=text,
        summary=text,
        authors=(text,),
        categories=(text,),
        image=text,
        language=text,
        attribution=Attribution(text, text),
        enclosures=(Enclosure(text, "audio/mpeg", 1), Enclosure(_SELF, text, 1)),
    )
    return compose(entry, SourceLabel("tag:a.example,2026:s", text))


def contents(number: int) -> Iterator[str]:
    """The content of articles that have the vector at other places of their markup."""
    for place in PLACES:
        yield compose(_entry(number, place.replace("{}", vector(number)))).html


def _entry(number: int, html: str) -> Entry:
    identity = f"urn:uuid:4bf85728-565d-47c3-8025-{number:012}"
    return Entry(identity, "a", "A", html, "Words.", _NOON, _NOON, _NOON)


def feed() -> Feed:
    """A feed of all vectors."""
    return Feed(
        "tag:a.example,2026:a",
        "a",
        "A",
        _NOON,
        "A",
        f"{_SELF}.atom",
        entries=tuple(map(published, range(len(LINES)))),
        language="en",
        site_url="https://a.example/",
        formats=(FormatLink("atom", "application/atom+xml", f"{_SELF}.atom"),),
    )
