"""Facts that a line of a scrape tells: who wrote it, when, and where it is from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from feeder.cleaner.scrape.lines import Line, is_name, once
from feeder.cleaner.scrape.phrases import normalise
from feeder.dates import Found, goes_with_date, read_date
from feeder.models import Attribution

LONGEST = 120
"""Characters of the longest byline or date line."""

_BETWEEN = re.compile(r"\s*(?:[|·•,،、/—–]|\s-\s|\bat\b|@)\s*")
_URL = re.compile(r"https?://[^\s<>()\[\]\"]+")
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}", re.UNICODE)
_AND = re.compile(r"\s*(?:,|&|;|、|،)\s*|\s+(?:and|und|et|y|e|och|og|i|та|и|ve|و|ja|en|és|și|a)\s+")
_PREFIX = re.compile(r"^[^\x00-\x7f]+-(?=[\x00-\x7f]+$)")  # Hebrew writes "at" onto the name
_BESIDE = frozenset("|•·")
_TWO_NUMBERS = re.compile(r"\d\D+\d")  # a day and a year; asking dateparser costs 3 ms
_MOST_AUTHORS = 6
_LONGEST_LABELLED = 40  # characters of a label and a date
_LONGEST_DESK = 20  # characters
_LONGEST_NAME = 4  # words of a name that something else follows


@dataclass(frozen=True, slots=True)
class Told:
    """What a byline or date line tells."""

    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None


@once
def byline(line: Line) -> Told | None:
    """What the line tells if it is a byline, a date line or both; None where it is neither."""
    if len(line.text) > LONGEST:
        return None
    found = line.date
    if found is None:
        signed = _signed(line)
        return Told(authors=signed) if signed else _labelled_date(line)
    authors: list[str] = []
    updated = published = False
    for text in _rest(line.text, found):
        piece = Line(text)
        kinds = piece.hit.kinds
        if kinds & {"on", "updated"}:
            published, updated = published or "on" in kinds, updated or "updated" in kinds
        elif signed := _signed(piece):
            authors.extend(signed)
        elif _filler(text):
            continue
        elif names := (tuple(_names(text)) or _role_and_name(text)):
            authors.extend(names)
        elif _is_word(text) and not _BESIDE.isdisjoint(line.text):
            continue  # "Redaktion | 3. Juni 2024": a desk or a place, nobody's name
        elif not kinds & {"section", "reading", "counter", "count", "tags"}:
            return None
    only_updated = updated and not published
    return Told(
        tuple(authors[:_MOST_AUTHORS]),
        None if only_updated else found.moment,
        found.moment if only_updated else None,
    )


def _is_word(text: str) -> bool:
    return text.isalpha() and text[:1].isupper() and len(text) <= _LONGEST_DESK


def _role_and_name(text: str) -> tuple[str, ...]:
    """The name in "Interview: Ann Reed" and "Ann Reed skrifar": beside a date, what else stands
    there says what the person did."""
    role, colon, name = text.partition(":")
    if colon and role.isalpha() and is_name(name.strip()):
        return (name.strip(),)
    name, _, verb = text.rstrip(" ,،").rpartition(" ")
    return (name,) if verb.isalpha() and verb.islower() and is_name(name) else ()


def _labelled_date(line: Line) -> Told | None:
    """ "Published 13.09.23": behind such a label a date is worth asking dateparser."""
    kinds = line.label & {"on", "updated"}
    if not kinds or len(line.text) > _LONGEST_LABELLED:
        return None
    label = len(line.key.split()) - len(line.after_label.split())
    if not _TWO_NUMBERS.search(line.text):
        return None
    moment = read_date(" ".join(line.text.split()[label:]), line.language, thoroughly=True)
    if moment is None:
        return None
    return Told(published=moment) if "on" in kinds else Told(modified=moment)


def _rest(text: str, found: Found) -> list[str]:
    """What stands around the date, in pieces."""
    pieces = [*_BETWEEN.split(text[: found.start]), *_BETWEEN.split(text[found.end :])]
    return [piece.strip(" :()[]") for piece in pieces if piece and piece.strip(" .:()[]")]


def _filler(piece: str) -> bool:
    """Weekdays, "г.", "(e)ko", time zones: a short word that belongs to the date."""
    return len(piece) <= 4 or goes_with_date(piece)


def _signed(line: Line) -> tuple[str, ...]:
    """The names after "By", "Von", "作者:"; empty where it does not read like that."""
    if "by" not in line.hit.kinds or not line.hit.found:
        return ()
    found = line.hit.found[0]
    # Scripts without capitals are written as they are normalised; "／" parts a name from a place.
    caseless = found.upper() == found
    written = _as_written(line.text, found) or (found.partition("/")[0] if caseless else "")
    return tuple(_names(written) or _leading_name(written))


def _leading_name(text: str) -> list[str]:
    """The name in "Ann Reed in Kyiv", "Ann Reed, political editor"."""
    words = text.split()
    for end in range(min(len(words), _LONGEST_NAME), 1, -1):
        name = " ".join(words[:end])
        if is_name(name.rstrip(",")):
            return [name.rstrip(",")]
    return []


def _as_written(text: str, found: str) -> str:
    """The end (or beginning) of a line that normalises to `found`, as the line writes it."""
    words = text.split()
    for start in range(len(words)):
        if normalise(" ".join(words[start:])) == found:
            return " ".join(words[start:])
        if normalise(" ".join(words[: start + 1])) == found:
            return " ".join(words[: start + 1])
    head = text.rpartition(":")[2] if ":" in text else text.rpartition("：")[2]
    return head.strip() if normalise(head) == found else ""


def _names(text: str) -> list[str]:
    text = text.strip(" .:,،、|·—–-")
    if is_name(text):
        return [text]
    parts = [part for part in _AND.split(text) if part]
    if len(parts) > 1 and all(is_name(part) for part in parts):
        return parts
    # One name in a script without capitals and without a space in the name (Chinese, Japanese).
    if (
        2 <= len(text) <= 12
        and not text.isascii()
        and text.isalpha()
        and text.lower() == text.upper()
    ):
        return [text]
    return []


def attribution(line: Line) -> Attribution | None:
    """Where "Original Source: example.org" says that an article is from."""
    if not line.kinds & {"source", "via"} or not line.hit.found:
        return None
    if url := _URL.search(line.text):
        address = url.group().rstrip(".,;")
        return Attribution(_host_of(address), address)
    last = line.text.split()[-1].strip("()[]<>.,。")
    host = _HOST.search(last.partition("/")[0].rpartition(":")[2].rpartition("：")[2])
    if host and host.group().rpartition(".")[2].isalpha():
        name = _PREFIX.sub("", host.group())
        path = last[last.find(name) + len(name) :]
        return Attribution(name, f"https://{name.lower()}{path or '/'}")
    if "via" in line.hit.kinds and "source" not in line.hit.kinds:
        return None
    name = _as_written(line.text, line.hit.found[0]).strip(" .")
    return Attribution(name) if name and len(name) <= 80 else None


def _host_of(address: str) -> str:
    return address.split("/", 3)[2].rpartition("@")[2].partition(":")[0].removeprefix("www.")
