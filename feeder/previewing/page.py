"""A preview as one page: each article's page with what went marked, beside what its feed has.

It is a file that needs nothing else. Its policy lets run and apply what is ours, by hash; what a
stranger wrote was sanitised, and its pictures are loaded only where that was asked for.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from feeder.generator.templates import environment
from feeder.models import Evidence, FeedEntry
from feeder.previewing.found import Preview
from feeder.previewing.oddities import length
from feeder.previewing.removals import Removal, Removals, hue_of
from feeder.text import one_line

if TYPE_CHECKING:
    from jinja2 import Environment

OURS = '<meta name="generator" content="feeder preview">'
"""Tells a page of ours from other files: one may be written over."""


class _Rule(NamedTuple):
    """A rule that took something out of some of the articles, and how often."""

    step: str
    name: str
    hue: str
    times: int


class _Shown(NamedTuple):
    """An article for the template."""

    entry: FeedEntry
    length: str
    address: str
    oddities: Sequence[str]
    evidence: Sequence[Evidence]
    removals: Sequence[Removal]
    original: Markup
    fault: str
    content: Markup


def page_of(found: Preview, removals: Sequence[Removals], *, pictures: bool) -> bytes:
    """The page.

    Args:
        removals: those of each article, shown in their pages.
        pictures: whether a browser may load the articles' pictures from their sites.
    """
    style, script = _part("preview.css"), _part("preview.js")
    template = _environment().get_template("preview.html")
    text = template.render(
        found=found,
        articles=[
            _Shown(
                one.entry,
                length(one.article.text),
                one.address,
                one.oddities,
                one.article.evidence,
                gone.removals,
                Markup(gone.original),  # noqa: S704 sanitised, then marked by us
                gone.fault,
                Markup(one.entry.html),  # noqa: S704 sanitised when it was composed
            )
            for one, gone in zip(found.articles, removals, strict=True)
        ],
        rules=_rules(removals),
        ours=Markup(OURS),  # noqa: S704 ours
        style=Markup(style),  # noqa: S704 ours
        script=Markup(script),  # noqa: S704 ours
        policy=_policy(style, script, pictures=pictures),
        pictures=pictures,
    )
    return text.encode(errors="replace")


def _rules(removals: Sequence[Removals]) -> list[_Rule]:
    counts = Counter((one.step, one.rule) for each in removals for one in each.removals)
    return [_Rule(step, rule, hue_of(step), count) for (step, rule), count in counts.items()]


def _policy(style: str, script: str, *, pictures: bool) -> str:
    images = "http: https:" if pictures else "'none'"
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)};"
        f" img-src {images}; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _part(name: str) -> str:
    return "\n" + files("feeder.previewing").joinpath("page_parts", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    made = environment(lambda name: _part(name).lstrip("\n"), _fit)
    made.filters |= {"hue": hue_of}
    return made


def _fit(value: object) -> object:
    """Texts on one line, without what could steer the direction of those around them."""
    return one_line(value) if type(value) is str else value
