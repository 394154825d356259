"""What a page was found to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from feeder.models import Candidate, Facts, Fault
from feeder.text import one_line, shorten

What = Literal["feed", "posts", "sitemap", "json", "listing"]
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Look:
    """What a page is, and where it leads.

    `what` it is, and `form` that in words. `candidates` are the articles that it lists, without
    their texts, `options` what a source of its kind must say to find them. Where there are none,
    `fault` says why, and `wall` which kind of wall it is. `feeds`, `posts`, `linked` and
    `documents` are addresses that it names: its feeds, WordPress's API, what else may be a feed,
    and JSON. `inner` is JSON with articles that it carries in a script, `wanted` the parts of an
    index.
    """

    what: What
    form: str
    title: str = ""
    language: str | None = None
    candidates: tuple[Candidate, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    wanted: tuple[str, ...] = ()
    fault: Fault | None = None
    wall: str = ""
    feeds: tuple[str, ...] = ()
    posts: str | None = None
    linked: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    inner: Look | None = None


def bare(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Candidates without texts, which nobody needs here: the line to us is short."""
    return tuple(
        replace(
            one,
            draft=None,
            facts=Facts(
                title=one.facts.title,
                published=one.facts.published,
                modified=one.facts.modified,
            ),
        )
        for one in candidates
    )


def line(text: str) -> str:
    """A title for people: one line, not too long."""
    return shorten(one_line(text), _LONGEST_TITLE)
