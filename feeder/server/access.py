"""Who may see and do what. Each route that is not for everybody asks here, and nowhere else.

Feeds that are not private, `/healthz` and `/readyz` are for everybody. With a token, all the rest
takes it. Without one, status pages are for this machine alone, and only as far as no web server
stands in front of ours, which would make everybody look like this machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from feeder.config.settings import ServerSettings, Settings, is_for_this_machine, is_loopback
from feeder.server.credentials import (
    SESSION_SECONDS,
    Connection,
    bearer,
    header,
    host_of,
    in_query,
    new_session,
    password,
    sessions_of,
    set_cookie,
    who,
)
from feeder.server.desk import Desk
from feeder.server.tokens import Tokens, Tries, is_same, signed

_FORWARDED = {b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via"}


@dataclass(frozen=True, slots=True)
class Allowed:
    """Go on. `by` says why: the token itself, a session that began with it, or the place."""

    by: Literal["token", "session", "place"]


@dataclass(frozen=True, slots=True)
class Refused:
    """The status to answer with, why, and what can be done. `headers` belong to the answer."""

    status: int
    message: str
    advice: str = ""
    headers: Mapping[str, str] | None = None


_tokens = Tokens()
_tries = Tries()
_process_key = secrets.token_bytes(32)
"""Signs forms where there is no token to do it with: a page outlives no restart then."""


def may_see(connection: Connection, desk: Desk) -> Allowed | Refused:
    """Whether status pages, API and metrics are for whoever asks."""
    settings = desk.current().settings
    if settings.server.status is False:
        return Refused(404, "There are no status pages.", "`status` in [server] is false.")
    if settings.server.token_file is None:
        return _by_place(connection, settings, flag=settings.server.status)
    return _by_bearer(connection, settings.server) or _by_session(connection, settings.server)


def may_act(connection: Connection, desk: Desk, form_token: str | None = None) -> Allowed | Refused:
    """Whether whoever asks may change something.

    Args:
        form_token: what `form_token` gave the page that the form stands on. Programs that send
            the token itself need none.
    """
    settings = desk.current().settings
    if fixed := _fixed(connection, desk, settings.server):
        return fixed
    if settings.server.token_file is None:
        found = _by_place_of_actions(connection, settings)
    else:
        given = _by_bearer(connection, settings.server)
        found = given or _by_session(connection, settings.server)
    if isinstance(found, Refused) or found.by == "token":
        return found
    return _forged(connection, settings, form_token) or found


def may_ever_act(connection: Connection, desk: Desk) -> bool:
    """Whether a page should show forms at all to whoever asks for it."""
    shown = form_token(connection, desk)
    asked = {**connection, "method": "POST", "headers": _without_origin(connection)}
    return isinstance(may_act(asked, desk, shown), Allowed)


def may_read(connection: Connection, desk: Desk) -> Allowed | Refused:
    """Whether private feeds are for whoever asks. Readers send the token in one of three ways."""
    server = desk.current().settings.server
    if server.token_file is None:
        advice = "Name a `token_file` in [server]."
        return Refused(403, "Private feeds are served with a token alone.", advice)
    found = _by_session(connection, server)
    if isinstance(found, Allowed):
        return found
    given = bearer(connection) or password(connection) or in_query(connection)
    if given is not None:
        return _judged(connection, server, given)
    challenge = 'Basic realm="feeder", charset="UTF-8"'
    return Refused(401, found.message, found.advice, {"www-authenticate": challenge})


def log_in(connection: Connection, desk: Desk, token: str) -> str | Refused:
    """The `Set-Cookie` of a session that begins, for whoever has the token."""
    settings = desk.current().settings
    if settings.server.token_file is None:
        return Refused(404, "There is no token to log in with.")
    if not _is_same_site(connection, settings):
        return Refused(403, "The form was sent from another site.")
    found = _judged(connection, settings.server, token.strip().encode())
    if isinstance(found, Refused):
        return found
    key = _tokens.of(settings.server.token_file)
    assert key is not None, "it was compared with"
    return set_cookie(connection, settings, new_session(key), SESSION_SECONDS)


def log_out(connection: Connection, desk: Desk) -> str:
    """The `Set-Cookie` that ends a session in its browser."""
    return set_cookie(connection, desk.current().settings, "", 0)


def form_token(connection: Connection, desk: Desk) -> str:
    """What a form of ours carries, and a form on somebody else's page cannot know."""
    server = desk.current().settings.server
    key = _key(server)
    session = next(sessions_of(connection, key), "") if key else ""
    return signed(key or _process_key, f"form {session}")


def _fixed(connection: Connection, desk: Desk, server: ServerSettings) -> Refused | None:
    if desk.last_tick is None:
        return Refused(403, "This server changes nothing.", "Ask the one of `feeder run`.")
    if server.actions is False:
        return Refused(403, "Nothing can be changed here.", "`actions` in [server] is false.")
    if connection["method"] != "POST":
        return Refused(405, "Only POST changes anything.", headers={"allow": "POST"})
    return None


def _forged(connection: Connection, settings: Settings, form_token: str | None) -> Refused | None:
    """Why a form was not sent by the person who looks at a page of ours, if so."""
    if not _is_same_site(connection, settings):
        return Refused(403, "The form was sent from another site.")
    key = _key(settings.server)
    sessions = list(sessions_of(connection, key)) if key else [""]
    for session in sessions:
        known = signed(key or _process_key, f"form {session}").encode()
        if is_same((form_token or "").encode(errors="replace"), known):
            return None
    return Refused(403, "The page is too old.", "Load it again, and send the form from there.")


def _is_same_site(connection: Connection, settings: Settings) -> bool:
    """Whether a browser says that a page of ours sent this; whatever says nothing is none."""
    site = header(connection, b"sec-fetch-site")
    if site is not None and site != b"same-origin":
        return False
    origin = header(connection, b"origin")
    # A web server in front of ours may speak TLS, and leave the port out of what it tells us.
    ours = header(connection, b"host"), urlsplit(settings.public_url).netloc.encode()
    return origin is None or origin.partition(b"://")[2] in ours


def _without_origin(connection: Connection) -> list[tuple[bytes, bytes]]:
    """How a page was asked for says nothing of how its forms will be sent."""
    about = (b"origin", b"sec-fetch-site")
    return [(name, value) for name, value in connection["headers"] if name not in about]


# By place


def _by_place(
    connection: Connection, settings: Settings, *, flag: bool | None
) -> Allowed | Refused:
    advice = "Name a `token_file` in [server], and send the token."
    if not _is_here(connection, settings.server):
        return Refused(403, "This is for this machine alone.", advice)
    host = host_of(connection)
    if host not in ("localhost", "127.0.0.1", "::1"):
        public = urlsplit(settings.public_url).hostname
        if not flag or host != public:  # a name that leads here by somebody else's DNS
            return Refused(403, "This is for this machine by its own name alone.", advice)
    behind = any(name in _FORWARDED for name, _ in connection["headers"])
    if (behind or not is_for_this_machine(settings.public_url)) and not flag:
        message = "A web server may stand in front of this one, and let everybody in."
        return Refused(403, message, f"{advice} `status = true` says that it does not.")
    return Allowed("place")


def _by_place_of_actions(connection: Connection, settings: Settings) -> Allowed | Refused:
    if not _is_unix(connection):
        advice = "Name a `token_file` in [server], or a `socket`."
        return Refused(403, "Nothing can be changed without a token.", advice)
    return _by_place(connection, settings, flag=settings.server.actions)


def _is_unix(connection: Connection) -> bool:
    server = connection.get("server")
    return server is not None and server[1] is None


def _is_here(connection: Connection, settings: ServerSettings) -> bool:
    if _is_unix(connection):
        return True
    server = connection.get("server")
    return server is not None and is_loopback(server[0]) and is_loopback(settings.bind)


# By token


def _key(server: ServerSettings) -> bytes | None:
    return _tokens.of(server.token_file) if server.token_file else None


def _by_bearer(connection: Connection, server: ServerSettings) -> Allowed | Refused | None:
    given = bearer(connection)
    return None if given is None else _judged(connection, server, given)


def _by_session(connection: Connection, server: ServerSettings) -> Allowed | Refused:
    key = _key(server)
    if key and next(sessions_of(connection, key), None):
        return Allowed("session")
    headers = {"www-authenticate": 'Bearer realm="feeder"'}
    return Refused(401, "This takes the token.", "It stands in the `token_file`.", headers)


def _judged(connection: Connection, server: ServerSettings, given: bytes) -> Allowed | Refused:
    client = who(connection)
    if wait := _tries.wait(client):
        seconds = str(int(wait) + 1)
        return Refused(429, "Too many wrong tokens.", headers={"retry-after": seconds})
    key = _key(server)
    if key is not None and is_same(given, key):
        return Allowed("token")
    _tries.failed(client)
    headers = {"www-authenticate": 'Bearer realm="feeder", error="invalid_token"'}
    return Refused(401, "That is not the token.", "It stands in the `token_file`.", headers)
