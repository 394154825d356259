"""Dates as people and programs write them, in many languages. No clock: "yesterday" is no date.

`read_date` wants the date and nothing else; `find_date` finds one in a short line and says where.
Names of months are data (`months.tsv`, from CLDR). Only what is not recognised here, is short and
holds a digit goes to dateparser, and only when the caller allows the milliseconds that it takes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib.resources import files

LONGEST = 120
"""Characters of the longest line in which a date is looked for."""

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]")
_TOKEN = re.compile(r"\d+|[^\W\d_](?:[^\s\d.,;:/|()<>«»،؛–—_\-]|\.(?=[^\W\d_]))*")
_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_SPACED = re.compile(r"(?<!\d)(\d{4})\. ?(\d{1,2})\. ?(\d{1,2})\.?(?!\d)")
_EAST = re.compile(
    r"(\d{4})\s*(?:[年년]|оны)\s*(\d{1,2})\s*(?:[月월]|(?:-р )?сарын)\s*(\d{1,2})\s*[日號号일]?"
)
_MONTH_EAST = re.compile(r"(\d{1,2})\s*[月월]\s*(\d{1,2}),?\s+(\d{4})(?!\d)")
_VIETNAMESE = re.compile(r"(\d{1,2})\s*(?:tháng|thg)\s*(\d{1,2}),?\s*(?:năm\s*)?(\d{4})", re.I)
_SHORT = re.compile(r"(?<!\d)(\d{1,2})(\. ?|[/-])(\d{1,2})\2(\d{4})(?!\d)")
# What every numeric shape has: nine regexes less for most lines with a year.
_NUMERIC = re.compile(r"\d *[-/.] *\d|[年년月월]|оны|th(?:áng|g)", re.I)
_TIME = re.compile(
    r"[\s,·|@T]*(?:\S{1,9}\s){0,2}?(\d{1,2})[:.h](\d{2})(?::(\d{2})(?:\.\d+)?)?\s*"
    r"([ap]\.?\s?m\b\.?|[صم](?!\w)|(?:上|下)午)?\s*(Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\s,.،·()|]+")
# The library reads much more than RFC 2822 has, and leaves out "am" and the zone of it.
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|[A-Z]{1,3})"
)
_DIGIT = re.compile(r"\d")
_FOREIGN = re.compile(r"[^\D0-9]")  # digits that are not ASCII
_FOUR = re.compile(r"\d{4}")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:1[3-9]|2[0-7])\d\d(?!\d)")  # without one nothing is a date
_SOLAR_MONTHS = tuple("فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split())
_SOLAR = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(_SOLAR_MONTHS)})\s+(?:ماه\s+)?(1[34]\d\d)(?!\d)"
)
_SOLAR_EPOCH = 356033  # puts 15 Farvardin 1403 on 3 April 2024
_FILLER = 3  # letters of a word that a date may have around it: "г", "d", "den", "año"
_WEEKDAY = 0  # weekdays stand in the table of months under this number
_FARTHEST = (
    3  # words between day, month and year: "13 de setembro del 2023", "2023 m. rugsėjo 13 d."
)
_FIRST_YEAR, _LAST_YEAR = 1700, 2199
_THAI = 543  # years between the Buddhist and the common era
_MONTH_FIRST = frozenset({"en", "en_us", "en-us"})
# Letters that a language writes onto a month's name: Hebrew "in September".
_JOINED = ("ב", "ל")


@dataclass(frozen=True, slots=True)
class Found:
    """A date, aware, and the place of it in the text that was looked at."""

    moment: datetime
    start: int
    end: int
    has_time: bool = False


def fold_word(word: str) -> str:
    """A word as the table of months has it: lower case, compatible form, no dots, no marks."""
    if word.isascii():
        return word.lower().strip(" .'")
    word = unicodedata.normalize("NFKC", word).casefold()
    return _UNSEEN.sub("", word).strip(" .॰’'׳՝").replace("\u0307", "")


@lru_cache(maxsize=1)
def _months() -> dict[str, dict[str, int]]:
    """Word → language → month."""
    table: dict[str, dict[str, int]] = {}
    rows = (files("feeder") / "months.tsv").read_text(encoding="utf-8").splitlines()
    for month, word, languages in (row.split("\t") for row in rows):
        for language in languages.split():
            table.setdefault(word, {}).setdefault(language, int(month))
    return table


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    """The first words of months that have two."""
    return frozenset(word.partition(" ")[0] for word in _months() if " " in word)


@lru_cache(maxsize=4096)
def _month(word: str, language: str | None) -> int | None:
    """The month that a word names: in the language told, else in most languages."""
    known = _names(fold_word(word))
    if not known:
        return None
    short = (language or "").replace("_", "-").partition("-")[0].lower()
    if short in known:
        return known[short] or None
    months = list(known.values())
    return max(set(months), key=lambda month: (months.count(month), -month)) or None


def _names(folded: str) -> dict[str, int]:
    """The languages in which a word names a month or a weekday, a joined letter taken off."""
    months = _months()
    known = months.get(folded)
    if known is None and folded[:1] in _JOINED:
        known = months.get(folded[1:])
    return known or {}


@lru_cache(maxsize=2048)
def find_date(text: str, language: str | None = None) -> Found | None:
    """The first date in a short line, whatever stands around it; None where there is none."""
    if len(text) > LONGEST or not _FOUR.search(text):
        return None
    text = _digits(text)
    if not (_DAY.search(text) and _YEAR.search(text)):
        return None
    for shape in (_numeric, _with_month, _persian):
        for start, end, day in shape(text, language):
            return _with_time(text, start, end, day)
    return None


def read_date(
    text: str, language: str | None = None, *, thoroughly: bool = False
) -> datetime | None:
    """A date with nothing around it but a weekday and a time; UTC where it names no zone.

    `thoroughly` asks dateparser about what is not recognised, given `language` (milliseconds).
    """
    text = _UNSEEN.sub("", text).strip()
    if len(text) > LONGEST or not _DIGIT.search(text):
        return None
    whole = _standard(text)
    if whole is not None:
        return whole
    found = find_date(text, language)
    if found is not None and is_whole(text, found):
        return found.moment
    return _thorough(text, language) if thoroughly and len(text) <= 40 else None


def is_whole(text: str, found: Found) -> bool:
    """Whether a text holds nothing but the date found in it, a weekday and little words."""
    return goes_with_date(f"{text[: found.start]} {text[found.end :]}")


def goes_with_date(text: str) -> bool:
    """Whether all words are weekdays, or as little as "г", "den" and "d"."""
    return all(
        len(word) <= _FILLER or _WEEKDAY in _names(fold_word(word)).values()
        for word in _WORDS.findall(text)
    )


def _standard(text: str) -> datetime | None:
    """RFC 3339 and RFC 2822, by the standard library."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        if not _MAIL.fullmatch(text):
            return None
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _thorough(text: str, language: str | None) -> datetime | None:
    import dateparser  # 150 ms to import: only for the rare date that needs it

    languages = [language.replace("_", "-").partition("-")[0]] if language else None
    settings = {"STRICT_PARSING": True, "PARSERS": ["absolute-time"]}
    try:
        moment: datetime | None = dateparser.parse(text, languages=languages, settings=settings)
    except (ValueError, OverflowError):  # a language that dateparser does not know
        return None
    return None if moment is None else moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _digits(text: str) -> str:
    """The text with digits of any script as ASCII ones, length kept, direction marks as spaces."""
    text = _UNSEEN.sub(" ", text)
    return text if text.isascii() else _FOREIGN.sub(_ascii_digit, text)


def _ascii_digit(digit: re.Match[str]) -> str:
    return str(unicodedata.digit(digit[0]))


def _numeric(text: str, language: str | None) -> Iterator[tuple[int, int, date]]:
    if not _NUMERIC.search(text):
        return
    text = re.sub(r" (?=[/.-])|(?<=[/.-]) ", "\x00", text).replace("\x00", " ")
    squeezed = re.sub(r"(?<=\d) +(?=/)|(?<=/) +(?=\d)", "", text)
    shift = len(text) - len(squeezed)
    for pattern in (_ISO, _EAST, _SPACED):
        for match in pattern.finditer(squeezed):
            numbers = [int(group) for group in match.groups() if group and group.isdecimal()]
            yield from _place(match, _day(*numbers), shift)
    for match in _MONTH_EAST.finditer(squeezed):
        month, day, year = map(int, match.groups())
        yield from _place(match, _day(year, month, day), shift)
    for match in _VIETNAMESE.finditer(squeezed):
        day, month, year = map(int, match.groups())
        yield from _place(match, _day(year, month, day), shift)
    for match in _SHORT.finditer(squeezed):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        american = "/" in match[2] and (language or "en").lower() in _MONTH_FIRST
        month_first = second > 12 or (american and first <= 12)
        month, day = (first, second) if month_first else (second, first)
        yield from _place(match, _day(year, month, day), shift)


def _place(match: re.Match[str], day: date | None, shift: int) -> Iterator[tuple[int, int, date]]:
    if day is not None:
        yield match.start(), match.end() + shift, day


def _with_month(text: str, language: str | None) -> Iterator[tuple[int, int, date]]:
    """A named month with a day and a year near it, in any order."""
    tokens = list(_TOKEN.finditer(text))
    for here, token in enumerate(tokens):
        if token[0][0].isdecimal():
            continue
        month = _month(token[0], language)
        if month is None and here + 1 < len(tokens) and fold_word(token[0]) in _first_words():
            month = _month(f"{token[0]} {tokens[here + 1][0]}", language)
        if month is None:
            continue
        near = range(max(0, here - _FARTHEST - 1), min(len(tokens), here + _FARTHEST + 2))
        numbers = [tokens[index] for index in near if tokens[index][0].isdecimal()]
        years = [number for number in numbers if len(number[0]) == 4]
        days = [number for number in numbers if len(number[0]) <= 2 and 1 <= int(number[0]) <= 31]
        for year in years[:1]:
            days.sort(key=lambda number: abs(number.start() - token.start()))
            for number in days:
                day = _day(int(year[0]), month, int(number[0]))
                if day is not None:
                    parts = (token, year, number)
                    yield min(p.start() for p in parts), max(p.end() for p in parts), day
                    return


def _persian(text: str, language: str | None) -> Iterator[tuple[int, int, date]]:
    """ "15 Farvardin 1403" of the solar calendar of Iran, by its usual 33-year cycle."""
    if match := _SOLAR.search(text):
        day, month, year = int(match[1]), _SOLAR_MONTHS.index(match[2]), int(match[3])
        leaps = (year + 1595) // 33 * 8 + ((year + 1595) % 33 + 3) // 4
        before = 31 * min(month, 6) + 30 * max(month - 6, 0) + day
        if 1 <= day <= 31:
            ordinal = 365 * (year + 1595) + leaps + before - _SOLAR_EPOCH
            yield match.start(), match.end(), date.fromordinal(ordinal)


def _day(year: int, month: int, day: int) -> date | None:
    if year > _LAST_YEAR:
        year -= _THAI
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_time(text: str, start: int, end: int, day: date) -> Found:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    match = _TIME.match(text, end)
    if match is None:
        return Found(midnight, start, end)
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    half = (match[4] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half[0] in "pم下" else 0)
    try:
        moment = midnight.replace(hour=hour, minute=minute, second=second, tzinfo=_zone(match[5]))
    except ValueError:
        return Found(midnight, start, end)
    return Found(moment, start, match.end(), has_time=True)


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        return UTC
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
