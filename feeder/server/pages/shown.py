"""What pages are made with: templates, and how moments, sizes and states are written.

Whatever a site wrote is escaped, and what could steer the direction of text is taken out of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlencode

from markupsafe import Markup

from feeder.fetch.shown import shown
from feeder.generator.templates import environment
from feeder.server.pages import charts
from feeder.text import shorten, xml_safe
from feeder.urls import resolve

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST = 600
"""Characters of one message: what a site wrote of itself may be as long as it likes."""
FAR = 60 * 86_400
"""Seconds from now, beyond which a day says more than a number of them."""
HUES = 8
"""Colours of the letters that stand for sources."""
# What forges the order of the words around it; each text is isolated besides, by <bdi>.
_DIRECTING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


class Standing(NamedTuple):
    """What a standing means, and its shape."""

    meaning: str
    shape: Markup


@cache
def standings() -> Mapping[str, Standing]:
    """All standings by their words, from `standings.tsv`."""
    lines = files("feeder.server.pages").joinpath("standings.tsv").read_text("utf-8").splitlines()
    told = (line.split("\t") for line in lines if not line.startswith("#"))
    return {word: Standing(meaning, Markup(shape)) for word, meaning, shape in told}  # noqa: S704


def render(template: str, **told: object) -> str:
    """A page made of a template."""
    return _environment().get_template(template).render(told)


@cache
def _environment() -> Environment:
    made = environment(_template, _fit)
    made.filters |= {
        "ago": ago,
        "span": span,
        "iso": iso,
        "moment": moment,
        "size": size,
        "count": count,
        "web": web,
        "address": address,
        "shorten": shorten,
        "hue": hue,
        "initial": initial,
        "query": query,
        "seconds": charts.brief,
    }
    made.globals |= {
        "told": standings(),
        "charts": charts,
        "version": version,
    }
    return made


def _template(name: str) -> str:
    return files("feeder.server.pages").joinpath("templates", name).read_text("utf-8")


@cache
def static(name: str) -> bytes:
    """A file of `static/`."""
    return files("feeder.server.pages").joinpath("static", name).read_bytes()


@cache
def version(name: str) -> str:
    """What tells this version of a file of `static/` from others."""
    return sha256(static(name)).hexdigest()[:12]


def _fit(value: object) -> object:
    """Texts as a page can carry them; markup of ours as it is."""
    if type(value) is not str:
        return value
    text = _DIRECTING.sub("", xml_safe(value))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def iso(when: datetime) -> str:
    """A moment for programs."""
    return when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def moment(when: datetime) -> str:
    """A moment for people."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def ago(when: datetime, now: datetime) -> str:
    """How far a moment is from now, before or after it; of one that is far away, its day."""
    seconds = (when - now).total_seconds()
    if abs(seconds) > FAR:
        return f"{when.astimezone(UTC):%Y-%m-%d}"
    told = span(when, now)
    if told == "0 min":
        return "now" if seconds >= 0 else "just now"
    return f"in {told}" if seconds > 0 else f"{told} ago"


def span(when: datetime, now: datetime) -> str:
    """How long it is between a moment and now."""
    minutes = round(abs((when - now).total_seconds()) / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(minutes / 1440)} days"


def size(number: int) -> str:
    """Bytes for people."""
    if number < 1000:
        return f"{number} bytes"
    return f"{number / 1000:.0f} kB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"


def count(number: int, word: str, plural: str = "") -> str:
    """So many of something."""
    return f"{number:,} {word if number == 1 else plural or word + 's'}"


def web(url: str | None) -> str | None:
    """An address that a link may have: http or https; else nothing."""
    found = resolve(url) if url else None
    return found if found and found.startswith(("http://", "https://")) else None


def address(told: str) -> str:
    """An address without secrets in it; of a file, its name."""
    return shown(told) if told.startswith(("http://", "https://")) else unquote(told)


def hue(name: str) -> int:
    """The colour of a source's letter, always the same."""
    return sha256(name.encode("utf-8", "surrogatepass")).digest()[0] % HUES


def initial(title: str) -> str:
    """The letter that stands for a source."""
    return next((character for character in title if character.isalnum()), "•").upper()[:1]


def query(told: Mapping[str, Any]) -> str:
    """What stands behind the question mark, without what is empty."""
    return urlencode({key: value for key, value in told.items() if value})
