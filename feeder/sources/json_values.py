"""What an API gives for a field becomes what an article has there, or nothing with the reason."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from feeder.errors import LayoutError
from feeder.languages import read_language
from feeder.sources.json_paths import shown_keys, shown_text
from feeder.sources.moments import is_number, moment_of, moment_of_number
from feeder.text import one_line, xml_safe

_LONGEST_LINE = 1_000
_LONGEST_SUMMARY = 20_000
_MOST_NAMES = 20
# An API's title is text or markup, and nothing tells which; what looks like a tag or a character
# reference is one, and "a < b" is neither.
_TAG = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:[a-z]{2,31}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_BLOCK = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|li|img|figure|blockquote|table|section|article|a|em|strong|b|i|span)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)
_PARAGRAPHS = re.compile(r"\n(?:[^\S\n]*+\n)+")
_DOTNET = re.compile(r"/Date\((-?\d{1,17})(?:[+-]\d{4})?\)/")
_COMPACT_DAY = range(19_000_101, 21_991_232)


def line_of(value: Any) -> str | None:
    """One line of text for a name or title, markup and character references read.

    Raises:
        LayoutError: it is neither text nor a number.
    """
    text = _scalar(value)
    return one_line(_plain(text[:_LONGEST_LINE])) or None if text else None


def id_of(value: Any) -> str | None:
    """An id as it is written.

    Raises:
        LayoutError: it is neither text nor a number, or too long to tell anything apart.
    """
    text = one_line(_scalar(value) or "")
    if len(text) > _LONGEST_LINE:
        raise LayoutError(f"an id of {len(text):,} characters")
    return text or None


def address_of(value: Any) -> str | None:
    """An address as it is written; of several the first.

    Raises:
        LayoutError: it is no text.
    """
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, bool | int | float):
        raise LayoutError(f"expected text, found {shown_keys(value)}")
    return (_scalar(value) or "").strip() or None


def summary_of(value: Any) -> str | None:
    """Text without markup.

    Raises:
        LayoutError: it is neither text nor a number.
    """
    text = _scalar(value)
    return one_line(_plain(text[:_LONGEST_SUMMARY])) or None if text else None


def names_of(value: Any) -> tuple[str, ...]:
    """Names from one or an array of them, each once.

    Raises:
        LayoutError: one of them is neither text nor a number.
    """
    values = value[:_MOST_NAMES] if isinstance(value, list) else [value]
    names = (line_of(each) for each in values)
    return tuple(dict.fromkeys(name for name in names if name))


def moment_in(value: Any, zone: tzinfo) -> datetime | None:
    """A date from text, or seconds or milliseconds since 1970.

    Raises:
        LayoutError: it is no date.
    """
    value = _first(value)
    if value is None or value == "":
        return None
    moment = _moment(value, zone)
    if moment is None:
        raise LayoutError(f"no date: {_quoted(value)}")
    return moment


def language_of(value: Any) -> str | None:
    """A language's tag.

    Raises:
        LayoutError: it is none.
    """
    text = (_scalar(_first(value)) or "").strip()
    language = read_language(text[:_LONGEST_LINE])
    if text and language is None:
        raise LayoutError(f"no language: {_quoted(text)}")
    return language


def markup_of(value: Any) -> str | None:
    """Content as a fragment of HTML: markup as it is, text escaped, with its paragraphs.

    Raises:
        LayoutError: it is neither text nor an array of texts.
    """
    if isinstance(value, list):
        value = "\n\n".join(_scalar(each) or "" for each in value)
    text = xml_safe(_scalar(value) or "")
    if not text.strip():
        return None
    return text if _BLOCK.search(text) else "".join(_paragraphs(text))


def _paragraphs(text: str) -> Iterator[str]:
    # Where nobody wrote a tag, character references may still have been written.
    text = html.unescape(text) if _REFERENCE.search(text) else text
    for part in _PARAGRAPHS.split(text.replace("\r\n", "\n").replace("\r", "\n").strip()):
        yield f"<p>{html.escape(part.strip(), quote=False).replace(chr(10), '<br>')}</p>"


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text)) if "<" in text or _REFERENCE.search(text) else text


def _scalar(value: Any) -> str | None:
    value = _first(value)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        # 12.0 and 12 are one number in JSON, and Python writes them differently.
        return str(int(value)) if value == int(value) else repr(value)
    raise LayoutError(f"expected text, found {shown_keys(value)}")


def _first(value: Any) -> Any:
    """An array of one is that one; of several nobody knows which is meant."""
    return (
        value[0] if isinstance(value, list) and len(value) == 1 else None if value == [] else value
    )


def _moment(value: Any, zone: tzinfo) -> datetime | None:
    if isinstance(value, bool | dict | list):
        return None
    if isinstance(value, int) and value in _COMPACT_DAY:
        return moment_of(str(value), zone)
    if isinstance(value, int | float):
        return moment_of_number(value)
    if dotnet := _DOTNET.fullmatch(value.strip()[:60]):
        return moment_of_number(float(dotnet[1]))
    return moment_of_number(float(value)) if is_number(value) else moment_of(value, zone)


def _quoted(value: Any) -> str:
    return f'"{shown_text(value, 40)}"' if isinstance(value, str) else shown_keys(value)
