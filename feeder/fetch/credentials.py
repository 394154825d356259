"""What a source's own site is told of who asks: headers, a user, cookies. Never anybody else."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from feeder.config.settings import Secret, SourceSettings
from feeder.errors import ConfigError

# RFC 9110, 5.6.2: what a header's name is made of; a cookie's, too (RFC 6265, 4.1.1).
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_NOT_OURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "te",
     "upgrade", "if-none-match", "if-modified-since", "range", "cookie", "proxy-authorization"}
)  # fmt: skip
"""Headers that feeder sends itself, or must not: they would change what an answer means."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Secrets as they are sent. None of them is in its `repr`."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)

    def as_headers(self) -> dict[str, str]:
        """What they are in a request, names in lower case."""
        sent = {name.lower(): value for name, value in self.headers.items()}
        if self.auth:
            pair = ":".join(self.auth).encode()
            sent["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return sent


def credentials_of(source: SourceSettings) -> Credentials:
    """The credentials of a source, read from the environment and from files.

    Raises:
        ConfigError: one is not there, or cannot be sent. Its value is in no message.
    """
    return Credentials(
        headers={name: _header(source, name) for name in source.headers},
        auth=_auth(source),
        cookies={name: _cookie(source, name) for name in source.cookies},
    )


def _header(source: SourceSettings, name: str) -> str:
    key = ("headers", name)
    if _NAME.fullmatch(name) is None:
        raise _fault(source, key, "cannot be the name of a header")
    if name.lower() in _NOT_OURS:
        raise _fault(source, key, "is a header that feeder sends itself")
    return _sendable(source, key, _read(source, key, source.headers[name]))


def _cookie(source: SourceSettings, name: str) -> str:
    key = ("cookies", name)
    if _NAME.fullmatch(name) is None:
        raise _fault(source, key, "cannot be the name of a cookie")
    value = _sendable(source, key, _read(source, key, source.cookies[name]))
    if ";" in value:
        raise _fault(source, key, "holds a semicolon: write each cookie by its own name")
    return value


def _auth(source: SourceSettings) -> tuple[str, str] | None:
    if source.auth is None:
        return None
    if ":" in source.auth.username:
        raise _fault(source, ("auth", "username"), "cannot hold a colon (RFC 7617)")
    password = _read(source, ("auth", "password"), source.auth.password)
    for key, value in (("username", source.auth.username), ("password", password)):
        if _CONTROL.search(value) or not _is_text(value):
            raise _fault(source, ("auth", key), "holds a line break, or what is no text")
    return source.auth.username, password


def _is_text(value: str) -> bool:
    """False of bytes in the environment that are no UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _sendable(source: SourceSettings, key: tuple[str, str], value: str) -> str:
    if _CONTROL.search(value) or not value.isascii():
        raise _fault(source, key, "holds a line break, or characters that are not ASCII")
    return value


def _read(source: SourceSettings, key: tuple[str, str], secret: Secret) -> str:
    try:
        return secret.read()
    except ValueError as error:
        raise _fault(source, key, str(error)) from None


def _fault(source: SourceSettings, key: tuple[str, str], message: str) -> ConfigError:
    return ConfigError([source.place.fault(key, message)])
