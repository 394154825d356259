"""The sections that furniture is made of, and how much one proves."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from feeder.cleaner.scrape.phrases import Kinds


class Mode(IntEnum):
    """What the reader of a run stands in."""

    RUN = 0  # between sections
    THREAD = 1  # among comments, before the head of one
    BODY = 2  # in a comment
    LIST = 3  # under a label like "Related"
    BIO = 4  # under an author's name
    BOX = 5  # under an invitation to subscribe


class Level(IntEnum):
    """How sure it is that no more of the article follows."""

    WEAK = 0  # sections, but none that an article could not hold
    SURE = 1  # an anchor, which an article may quote: "Comments are closed."
    FINAL = 2  # what no article quotes: attribution to a site, "The post … appeared first on"


# Kinds of phrases no article ends with, given that nothing but furniture follows.
ANCHORS = {
    "note": Level.SURE,
    "closed": Level.SURE,
    "login": Level.SURE,
    "cancel": Level.SURE,
    "powered": Level.SURE,
    "appeared": Level.FINAL,
    "click": Level.FINAL,
}
# Kinds that begin a section, each with the rule that names it.
SECTIONS = {
    "note": "comment-form",
    "cancel": "comment-form",
    "form": "comment-form",
    "closed": "comments-closed",
    "login": "login",
    "appeared": "appeared-first",
    "thoughts": "comments",
    "count": "comments",
    "thread": "comments",
    "click": "share",
    "share": "share",
    "follow": "share",
    "like": "like",
    "related": "related",
    "readalso": "related",
    "navlabel": "post-navigation",
    "tags": "tags",
    "subscribe": "newsletter",
    "newsletter": "newsletter",
    "powered": "footer",
    "sidebar": "sidebar",
    "ad": "advertisement",
    "more": "related",
    "tool": "page-tools",
    "reading": "counter",
    "counter": "counter",
}
# Kinds that are furniture only below other furniture, each with its rule.
MEMBERS = {
    "field": "comment-form",
    "reply": "comments",
    "says": "comments",
    "network": "share",
    "loading": "like",
    "legal": "footer",
    "search": "sidebar",
    "skip": "sidebar",
    "home": "post-navigation",
    "section": "sidebar",
    "answer": "page-tools",
}
ENTERS = {
    "count": Mode.THREAD,
    "thread": Mode.THREAD,
    "thoughts": Mode.THREAD,
    "related": Mode.LIST,
    "sidebar": Mode.LIST,
    "newsletter": Mode.BOX,
    "subscribe": Mode.BOX,
}


class Reading(NamedTuple):
    """What one line is in a run of furniture."""

    rule: str = ""  # empty: nothing that furniture says
    opener: bool = False  # may be the first line of the run
    weight: int = 0  # a run needs two in all
    level: Level = Level.WEAK
    enters: Mode = Mode.RUN


NOTHING_SAID = Reading()


# Few sets of kinds are ever seen, and each again and again.
@lru_cache(maxsize=1024)
def sections_of(kinds: Kinds) -> tuple[str, ...]:
    return tuple(kind for kind in SECTIONS if kind in kinds)


@lru_cache(maxsize=1024)
def level_of(kinds: Kinds) -> Level:
    return max((ANCHORS.get(kind, Level.WEAK) for kind in kinds), default=Level.WEAK)


@lru_cache(maxsize=1024)
def members_of(kinds: Kinds) -> tuple[str, ...]:
    return tuple(kind for kind in MEMBERS if kind in kinds)
