"""A JSON answer's bytes become a document (RFC 8259), or a named error that says what they are."""

from __future__ import annotations

import json
import re
from typing import Any

from feeder.encoding import decode
from feeder.errors import LayoutError, NotTextError
from feeder.models import Page
from feeder.sources.json_paths import shown_text

# Put before an array so that no other page can run it as a script.
_GUARD = re.compile(r"\)\]\}'?,?[^\n\[{]{0,20}\n?")
_CALL = re.compile(r"(?:/\*[^*]{0,99}\*/\s*+)?[\w$.]{1,99}\s*+\(\s*+[\[{\"]")
_ADVICE = "set url to what answers in JSON; some want a header such as Accept, see [headers]"


def read_document(page: Page) -> Any:
    """The document of an answer; of one with a document a line, the array of all of them.

    NaN and infinity, which are no JSON and which some programs write, count as null.

    Raises:
        LayoutError: it is no JSON, cut off, or nested deeper than anything that means well.
    """
    text = _text(page)
    try:
        return _parsed(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return _a_document_a_line(text, error)
        raise _broken(error) from None


def _text(page: Page) -> str:
    try:
        text = decode(page.body, charset=page.charset).text
    except NotTextError as error:
        raise LayoutError(f"this is no JSON: {error.message}", advice=_ADVICE) from None
    text = text.removeprefix("\ufeff").lstrip()
    if not text:
        raise LayoutError("the answer is empty", advice=_ADVICE)
    if text.startswith("<"):
        raise LayoutError("a web page or XML came instead of JSON", advice=_ADVICE)
    if _CALL.match(text):
        raise LayoutError(
            "this is JSONP, a script, and no JSON",
            advice="take the parameter that asks for it (callback or jsonp) out of url",
        )
    return text[guard.end() :] if (guard := _GUARD.match(text)) else text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_nothing)
    except RecursionError:
        raise LayoutError("the JSON is nested too deeply to be read") from None
    except json.JSONDecodeError:
        raise
    except ValueError:  # whole numbers of over 4,300 digits, which Python does not read
        raise LayoutError("a number in the JSON is too long to be read") from None


def _nothing(name: str) -> None:
    """What NaN and Infinity are."""


def _a_document_a_line(text: str, error: json.JSONDecodeError) -> list[Any]:
    # By line feeds only: other line separators may stand in strings.
    try:
        return [_parsed(line) for line in text.split("\n") if line and not line.isspace()]
    except json.JSONDecodeError:
        raise _broken(error) from None


def _broken(error: json.JSONDecodeError) -> LayoutError:
    near = shown_text(error.doc[max(0, error.pos - 10) : error.pos + 20], 30)
    if error.msg.startswith("Unterminated") or not error.doc[error.pos :].strip():
        return LayoutError("the JSON ends before its end", advice=_ADVICE)
    return LayoutError(
        f'this is no JSON: {error.msg} at line {error.lineno}, column {error.colno}, near "{near}"',
        advice=_ADVICE,
    )
