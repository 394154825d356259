"""A page on its way to being an article: the tree that all steps share, and what they learnt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from lxml.html import HtmlElement

from feeder.models import DROPPED_TEXT_LIMIT, Dropped, Evidence
from feeder.text import shorten


@dataclass(slots=True)
class Work:
    """What the steps of the cleaner hand on.

    `root` is the whole page, `body` the part of it that is the article as far as is known by now:
    `<body>` at first, the article's own element after the content step. `url` is the page's own
    address, `base` what its relative addresses start from (`<base href>`). `fragment` says that
    there is no page around the article. `facts` holds fields of `Article`; the first to tell a
    fact wins.
    """

    root: HtmlElement
    body: HtmlElement
    url: str | None = None
    base: str | None = None
    fragment: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def tell(self, name: str, value: object, rule: str, text: str = "") -> None:
        """Learn a fact, with the rule that found it and the text it was read from."""
        if value and name not in self.facts:
            self.facts[name] = value
            self.evidence.append(Evidence(name, rule, shorten(text, DROPPED_TEXT_LIMIT)))

    def drop(self, element: HtmlElement, step: str, rule: str) -> None:
        """Take an element out of the tree; the text behind it stays."""
        self.note(step, rule, str(element.text_content()))
        element.drop_tree()

    def note(self, step: str, rule: str, text: str) -> None:
        """Put on record that a text was dropped."""
        beginning = shorten(text[: 4 * DROPPED_TEXT_LIMIT], DROPPED_TEXT_LIMIT)
        if beginning:
            self.dropped.append(Dropped(step, rule, beginning))


class Step(Protocol):
    """One thing done to a page on its way to being an article."""

    @property
    def name(self) -> str:
        """What people see in provenance."""
        ...

    def __call__(self, work: Work) -> None:
        """Cut the tree down, or learn from it."""
        ...
