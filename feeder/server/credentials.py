"""What a request says of who sends it: tokens, sessions, names. None of it is judged here."""

from __future__ import annotations

import secrets
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import parse_qs, urlsplit

from feeder.config.settings import Settings, is_loopback
from feeder.server.tokens import is_same, signed

COOKIE = "feeder_session"
SESSION_SECONDS = 7 * 86_400
_MOST_FIELDS = 20
"""Of a query. More would be no address of ours."""

Connection = Mapping[str, Any]
"""A scope of ASGI, or Starlette's request, which is one too."""


def who(connection: Connection) -> str:
    """Who has so many tries. What a web server in front of ours adds last is its own word."""
    client = connection.get("client")
    address = client[0] if client else ""
    via = [value for name, value in connection["headers"] if name == b"x-forwarded-for"]
    if via and (not address or is_loopback(address)):
        address = via[-1].rpartition(b",")[2].strip()[:64].decode("latin-1")
    try:
        found = ip_address(address)
    except ValueError:
        return address
    # Whoever has one IPv6 address has the 2^64 of its network.
    return str(found if found.version == 4 else ip_network((found, 64), strict=False))


def new_session(key: bytes) -> str:
    """What only somebody who has the token can have said."""
    session = f"{int(time.time()) + SESSION_SECONDS}.{secrets.token_hex(16)}"
    return f"{session}.{signed(key, f'session {session}')}"


def sessions_of(connection: Connection, key: bytes) -> Iterator[str]:
    """Those of the sessions in a request that began with this token and have not ended."""
    for name, value in connection["headers"]:
        if name != b"cookie":
            continue
        for cookie in value.decode("latin-1").split(";"):
            label, _, told = cookie.strip().partition("=")
            session, _, signature = told.rpartition(".")
            if label == COOKIE and _is_living(session) and signature.isascii():
                known = signed(key, f"session {session}")
                if is_same(signature.encode(), known.encode()):
                    yield session


def _is_living(session: str) -> bool:
    until = session.partition(".")[0]
    return len(until) < 16 and until.isdecimal() and int(until) > time.time()


def set_cookie(connection: Connection, settings: Settings, value: str, seconds: int) -> str:
    """The header by which a browser keeps a session; with no seconds it forgets it."""
    public = urlsplit(settings.public_url)
    # Over plain HTTP, as through a tunnel, a browser would not send a Secure one back.
    secure = public.scheme == "https" and host_of(connection) == public.hostname
    cookie = f"{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict"
    return f"{cookie}; Secure" if secure else cookie


def bearer(connection: Connection) -> bytes | None:
    """The token of RFC 6750."""
    return _credentials(connection, b"bearer")


def password(connection: Connection) -> bytes | None:
    """Of HTTP basic authentication (RFC 7617), whoever the user may be."""
    told = _credentials(connection, b"basic")
    try:
        return None if told is None else b64decode(told, validate=True).partition(b":")[2]
    except ValueError:
        return b""


def _credentials(connection: Connection, wanted: bytes) -> bytes | None:
    scheme, _, told = (header(connection, b"authorization") or b"").partition(b" ")
    return told.strip() if scheme.lower() == wanted else None


def in_query(connection: Connection) -> bytes | None:
    """The token of an address, for readers that know no other way."""
    # A token has no spaces, which a + is elsewhere in a query; many have a + of base64.
    query = connection.get("query_string", b"").replace(b"+", b"%2B").decode("latin-1")
    try:
        found = parse_qs(query, max_num_fields=_MOST_FIELDS).get("token")
    except ValueError:
        return None
    return found[0].encode(errors="replace") if found else None


def header(connection: Connection, wanted: bytes) -> bytes | None:
    """The first header of that name."""
    value: bytes
    for name, value in connection["headers"]:
        if name == wanted:
            return value
    return None


def host_of(connection: Connection) -> str:
    """The name that the client asked by, without a port."""
    try:
        return urlsplit(f"//{(header(connection, b'host') or b'').decode('ascii')}").hostname or ""
    except ValueError:
        return ""
