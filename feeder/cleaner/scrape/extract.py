"""A text scrape in, an article out: the flow of the text cleaner.

Lines are read, the tail is cut, then the head, then what stands between paragraphs. Whatever is
left is read again until nothing more goes, so that cleaning a cleaned article changes nothing.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import NamedTuple

from feeder.cleaner.sanitize import sanitise
from feeder.cleaner.scrape.above import is_long_for_a_title
from feeder.cleaner.scrape.facts import attribution, byline
from feeder.cleaner.scrape.head import Head, read_head
from feeder.cleaner.scrape.inline import inline_rule
from feeder.cleaner.scrape.lines import Line, read_lines
from feeder.cleaner.scrape.readings import read_as_furniture, read_knowing
from feeder.cleaner.scrape.tail import Tail, read_tail
from feeder.errors import TooLargeError
from feeder.models import DROPPED_TEXT_LIMIT, Article, Dropped, Evidence, Facts
from feeder.text import one_line, shorten

STEP = "scrape"

LARGEST = 4_000_000
"""Characters of the largest scrape that is looked at: an article of over 1 MB is refused anyway,
and four times that leaves room for anybody's comments."""

MOST_LINES = 50_000
"""Lines of the largest scrape. So many paragraphs are half the 1 MB in tags alone."""

_TITLE = 200  # characters of a title made from the first words of a text that has none
_SHORTEST_HEADLINE = 10  # characters; a shorter one could stand anywhere
_MOST_ROUNDS = 24  # each round drops a line at least; articles need two


class Round(NamedTuple):
    """One reading of the lines: what is left, and what was learnt."""

    title: Line | None
    body: list[Line]
    head: Head
    dropped: list[tuple[str, Line]]


@dataclass(slots=True)
class Learnt:
    """Facts of an article in the making, each with its evidence. The first to tell wins."""

    facts: dict[str, object] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)

    def tell(self, name: str, value: object, rule: str, text: str) -> None:
        if value and name not in self.facts:
            self.facts[name] = value
            self.evidence.append(Evidence(name, rule, _beginning(text)))


def _beginning(text: str) -> str:
    return text if len(text) <= DROPPED_TEXT_LIMIT else shorten(text, DROPPED_TEXT_LIMIT)


def extract_text(text: str) -> Article:
    """Find the article in a plain-text scrape.

    A scrape is a page's text as somebody copied it: title, counters, paragraphs, then the comment
    form and whatever else stood below. Everything that was dropped is in `dropped` with its rule,
    every fact has its `evidence`. A scrape without an article gives one with an empty `text`.

    Raises:
        TooLargeError: the article is over 1 MB of HTML, or the scrape over 4,000,000 characters.
    """
    lines = read_lines(text)
    if len(lines) > MOST_LINES or sum(len(line.text) for line in lines) > LARGEST:
        raise TooLargeError(
            f"a text of more than {LARGEST:,} characters or {MOST_LINES:,} lines",
            advice="Split the file, or leave it out of the source's glob.",
        )
    learnt = Learnt()
    dropped: list[Dropped] = []
    title, body = _settle(lines, learnt, dropped)
    if body:
        learnt.tell("language", lines[0].language, "small-words-or-script", body[0].text)
    return _article(title, body, learnt, dropped)


def _settle(
    lines: list[Line], learnt: Learnt, dropped: list[Dropped]
) -> tuple[Line | None, list[Line]]:
    """Read the lines again and again until nothing more goes."""
    title: Line | None = None
    body: list[Line] = []
    for _ in range(_MOST_ROUNDS):
        found = _read(lines)
        _learn(found, learnt)
        dropped.extend(Dropped(STEP, rule, _beginning(line.text)) for rule, line in found.dropped)
        title, body = found.title, found.body
        left = [*([title] if title else []), *body]
        if [line.text for line in left] == [line.text for line in lines]:
            break
        lines = left
    return title, body


def _read(lines: list[Line]) -> Round:
    """One reading: the tail, the head, what stands between."""
    readings = read_as_furniture(lines)
    tail = read_tail(lines, readings)
    names = _names_used(lines, tail)
    head = read_head(lines, _end(lines, tail), titles=names, sites=names)
    if head.author:
        knowing = read_knowing(head.author, lines, readings)
        tail = read_tail(lines, knowing) if knowing != readings else tail
    end = max(_end(lines, tail), head.start)
    below = list(zip(tail.rules, lines[tail.start :], strict=True)) if tail else []
    body, between = _between(lines, head.start, end, _headlines(below))
    dropped = [*head.dropped, *between, *below[max(0, end - (tail.start if tail else 0)) :]]
    return Round(_title(head), [*head.kept, *body], head, dropped)


def _end(lines: list[Line], tail: Tail | None) -> int:
    return tail.start if tail else len(lines)


def _names_used(lines: list[Line], tail: Tail | None) -> frozenset[str]:
    """Titles and sites that the furniture names: "The post TITLE appeared first on SITE"."""
    names: set[str] = set()
    for line in lines[tail.start :] if tail else ():
        if line.hit.kinds & {"appeared", "thoughts", "count", "powered"}:
            names.update(line.hit.found)
        elif line.is_copyright:
            names.update(part.strip() for part in line.key.split("."))
    return frozenset(name for name in names if len(name) >= 4)


def _title(head: Head) -> Line | None:
    if head.title is None:
        return None
    if is_long_for_a_title(head.title):
        return Line(shorten(one_line(head.title.text), _TITLE), head.title.language)
    clean = one_line(head.title.text)
    return head.title if clean == head.title.text else Line(clean, head.title.language)


def _between(
    lines: list[Line], start: int, end: int, elsewhere: frozenset[str]
) -> tuple[list[Line], list[tuple[str, Line]]]:
    body: list[Line] = []
    dropped: list[tuple[str, Line]] = []
    for at in range(start, end):
        rule = inline_rule(lines, at, end, elsewhere)
        if rule is None:
            body.append(lines[at])
        else:
            dropped.append((rule, lines[at]))
    return body, dropped


def _headlines(below: list[tuple[str, Line]]) -> frozenset[str]:
    """Titles of other articles that stand below this one."""
    found: set[str] = set()
    for rule, line in below:
        if rule in ("related", "post-navigation", "sidebar"):
            found.update((line.key, line.after_label))
    return frozenset(key for key in found if len(key) >= _SHORTEST_HEADLINE)


def _learn(found: Round, learnt: Learnt) -> None:
    """What the dropped lines told: head first, then the lines below the article."""
    head = found.head
    if head.id is not None:
        learnt.tell("id", f"urn:uuid:{head.id.uuid}", "uuid-line", head.id.text)
    if head.source is not None:
        learnt.tell("attribution", head.source[1], "source-line", head.source[0].text)
    for line, told in head.told:
        learnt.tell("authors", told.authors, "byline", line.text)
        learnt.tell("published", told.published, "date-line", line.text)
        learnt.tell("modified", told.modified, "date-line", line.text)
    for rule, line in found.dropped:
        if rule == "source":
            learnt.tell("attribution", attribution(line), "source-line", line.text)
        elif rule in ("byline", "date-line") and (told_below := byline(line)):
            learnt.tell("authors", told_below.authors, "byline", line.text)
            learnt.tell("published", told_below.published, "date-line", line.text)
            learnt.tell("modified", told_below.modified, "date-line", line.text)


def _article(
    title: Line | None, body: list[Line], learnt: Learnt, dropped: list[Dropped]
) -> Article:
    markup = "".join(f"<p>{html.escape(line.text, quote=False)}</p>\n" for line in body).rstrip()
    facts = _facts(learnt)
    if title is not None:
        learnt.tell("title", title.text, "first-line", title.text)
    return Article(
        title=title.text if title else "",
        html=sanitise(markup) if markup else "",
        text="\n\n".join(line.text for line in body),
        id=facts.id,
        authors=facts.authors,
        published=facts.published,
        modified=facts.modified,
        language=facts.language,
        attribution=facts.attribution,
        dropped=tuple(dropped),
        evidence=tuple(learnt.evidence),
    )


def _facts(learnt: Learnt) -> Facts:
    return Facts(**learnt.facts)  # type: ignore[arg-type]  # gathered by the names of its fields
