"""Names in a byline, taken apart: who wrote it, without "by", dates, places and what they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from feeder.dates import find_date, goes_with_date

LONGEST = 240
"""Characters of the longest text that is read as a byline; bios are longer."""
BOUND = "\x1f"
"""Stands in a byline's text where one element ends and the next begins."""
_LONGEST_NAME = 60
_MOST_WORDS = 6
_MOST = 20  # people
_LONGEST_SIGNED = 100
_MOST_AROUND = 30  # letters beside the names in a line that is there for them
_MOST_LABELS = 3  # "Posted by: Author: Ann Reed"
_MAIL = re.compile(r"\[email.protected\]|[\w.+-]+@[\w-]+\.\w[\w.]*|(?<!\w)@\w+|\(at\)")
_ADDRESS = re.compile(r"(?:https?:)?//\S+|www\.\S+")
_ASIDE = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_TIME = re.compile(
    r"(?i)\b\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\b\.?|uhr\b|h\b)?\s*(?:[A-Z]{2,4}\b)?"
    r"|\b\d{1,3}\s*(?:min|mins|minutes?|minuten|minutos|minuti)\b\.?(?:\s*read)?"
    r"|\b\d{1,2}\s*[ap]\.?m\b\.?|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
)
_LIST = r"[,،、，&+/]|and|und|et|och|og|и|та|і|ve|és|și|with|mit|συν|και|y|e|i|a|en|ja"
_ONE_LIST = re.compile(
    rf"[{BOUND}\s]*(?<![^{BOUND}\s])({_LIST})(?![^{BOUND}\s])[{BOUND}\s]*|{BOUND}*([,&]){BOUND}*"
)
_PARTS = re.compile(rf"\s*[{BOUND}|•·●»«►▪■｜;]\s*|\s+[-–—‒]+\s+|\s*—\s*")
_AND = re.compile(rf"\s*([,،、，&+])\s*|\s+({_LIST})\s+")
# Words that mean "and" in one language and "in", "to" or an initial in another.
_UNSURE = frozenset("y e i a en ja mit with".split())
_INNER = re.compile(r"\s(?:by|par|por)\s(?=[^\W\d_a-z])")
_WORD_END = re.compile(r"[\s:：/／>]")
_WORDS = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d")
_PARTICLES = frozenset(
    "de da do dos das di del della du des la le van von der den ter ten te zu zur al el bin ibn ben"
    " y e i af av d' o' mac st. dr. prof. med. rer. nat. h.c. vom zum und & bint abu ul".split()
)
_NAME_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.-])*")
_STRIPPED = " \t,:;|·•–—-_/\\*<>»«\"“”„'’()[]{}=："
_NOBLE = frozenset(
    "de da do dos das di del della du des la le van von der den ter ten el al bin".split()
)
# Small words before a date or a place that has gone.
_HANGING = frozenset("am on at in um le el il em op den the vom dne von by de da di".split())
_CASELESS = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Person(NamedTuple):
    """A name; `desk` says that it is a newsroom's rather than a person's."""

    name: str
    desk: bool = False


@cache
def _phrases(kind: str) -> frozenset[str]:
    """The phrases of a kind of `people.tsv`."""
    text = (files(__package__) / "data" / "people.tsv").read_text(encoding="utf-8")
    rows = (row.split("\t") for row in text.splitlines() if row and row[0] != "#")
    return frozenset(
        phrase.strip() for row, phrases in rows if row == kind for phrase in phrases.split(";")
    )


@cache
def _credits() -> re.Pattern[str]:
    """Labels of somebody else's work within a byline: "Photos:"."""
    phrases = sorted(map(re.escape, _phrases("credit")), key=len, reverse=True)
    return re.compile(rf"(?i)(?<!\w)(?:{'|'.join(phrases)})\s?[:：]")


@cache
def _longest(kind: str) -> int:
    return max(len(phrase.split()) for phrase in _phrases(kind))


def is_nobody(name: str) -> bool:
    """Whether a name is one that programs put where nobody is named."""
    return name.casefold() in _phrases("nobody")


@lru_cache(maxsize=4096)
def people(text: str) -> tuple[Person, ...]:
    """The people that a byline names, in its order. `BOUND` may part the texts of its elements."""
    text = text[: 4 * LONGEST].strip()
    if not text or len(text) > LONGEST or not _LETTER.search(text):
        return ()
    return tuple(dict.fromkeys(_named(_undated(text))))[:_MOST]


@cache
def _first_words() -> frozenset[str]:
    return frozenset(phrase.split()[0].rstrip(":") for phrase in _phrases("by"))


def may_be_signed(text: str) -> bool:
    """Whether a text begins like a byline: the quick look before `signed`."""
    words = text.lstrip(_STRIPPED).split(None, 1)
    first = words[0].rstrip(":：").casefold() if words else ""
    return first in _first_words() or (not first.isascii() and bool(_CASELESS.match(first)))


@lru_cache(maxsize=4096)
def signed(text: str) -> tuple[Person, ...]:
    """The people of a line that has "by" before them and nothing else but a date and what they do.

    Where it could be a sentence, it names nobody.
    """
    text = text.strip(_STRIPPED)
    if len(text) > _LONGEST_SIGNED or not _label(text, "by"):
        return ()
    persons = people(text)
    if not persons or not all(is_full_name(p.name) or p.desk for p in persons):
        return ()
    names = len(_LETTER.findall("".join(person.name for person in persons)))
    around = len(_LETTER.findall(_undated(after_label(text)))) - names
    return persons if around <= _MOST_AROUND else ()


def _undated(text: str) -> str:
    """A byline without addresses, asides, dates and times; a bar stands where they stood."""
    text = _credits().sub(BOUND + r"\g<0>", text)
    text = _ASIDE.sub(" | ", _ADDRESS.sub(" | ", _MAIL.sub(" | ", text)))
    if not _DIGITS.search(text):
        return text
    for _ in range(3):
        found = find_date(text[:120])
        if found is None:
            break
        before = text[: found.start].rstrip(" ,")
        head, _, weekday = before.rpartition(" ")
        text = f"{head if goes_with_date(weekday) else before} | {text[found.end :]}"
    return _TIME.sub(" | ", text)


def _named(text: str) -> list[Person]:
    """The people of the parts that "by" stands before, else of the first part that names any."""
    first: list[Person] = []
    labelled: list[Person] = []
    text = _ONE_LIST.sub(lambda found: f" {found[1] or found[2]} ", text)
    is_labelled = is_credited = False
    for part in _PARTS.split(text):
        part = part.strip(_STRIPPED)
        if not part:
            continue
        end = _label(part, "credit")
        rest = part if end else after_label(_inner_label(part))
        is_labelled = is_labelled or len(rest) < len(part)
        if not rest or _tells_when(rest):
            continue
        if end or is_credited:
            if first or labelled:
                break  # "Interview: Ann Reed | Photos: Bob Fox"
            is_credited = bool(end) and not after_label(rest[end:])  # "Video by | Bob Fox"
            continue
        found = list(_listed(rest))
        if is_labelled:
            labelled += found
        elif not first:
            first = found
        is_labelled = False
    return labelled or first


def _tells_when(text: str) -> bool:
    """Whether a text is a date's label, with what is left of the date behind it."""
    end = _label(text, "when")
    rest = text[end:].strip(_STRIPPED + ".")
    return end > 0 and (not rest or rest[0].isdecimal())


def _listed(text: str) -> Iterator[Person]:
    """The people of a list; what they do and where they are stands behind their names."""
    before: str | None = None
    for piece, by_comma in _pieces(text):
        if before is not None and piece.casefold() in _phrases("degree"):
            before = f"{before}, {piece}"
            continue
        if before is not None and by_comma and " " in before and " " not in piece:
            continue  # "Ann Reed, London": where she is
        name = name_in(piece)
        if name is None and (before is None or not piece or _has_role(piece)):
            break
        if before is not None:
            yield _person(before)
        before = name
    if before is not None:
        yield _person(before)


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a list, and whether a comma or the like stands before each."""
    parts = _AND.split(text)
    piece, by_comma = parts[0], False
    for at in range(3, len(parts), 3):
        mark, word, following = parts[at - 2], parts[at - 1], parts[at]
        if word in _UNSURE and not (" " in piece.strip() and " " in following.strip()):
            piece = f"{piece} {word} {following}"
            continue
        yield piece.strip(_STRIPPED), by_comma
        piece, by_comma = following, bool(mark)
    yield piece.strip(_STRIPPED), by_comma


def _person(name: str) -> Person:
    return Person(name, _is_desk(name.split()))


def _has_role(text: str) -> bool:
    return any(_is_role(word) for word in text.split())


@lru_cache(maxsize=4096)
def _is_role(word: str) -> bool:
    word = word.casefold().strip(".,:")
    return word in _phrases("role") or word.rpartition("-")[2] in _phrases("role")


def _inner_label(text: str) -> str:
    """What stands behind the last "by" of a text: "Posted on by", "Photos and words by"."""
    last = max((found.start() for found in _INNER.finditer(text)), default=0)
    return text[last:].strip()


def is_label_of_date(text: str) -> bool:
    """Whether a text is what stands before a date, such as "Published on"."""
    return text.strip(_STRIPPED + ".").casefold() in _phrases("when")


@lru_cache(maxsize=1024)
def says_updated(text: str) -> bool:
    """Whether the words beside a date say that it is the last change's."""
    words = " ".join(_WORDS.findall(text.casefold()))
    return any(f" {phrase} " in f" {words} " for phrase in _phrases("updated"))


def after_label(text: str) -> str:
    """What stands behind "by", "Von" and "Autor:"; the text itself where none of them stands."""
    text = text.strip(_STRIPPED)
    for _ in range(_MOST_LABELS):
        end = _label(text, "by")
        if not end:
            break
        text = text[end:].strip(_STRIPPED)
    return text


@lru_cache(maxsize=4096)
def _label(text: str, kind: str) -> int:
    """How many characters of a text are a phrase of the kind, with a colon behind it."""
    phrases = _phrases(kind)
    ends = [found.start() for found in _WORD_END.finditer(text[:60])][: _longest(kind)]
    if len(text) <= 60:
        ends.append(len(text))
    for end in reversed(ends):
        phrase = text[:end].rstrip(":：").casefold()
        if phrase in phrases or (text[end : end + 1] in (":", "：") and f"{phrase}:" in phrases):
            return end
    if _CASELESS.match(text):  # written without spaces
        for end in range(min(6, len(text)), 0, -1):
            if text[:end] in phrases:
                return end
    return 0


def name_in(text: str) -> str | None:
    """The name in one piece of a byline; None where it holds none."""
    words = _without_roles(text.strip(_STRIPPED).split())
    if not _is_desk(words):
        end = _end_of_name(words)
        if end == 1 < len(words):
            return None  # a sentence: "All about"
        words = words[:end]
    while len(words) > 1 and words[-1].casefold() in _HANGING:
        words.pop()
    if len(words) > 2 and words[0][:1].islower() and not _is_desk(words):
        return None  # "free design tools"
    name = " ".join(words).strip(_STRIPPED)
    if len(words) and len(words[-1]) > 3 and "." not in words[-1][:-1]:
        name = name.rstrip(".")
    if not _LETTER.search(name) or len(name) > _LONGEST_NAME or len(words) > _MOST_WORDS:
        return None
    if len(_DIGITS.findall(name)) > 4 or words[0].isdecimal() or len(name) < 2 or is_nobody(name):
        return None
    return None if name.casefold() in _phrases("when") | _phrases("clock") else name


def is_full_name(text: str) -> bool:
    """Whether a text is written like a name of two words or more, and nothing else."""
    words = text.split()
    return (
        2 <= len(words) <= 4
        and len(text) <= 45
        and all(map(_NAME_WORD.fullmatch, words))
        and all(w[0].isupper() or w in _NOBLE for w in words)
        and words[-1][0].isupper()
        and not any(map(_is_role, words))
        and text.casefold() not in _phrases("when")
        and not any(map(is_nobody, (text, *words)))
        and not _is_desk(words)
    )


def _is_desk(words: list[str]) -> bool:
    desks = _phrases("desk")
    return any(word.casefold() in desks for word in [*words, " ".join(words)])


def _without_roles(words: list[str]) -> list[str]:
    """The words of a name without those for what its bearer does, before it and behind it."""
    roles = [_is_role(word) for word in words]
    if not any(roles) and not _is_desk(words):
        return words
    parts = [role or _is_desk([word]) for role, word in zip(roles, words, strict=True)]
    start = parts.index(False) if False in parts else len(words)
    end = parts.index(True, start) if True in parts[start:] else len(words)
    if end - start >= 2 and (start or any(roles[end:])) and words[start][:1].isupper():
        return words[start:end]  # "Ann Reed Staff Writer"
    if _is_desk(words) and not all(roles):
        return words  # "EcoCult Staff"
    if start and end - start and end == len(words) and words[start][:1].isupper():
        return words[start:]  # "Editor Ann"
    return []  # "Sr. Director", "director of operations"


def _end_of_name(words: list[str]) -> int:
    """Where a name ends that goes on in words: "Ann Reed in Kyiv"."""
    if not words or not words[0][:1].isupper():
        return len(words)
    for at, word in enumerate(words[1:], 1):
        if word[:1].islower() and word.casefold() not in _PARTICLES and not _DIGITS.search(word):
            return at
    return len(words)
