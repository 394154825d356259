"""What the process that asks for a page and the one that has the browser tell each other.

A message is the length of its head, the head as JSON, and bytes. The other side of a browser may be
whoever took it over: what comes from there is checked field by field, and nothing of it is run.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_LENGTH = struct.Struct("!I")
_MOST_HEAD = 200_000
"""Characters of a head: an address and headers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a page. `kind` is what the browser would use it for ("script", "fetch", …),
    `origin` that of the document that makes it."""

    number: int
    url: str
    method: str
    kind: str
    origin: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a page is answered; `status` 0 is that it could not be had."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


def packed(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """One message."""
    text = json.dumps(head).encode()
    return _LENGTH.pack(len(text)) + text + body


def unpacked(message: bytes | bytearray) -> tuple[dict[str, Any], bytes]:
    """The head and the body of a message.

    Raises:
        ValueError: it is none.
    """
    if len(message) < _LENGTH.size:
        raise ValueError("too short")
    (size,) = _LENGTH.unpack_from(message)
    if size > min(_MOST_HEAD, len(message) - _LENGTH.size):
        raise ValueError("a head that is too long")
    end = _LENGTH.size + size
    head = json.loads(message[_LENGTH.size : end])
    if not isinstance(head, dict):
        raise ValueError("a head that is no object")
    return head, bytes(message[end:])


def asked(head: Mapping[str, Any], body: bytes) -> Asked:
    """The request that a message is.

    Raises:
        ValueError: it is none.
    """
    number, headers = head.get("ask"), head.get("headers")
    texts = [head.get(key) for key in ("url", "method", "kind", "origin")]
    if not isinstance(number, int) or not isinstance(headers, dict):
        raise ValueError("a request without a number or headers")
    if not all(isinstance(one, str) for one in (*texts, *headers, *headers.values())):
        raise ValueError("a request with what is no text in it")
    url, method, kind, origin = map(str, texts)
    return Asked(number, url, method, kind, origin, headers, body)
