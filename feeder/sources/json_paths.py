"""JMESPath expressions of a configuration: checked where they are read, and asked of documents."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AfterValidator

from feeder.errors import LayoutError
from feeder.text import one_line, shorten

_LONGEST = 2_000


def _checked(expression: str) -> str:
    """An expression that can be asked of any document.

    Raises:
        ValueError: with JMESPath's message and the column, in one line.
    """
    # 30 ms to import, and only sources of this kind need it.
    from jmespath import compile as parse
    from jmespath.exceptions import JMESPathError

    if len(expression) > _LONGEST:
        raise ValueError(f"an expression has at most {_LONGEST:,} characters")
    try:
        parsed = parse(expression).parsed
    except JMESPathError as error:
        raise ValueError(_message(error)) from None
    except RecursionError:
        raise ValueError("the expression is nested too deeply") from None
    _check_functions(parsed)
    return expression


Expression = Annotated[str, AfterValidator(_checked)]
"""A JMESPath expression."""


def ask(expression: str, value: Any) -> Any:
    """What an expression gives for a value; None where it gives nothing.

    Raises:
        LayoutError: one of its functions cannot take what it was given.
    """
    from jmespath import compile as parse

    try:
        return parse(expression).search(value)
    # JMESPath's functions do with numbers, slices and texts of the site what Python does with
    # them, and let all of its exceptions out.
    except Exception as error:
        raise LayoutError(shown_text(str(error) or type(error).__name__, 200)) from None


def shown_keys(value: Any) -> str:
    """What a value is, and which keys it has if it has any, for messages."""
    if isinstance(value, dict):
        keys = ", ".join(shown_text(str(key), 30) for key in list(value)[:12])
        more = ", …" if len(value) > 12 else ""
        return f"an object with the keys {keys}{more}" if keys else "an object without keys"
    if isinstance(value, list):
        return f"an array of {len(value):,}"
    if value is None:
        return "null"
    names = {str: "text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "something else")


def shown_text(text: str, limit: int) -> str:
    """The beginning of what a site wrote, as a line that can be printed and stored."""
    return shorten(one_line(text[: 4 * limit]), limit)


def _message(error: ValueError) -> str:
    column = getattr(error, "lex_position", None)
    if column is None:
        return "expected a JMESPath expression"
    if getattr(error, "token_value", None) is None:
        return "the JMESPath expression ends before its end"
    reason = getattr(error, "message", "") or getattr(error, "msg", "")
    return f"no JMESPath expression: {reason}, at column {column + 1}"


def _check_functions(parsed: Any) -> None:
    """JMESPath itself tells an unknown function only when it comes to it."""
    from jmespath.functions import Functions

    known = Functions.FUNCTION_TABLE
    nodes: list[Any] = [parsed]
    while nodes:
        node = nodes.pop()
        if not isinstance(node, dict):
            continue
        if node["type"] == "function_expression" and node["value"] not in known:
            near = get_close_matches(node["value"], sorted(known), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"JMESPath has no function {shorten(node['value'], 40)!r}{hint}")
        nodes += node["children"]
