"""The sites of the benchmark: who they are and what they wrote, the same for the same seed.

A site has a language, a layout, a size, and articles of 400 to 1,500 words. What is right of an
article is known, so that a run can say how much of it was published.
"""

from __future__ import annotations

import random
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, lru_cache
from math import exp
from pathlib import Path
from statistics import NormalDist
from string import Template
from typing import Any, Literal

from prose import NAMES, Prose, words

FIRST_DAY = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
BETWEEN = timedelta(hours=5, minutes=17)
WORDS = (400, 1_500)
# The 102 real pages of the corpus `aeb` have 56, 72, 119, 205 and 386 kB at the 10th, 25th, 50th,
# 75th and 90th percent; a logarithmic normal distribution with this spread comes near.
_MEDIAN = 110_000  # to which an article adds its text
_SPREAD = 0.75
_SIZES = (40_000, 700_000)
_GOLDEN = 0.6180339887498949
Feed = Literal["", "atom", "rss"]
_FEEDS: tuple[Feed, ...] = ("", "", "", "atom", "rss")
"""Two sites of five have one, with teasers only: their articles have to be fetched all the same."""
_CYRILLIC = str.maketrans(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
            "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya".split(),
            strict=True,
        )
    )
    | {"ъ": "", "ь": "", "ß": "ss"}
)


@dataclass(frozen=True)
class Layout:
    """How a kind of system builds its pages: see `layouts.toml`."""

    name: str
    classes: str
    path: str
    links: str
    item: str
    link: str
    generator: str
    shell: Template
    article: Template
    paragraph: Template
    heading: Template
    quote: Template
    teaser: Template
    list: Template


_TEMPLATES = ("shell", "article", "paragraph", "heading", "quote", "teaser", "list")


@cache
def layouts() -> Sequence[Layout]:
    """All of them."""
    text = Path(__file__).with_name("layouts.toml").read_text(encoding="utf-8")
    return [Layout(**_parsed(table)) for table in tomllib.loads(text)["layout"]]


def _parsed(table: Mapping[str, str]) -> dict[str, Any]:
    return {key: Template(text) if key in _TEMPLATES else text for key, text in table.items()}


@dataclass(frozen=True)
class Part:
    """A part of an article's body: a paragraph, a heading or a quotation."""

    kind: Literal["paragraph", "heading", "quote"]
    text: str


@dataclass(frozen=True)
class Story:
    """One article as its author wrote it."""

    number: int
    path: str
    title: str
    name: str
    section: str
    parts: tuple[Part, ...]
    published: datetime

    @property
    def text(self) -> str:
        """All of the body, a part a line."""
        return "\n".join(part.text for part in self.parts)

    @property
    def summary(self) -> str:
        """The beginning, as a teaser has it."""
        first = next(part.text for part in self.parts if part.kind == "paragraph")
        return first if len(first) < 200 else first[:200].rsplit(" ", 1)[0] + " …"


@dataclass(frozen=True)
class Site:
    """The site of a number; it has an address of its own on loopback."""

    number: int
    seed: int = 0

    @property
    def host(self) -> str:
        """Its address: 127.1.0.1 is that of the first."""
        return f"127.1.{self.number // 250}.{self.number % 250 + 1}"

    def chance(self, about: object) -> random.Random:
        """Chance that is the same for the same question."""
        return random.Random(f"{self.seed} {self.number} {about}")

    @property
    def layout(self) -> Layout:
        """In turn, so that few sites have all of them."""
        return layouts()[self.number % len(layouts())]

    @property
    def language(self) -> str:
        """In turn against the layouts."""
        return NAMES[(self.number + self.number // len(layouts())) % len(NAMES)]

    @property
    def words(self) -> Mapping[str, Any]:
        """The words of its language."""
        return words(self.language)

    @cached_property
    def title(self) -> str:
        """Its name."""
        place = self.chance("title").choice(self.words["places"])
        return str(self.words["title"].format(place=place))

    @cached_property
    def size(self) -> int:
        """The bytes of its usual page."""
        # Steps of the golden section spread evenly over the distribution, for few sites too.
        place = (random.Random(f"{self.seed}").random() + self.number * _GOLDEN) % 1
        size = _MEDIAN * exp(_SPREAD * NormalDist().inv_cdf(max(place, 1e-6)))
        return int(min(max(size, _SIZES[0]), _SIZES[1]))

    @cached_property
    def feed(self) -> Feed:
        """The kind of its own feed, if it has one."""
        return self.chance("feed").choice(_FEEDS)

    @property
    def comments(self) -> bool:
        """Whether its readers may write below."""
        return self.number % 3 != 2

    def stories(self, count: int) -> list[Story]:
        """Its first articles, the newest first."""
        return [story_of(self, number) for number in range(count, 0, -1)]


@lru_cache(maxsize=2_000)
def story_of(site: Site, number: int) -> Story:
    """The article of a number, from 1."""
    chance = site.chance(f"story {number}")
    prose = Prose(site.language, chance)
    title = prose.headline()
    section = chance.randrange(len(site.words["sections"]))
    published = FIRST_DAY + BETWEEN * number + timedelta(minutes=37 * site.number % 300)
    place = {
        "slug": slug(title),
        "number": 10_000 + 13 * number,
        "section": slug(site.words["sections"][section]),
        "year": f"{published:%Y}",
        "month": f"{published:%m}",
        "day": f"{published:%d}",
    }
    return Story(
        number,
        Template(site.layout.path).substitute(place),
        title,
        prose.one("names"),
        site.words["sections"][section],
        tuple(_parts(prose)),
        published,
    )


def _parts(prose: Prose) -> Sequence[Part]:
    parts: list[Part] = []
    for count, paragraph in enumerate(prose.story(prose.chance.randint(*WORDS))):
        if count and count % 4 == 0:
            parts.append(Part("heading", prose.headline()))
        if count and prose.chance.random() < 0.06:
            parts.append(Part("quote", prose.sentence()))
        parts.append(Part("paragraph", paragraph))
    return parts


def slug(text: str) -> str:
    """A text as addresses have it."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_CYRILLIC))
    return "-".join(
        "".join(
            c if c.isascii() and c.isalnum() else " " for c in plain if not unicodedata.combining(c)
        ).split()
    )[:70].rstrip("-")
