"""What options are made of: the frozen base model and the types that its fields may have."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    StrictBool,
    StrictInt,
    ValidationInfo,
    WithJsonSchema,
)

from feeder.config.quantities import DURATION_SCHEMA, SIZE_SCHEMA, parse_duration, parse_size
from feeder.regexes import compiled
from feeder.text import one_line
from feeder.urls import resolve

# How each is written, as far as a pattern of JSON Schema can tell: never less than is taken.
_TEXT = {"type": "string"}
_WEB_URL = {"type": "string", "format": "uri", "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://\S+$"}
_TAG = {"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"}

NAME = re.compile(r"[a-z0-9-]{1,64}")
# RFC 5646, 2.1 without what is reserved or grandfathered: language-script-region-variant…
_LANGUAGE = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?"
    r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[0-9a-wy-z](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?",
    re.ASCII | re.IGNORECASE,
)


class Options(BaseModel):
    """Base of everything that a person can set: frozen, and unknown keys are errors.

    Defaults are checked like values from a file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


def _name(value: str) -> str:
    if NAME.fullmatch(value) is None:
        raise ValueError("a name is 1 to 64 characters of a-z, 0-9 and -")
    return value


def _line(value: str) -> str:
    line = one_line(value)
    if not line:
        raise ValueError("must not be empty")
    return line


def _language(value: str) -> str:
    if _LANGUAGE.fullmatch(value) is None:
        raise ValueError('expected a language tag (BCP 47) such as "en", "pt-BR" or "zh-Hant"')
    return value


def check_web_url(value: str) -> str:
    """`value` as RFC 3986 spells it, if it is a whole http or https address without a password.

    Raises:
        ValueError: without the address in it, which may hold a password.
    """
    if re.match(r"[a-z]+://[^/?#]*@", value, re.IGNORECASE):
        raise ValueError("must not hold a user or password")
    # Spaces could be percent-encoded, but nobody means them in an address that stands in a file.
    address = None if re.search(r"\s", value) else resolve(value)
    if address is None:
        raise ValueError('expected a web address such as "https://example.org/"')
    return address


def _local_path(value: Path, info: ValidationInfo) -> Path:
    base = (info.context or {}).get("base")
    return value if base is None else resolve_path(value, base)


def resolve_path(path: Path, base: Path) -> Path:
    """`path` as an absolute one: `~` is the home folder, anything relative starts at `base`.

    Raises:
        ValueError: it is relative and leaves `base`. Who means a place elsewhere says it whole.
    """
    if "\0" in str(path):
        raise ValueError("a path cannot hold a NUL character")
    try:
        path = path.expanduser()
    except RuntimeError:  # `~somebody` where there is no such user
        raise ValueError("there is no such home folder") from None
    depth = 0
    for part in () if path.is_absolute() else path.parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            raise ValueError("a path outside; write it as an absolute path if that is meant")
    return base / path


def _zone(value: Any) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(value)
    except (
        TypeError,
        ValueError,
        KeyError,
        OSError,
    ):  # OSError: a folder of zones such as "America"
        raise ValueError('no such time zone; expected one such as "Europe/Kyiv"') from None


def _network(value: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        if isinstance(value, int):  # which ip_network would take for an address
            raise ValueError
        return ipaddress.ip_network(value)
    except ValueError:
        raise ValueError('expected a network such as "192.168.1.0/24" or "fd00::/8"') from None


def _pattern(value: str) -> str:
    if not value.removeprefix("re:").strip():
        raise ValueError('expected a pattern such as "/news/*" or "re:/20[0-9]{2}/"')
    try:
        re.compile(value.removeprefix("re:") if value.startswith("re:") else "")
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return value


def _strings(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _regex(value: str) -> str:
    compiled(value)
    return value


Flag = StrictBool
"""true or false, and not "yes" or 1."""
Count = StrictInt
"""A whole number, and not "5" or true."""
Name = Annotated[
    str,
    AfterValidator(_name),
    WithJsonSchema({"type": "string", "pattern": f"^{NAME.pattern}$"}),
]
"""1 to 64 of a-z, 0-9 and "-": what becomes a file name and part of an address."""
Line = Annotated[str, AfterValidator(_line), WithJsonSchema({"type": "string", "pattern": r"\S"})]
"""One line of text for people; white space folded, never empty."""
Language = Annotated[str, AfterValidator(_language), WithJsonSchema(_TAG)]
"""A well-formed language tag (RFC 5646)."""
Regex = Annotated[str, AfterValidator(_regex)]
"""A regular expression of RE2 that minds no case."""
WebUrl = Annotated[str, AfterValidator(check_web_url), WithJsonSchema(_WEB_URL)]
"""An absolute http or https address without credentials."""
Duration = Annotated[timedelta, PlainValidator(parse_duration), WithJsonSchema(DURATION_SCHEMA)]
"""A duration, written as "30m"."""
Size = Annotated[int, BeforeValidator(parse_size), WithJsonSchema(SIZE_SCHEMA)]
"""A number of bytes, written as "5 MB"."""
LocalPath = Annotated[Path, AfterValidator(_local_path), WithJsonSchema(_TEXT)]
"""A path; relative ones start at the folder that holds the configuration and stay in it."""
Zone = Annotated[ZoneInfo, PlainValidator(_zone), WithJsonSchema({**_TEXT, "minLength": 1})]
"""A time zone of the IANA database, written as "Europe/Kyiv"."""
Network = Annotated[
    ipaddress.IPv4Network | ipaddress.IPv6Network,
    PlainValidator(_network),
    WithJsonSchema({"type": "string", "pattern": "^[0-9A-Fa-f.:]+(/[0-9.]+)?$"}),
]
"""Addresses of IPv4 or IPv6, written as "10.0.0.0/8"."""
Strings = Annotated[
    tuple[str, ...], BeforeValidator(_strings, json_schema_input_type=str | tuple[str, ...])
]
"""One string or an array of them."""
AddressPatterns = Annotated[
    tuple[Annotated[str, AfterValidator(_pattern)], ...],
    BeforeValidator(_strings, json_schema_input_type=str | tuple[str, ...]),
]
"""One pattern of addresses or an array of them, as `sources/patterns.py` reads them."""
