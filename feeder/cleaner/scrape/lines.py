"""From the characters of a scrape to its lines, and what can be seen of a line by itself.

Nothing here knows where a line stands, so a line looks the same on a second reading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any, Generic, TypeVar

from feeder.cleaner.scrape.language import told_language
from feeder.cleaner.scrape.phrases import (
    LONGEST,
    MISS,
    NOTHING,
    Hit,
    Kinds,
    cover,
    look,
    normalise,
    phrases,
)
from feeder.dates import Found, find_date, is_whole
from feeder.text import xml_safe

T = TypeVar("T")

_ID_LINE = re.compile(
    r"(?:(?:document|article|post|entry)?[ _-]?(?:id|uuid|guid)\s*[:=#]\s*)?(?:urn:uuid:)?\{?"
    r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?",
    re.IGNORECASE,
)
_LONGEST_ID = 70  # characters
_COUNTER = re.compile(r"\d{1,3}(?:[.,  ]?\d{3})*(?:[.,]\d)?\s?[KkMm]?\+?")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।։。︒]['\"”»’)\]）」』]*$")
_BULLET = re.compile(r"(?:[-*•–—‣▪◦·]|\d{1,3}[.)])\s+\S")
_COPYRIGHT = re.compile(r"^(?:copyright|©|\(c\)|ⓒ)|©\s*(?:19|20)\d\d", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_FOOTER = re.compile(r"[|·•‣/–—©ⓒ]|copyright|\(c\)", re.IGNORECASE)
_BUTTON = re.compile(r"[.!।။。၊] ?[^\s.!?…:]{2,20}(?: [^\s.!?…:]{1,12}){0,2}$")
_BAR = re.compile(r"\s*[|·•‣]\s*|\s+[/–—]\s+|\s{2,}")
# White space without width is folded like any other; what parts lines for Python but is not XML
# must part them before it is taken out.
_SPACES = (
    *((char, " ") for char in "\u200b\u2060\ufeff"),
    *((char, "\n") for char in "\x0b\x0c\x1c\x1d\x1e"),
)
_CRUMBS = re.compile(r"\s+[»›>→|/‹]\s+|\s*[»›→]\s*")
_CRUMB_MARKS = "»›>→|/‹"
_LONGEST_CRUMBS = 500
_LONGEST_AGO = 60
_LONGEST_NAME = 45
_NOTE: Kinds = frozenset({"note"})
_SAMPLED = 40  # lines that tell the language
_BARS = "|·•‣/–—"
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NAME_PART = re.compile(r"[^\W\d_][^\s\d,;:!?()\[\]{}|/@#\"“”«»„<>=+*&%$…。、]*")
_INITIAL = re.compile(r"(?:^|[\s.])[^\W\d_]\.$")
LONGEST_FOOTER = 160
_PARTICLES = frozenset(
    "de da do dos das di del della du des la le van von der den ter ten te zu zur al el bin ibn "
    "ben y e i ve af av and und et och og ja dan o' d' mac".split()
)
# A line of title-cased words that holds one of these is a heading, no name.
_NO_NAME = frozenset(
    "the a an of in on at to for from by with and or is are was what why how who when where which "
    "das die der ein eine und was warum wie wer im am zum les un une des aux sur pourquoi comment "
    "los las una unos por qué cómo gli il lo che come perché para com sem não os as uma".split()
)


class lazy(Generic[T]):  # noqa: N801, a decorator
    """A property that is computed once. functools' takes a lock each time, half of our time."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute = compute
        self.name = compute.__name__

    def __get__(self, line: object, owner: type | None = None) -> T:
        value = line.__dict__[self.name] = self.compute(line)
        return value


def once(compute: Callable[[Line], T]) -> Callable[[Line], T]:
    """A question about a line that is answered once for each line, as if it were its property."""
    name = compute.__name__

    def answer(line: Line) -> T:
        known = line.__dict__
        if name not in known:
            known[name] = compute(line)
        value: T = known[name]
        return value

    return answer


class Line:
    """One line of a scrape, white space folded, and what it looks like."""

    def __init__(self, text: str, language: str | None = None) -> None:
        self.text = text
        self.language = language  # of the scrape, as an ISO 639 code

    @lazy
    def key(self) -> str:
        return normalise(self.text) if len(self.text) <= LONGEST else ""

    @lazy
    def hit(self) -> Hit:
        """What the line as a whole is worded like."""
        return look(self.key) if self.key else MISS

    @lazy
    def kinds(self) -> Kinds:
        """What the line is worded like, as a whole or as several phrases one after the other."""
        if self.key:
            kinds, text = self.hit.kinds or cover(self.key), self.key
        else:
            kinds, text = NOTHING, self.text[: 2 * LONGEST].casefold()
        # The notices of spam filters are long and much varied: known by their name.
        return kinds | _NOTE if "akismet" in text and len(self.text) <= 2 * LONGEST else kinds

    @lazy
    def label(self) -> Kinds:
        """The kinds of the phrase that the line begins with, where something follows it."""
        return phrases().label(self.key)[0] if self.key else NOTHING

    @lazy
    def after_label(self) -> str:
        """What follows the phrase that the line begins with, normalised."""
        return phrases().label(self.key)[1].strip(" :|") if self.key else ""

    @lazy
    def exact(self) -> Kinds:
        """What the line is worded like where no words are left to chance."""
        return phrases().whole.get(self.key, NOTHING)

    @lazy
    def ends_sentence(self) -> bool:
        """ "Posted by L. Duarte." ends one, "Posted by Maria K." does not."""
        return bool(_SENTENCE_END.search(self.text[-6:])) and not _INITIAL.search(self.text[-4:])

    @lazy
    def starts_low(self) -> bool:
        """Whether it goes on from the line before: no heading starts in lower case."""
        return not _capital(self.text[:1]) and not self.is_uuid

    @lazy
    def size(self) -> int:
        """Characters, those of Chinese and Japanese twice: they say as much as two or three."""
        return len(self.text) + (0 if self.text.isascii() else len(_WIDE.findall(self.text)))

    @lazy
    def is_uuid(self) -> bool:
        return bool(self.uuid)

    @lazy
    def uuid(self) -> str:
        """The UUID that is all of the line, or all behind "urn:uuid:" or "ID:"; else empty."""
        if not 36 <= len(self.text) <= _LONGEST_ID:
            return ""
        match = _ID_LINE.fullmatch(self.text)
        return match[1].lower() if match else ""

    @lazy
    def is_counter(self) -> bool:
        return len(self.text) <= 12 and bool(_COUNTER.fullmatch(self.text))

    @lazy
    def is_bullet(self) -> bool:
        return bool(_BULLET.match(self.text))

    @lazy
    def is_prose(self) -> bool:
        return len(self.text) > LONGEST_FOOTER and self.ends_sentence

    @lazy
    def ends_in_a_button(self) -> bool:
        """A sentence and a word or two after it: "This site uses cookies. Got it"."""
        return bool(_BUTTON.search(self.text))

    @lazy
    def may_be_footer(self) -> bool:
        """Whether anything stands in the line that each footer has: one scan for most lines."""
        return len(self.text) <= LONGEST_FOOTER and (
            bool(_FOOTER.search(self.text)) or self.is_cookie_notice
        )

    @lazy
    def is_copyright(self) -> bool:
        """A footer's © line: short, with a year or words of rights reserved."""
        return (
            len(self.text) <= LONGEST_FOOTER
            and ("©" in self.text or self.key.startswith(("copyright", "c) ", "ⓒ")))
            and ("legal" in self.label or bool(_COPYRIGHT.search(self.text)))
            and bool(
                _YEAR.search(self.text)
                or "legal" in self.kinds | self.label
                or self.text[0] in "©ⓒ"
            )
        )

    @lazy
    def is_cookie_notice(self) -> bool:
        if len(self.text) > LONGEST * 2:
            return False
        key = self.key or self.text.casefold()
        return any(map(key.__contains__, _cookies(key.isascii())))

    @lazy
    def bar(self) -> list[str]:
        """The parts of a line of links: "News | Sport | Contact"; empty where there are no bars."""
        if len(self.text) > LONGEST or not any(map(self.text.__contains__, _BARS)):
            return []
        return [part for part in _BAR.split(self.text) if part]

    @lazy
    def crumbs(self) -> list[str]:
        """The parts of what may be a breadcrumb, "Home » News » Title"; empty where it is none."""
        if len(self.text) > _LONGEST_CRUMBS or not any(map(self.text.__contains__, _CRUMB_MARKS)):
            return []
        parts = [part.strip() for part in _CRUMBS.split(self.text) if part.strip()]
        return parts if len(parts) > 1 else []

    @lazy
    def is_legal_bar(self) -> bool:
        """Footer links in one line: "Privacy Policy | Terms | Contact"."""
        parts = self.bar if len(self.text) <= LONGEST_FOOTER else []
        return (
            len(parts) > 1
            and any("legal" in phrases().kinds(part) for part in parts)
            and all(len(part) <= 40 for part in parts)
        )

    @lazy
    def date(self) -> Found | None:
        """The date in the line, whatever else stands there."""
        found = find_date(self.text, self.language)
        return None if found is None or self.is_uuid else found

    @lazy
    def is_date(self) -> bool:
        """Nothing but a date, a time, or how long ago."""
        if self.date is not None and is_whole(self.text, self.date):
            return True
        return len(self.text) <= _LONGEST_AGO and "ago" in self.kinds

    @lazy
    def is_name(self) -> bool:
        """Written like a person's name: two to five words, each with a capital, nothing else."""
        return is_name(self.text)

    @lazy
    def is_headline(self) -> bool:
        """Written like the title of another article: no full stop, no lower-case start."""
        return (
            len(self.text) <= 160
            and not self.text.endswith((".", "。", "।", ":", ",", ";"))
            and not self.starts_low
        )


@lru_cache(maxsize=2)
def _cookies(ascii_only: bool) -> tuple[str, ...]:
    """How languages write the beginning of "cookie"."""
    words = (word for word, kinds in phrases().whole.items() if "cookie" in kinds)
    return tuple(word for word in words if word.isascii() or not ascii_only)


def is_name(text: str) -> bool:
    """Whether it is written like a person's name."""
    if len(text) > _LONGEST_NAME:
        return False
    words = text.split()
    if not 2 <= len(words) <= 5 or text.isupper():
        return False
    if not all(_NAME_PART.fullmatch(word) for word in words):
        return False
    if any(word.casefold() in _NO_NAME for word in words[1:]) or words[0].casefold() in _NO_NAME:
        return False
    if words[-1].endswith(".") and len(words[-1]) > 3:
        return False
    return all(_capital(word) or word.casefold() in _PARTICLES for word in words)


def _capital(word: str) -> bool:
    """A capital first letter; scripts without capitals have none to miss."""
    return not word[:1].islower() or "\u10d0" <= word[:1] <= "\u10ff"  # Georgian


def names_a_site(text: str) -> bool:
    """Whether the last word is a host name or a web address."""
    last = text.split()[-1].rpartition("：")[2].strip("()[]<>.,。")
    host = last.removeprefix("https://").removeprefix("http://").partition("/")[0]
    name, dot, top = host.rpartition(".")
    return bool(dot and name and len(top) >= 2 and top.isalpha() and "@" not in host)


def read_lines(text: str) -> list[Line]:
    """The lines of a scrape that hold anything, hard-wrapped paragraphs put together again."""
    found = [line for block in _unwrap(_blocks(text)) for line in block]
    language = told_language(" ".join(found[:_SAMPLED]))
    return [Line(line, language) for line in found]


def _blocks(text: str) -> list[list[str]]:
    """Runs of lines without an empty one between."""
    blocks: list[list[str]] = [[]]
    for char, space in _SPACES:
        text = text.replace(char, space)
    for raw in xml_safe(text).splitlines():
        # Most lines have no space to fold; asking is cheaper than folding.
        line = raw.strip() if raw.isprintable() and "  " not in raw else " ".join(raw.split())
        if line and not _invisible(line):
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return blocks


def _invisible(line: str) -> bool:
    return len(line) < 8 and all(unicodedata.category(char) in ("Cf", "Mn", "Zs") for char in line)


# Wrapped prose was seen between 50 columns (mail) and 100 (editors). A break is the wrapper's when
# the next word did not fit. A document is wrapped when that holds for nearly all breaks after long
# lines, and most of them fall inside a sentence: verse, lists and menus fail that.
_NARROWEST, _WIDEST = 50, 100
_LONG = 0.7  # of the width; shorter lines end a paragraph or are labels
_NEARLY_ALL = 0.85
_FEWEST = 2  # breaks


def _unwrap(blocks: list[list[str]]) -> list[list[str]]:
    """Blocks with the lines of hard-wrapped paragraphs joined, where a document is wrapped."""
    width = max((len(line) for block in blocks for line in block), default=0)
    if not _NARROWEST <= width <= _WIDEST or not _is_wrapped(blocks, width):
        return blocks
    return [_joined(block, width) for block in blocks]


def _is_wrapped(blocks: list[list[str]], width: int) -> bool:
    pairs = [pair for block in blocks for pair in pairwise(block) if len(pair[0]) >= width * _LONG]
    full = [line for line, following in pairs if _did_not_fit(line, following, width)]
    inside = sum(not _SENTENCE_END.search(line[-6:]) for line in full)
    return len(full) >= max(_FEWEST, len(pairs) * _NEARLY_ALL) and inside * 2 >= len(full)


def _did_not_fit(line: str, following: str, width: int) -> bool:
    return len(line) + 1 + len(following.split(" ", 1)[0]) > width


def _joined(block: list[str], width: int) -> list[str]:
    lines = block[:1]
    last = block[0] if block else ""
    for line in block[1:]:
        if _did_not_fit(last, line, width) and not _BULLET.match(line):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
        last = line
    return lines
