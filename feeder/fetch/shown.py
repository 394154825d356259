"""Addresses and what strangers say, as they may stand in a message."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from feeder.text import shorten

_LONGEST = 200
_SECRET_NAME = re.compile(
    "key|token|secret|pass|pw|sig|auth|sess|sid|code|user|mail|login|cred|access|jwt|nonce|hash",
    re.IGNORECASE,
)
# A number, or words: nobody's key is that short, and nobody's is of letters alone.
_PLAIN_WORDS = re.compile(
    r"(?:(?:[0-9]{1,12}|[a-zA-Z]{1,20}|[0-9a-zA-Z]{1,7})(?:[-_.,:/+]|$)){1,20}|"
)


def shown(url: str) -> str:
    """An address for messages, not too long: without credentials and fragment, and without what
    may be a secret in its query."""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets without an address in them: what is a password in it, who knows
        return "an address that cannot be read"
    host = parts.netloc.rpartition("@")[2]
    query = "&".join(map(_harmless, parts.query[:_LONGEST].split("&")))
    address = f"{parts.scheme}://{host}{parts.path}{'?' if query else ''}{query}"
    return shorten(_printable(address), _LONGEST)


def _harmless(parameter: str) -> str:
    """A parameter with `…` for a value that is called a secret, or looks like one."""
    name, is_told, value = parameter.partition("=")
    if not is_told:
        return parameter if _PLAIN_WORDS.fullmatch(parameter) else "…"
    if _SECRET_NAME.search(name) or not _PLAIN_WORDS.fullmatch(value):
        return f"{name}=…"
    return parameter


def host_of(url: str) -> str:
    """The host of an address, with its port if it is told."""
    return shorten(urlsplit(url).netloc.rpartition("@")[2], _LONGEST)


def plain(text: str) -> str:
    """What a stranger or a library says, for one line of a message."""
    return shorten(_printable(text), 100)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text[:400])
