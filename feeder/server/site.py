"""All that is served, put together: documents first, then whatever else there is."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from feeder.logs import logger
from feeder.server.access import Allowed, Refused, may_read
from feeder.server.api.routes import routes as api_routes
from feeder.server.desk import Desk
from feeder.server.feeds import Feeds, send_not_found
from feeder.server.pages.routes import routes as page_routes
from feeder.server.protocol import BODY_BYTES
from feeder.server.record import Record
from feeder.server.replies import send_text
from feeder.server.shelf import PRIVATE
from feeder.server.snapshots import Headers

BODY_SECONDS = 20.0
"""For the body of a request to be whole."""
PROBES = ("/healthz", "/readyz")
"""Answered before anything else: a database that hangs must not keep them waiting."""
_UNLESS_TOLD: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
"""What goes with each answer that does not say otherwise."""


def site(desk: Desk, lifespan: Lifespan[Starlette] | None = None) -> ASGIApp:
    """The application for one desk."""
    return _Site(desk, lifespan)


class _Site:
    def __init__(self, desk: Desk, lifespan: Lifespan[Starlette] | None) -> None:
        self._desk = desk
        self._record = Record(desk)
        self._feeds = Feeds(self._record)
        self._rest = Starlette(routes=[*page_routes(desk), *api_routes(desk)], lifespan=lifespan)
        # It would send clients to wherever they say that they came from.
        self._rest.router.redirect_slashes = False
        self._rest.router.default = self._missing

        self.at_once = self._feeds.at_once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        try:
            if scope["path"] in PROBES:
                await self._rest(scope, _bounded(receive), _with_defaults(send))
                return
            if not self._record.is_new:
                await self._record.renew()
            found = self._record.find(scope["path"])
            if found is not None:
                await self._feeds.answer(found, scope, send)
            else:
                await self._other(scope, receive, send)
        except ClientDisconnect:
            pass
        except Exception:
            logger().exception("unforeseen", what="answering", path=scope["path"][:200])
            raise  # uvicorn answers, or hangs up

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        base = unquote(urlsplit(self._desk.current().settings.public_url).path)
        path = scope["path"]
        if path.startswith((f"/{PRIVATE}", base + PRIVATE)):
            await self._private(scope, send)
            return
        if base != "/" and path.startswith(base):
            scope = {**scope, "root_path": base.rstrip("/")}
        await self._rest(scope, _bounded(receive), _with_defaults(send))

    async def _private(self, scope: Scope, send: Send) -> None:
        access = may_read(scope, self._desk)
        if isinstance(access, Refused):
            told = [
                (name.encode(), value.encode()) for name, value in (access.headers or {}).items()
            ]
            await send_text(send, access.status, f"{access.message} {access.advice}".strip(), told)
            return
        found = await self._record.find_private(scope["path"])
        await (self._feeds.answer(found, scope, send) if found else send_not_found(send))

    async def _missing(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What nobody knows may have been published a moment ago."""
        found = await self._record.look_again(scope["path"])
        if found is None and isinstance(may_read(scope, self._desk), Allowed):
            found = await self._record.find_private(scope["path"])
        if found is not None:
            await self._feeds.answer(found, scope, send)
        elif self._record.is_known:
            await send_not_found(send)
        else:
            retry = (b"retry-after", b"60")
            await send_text(send, 503, "The database cannot be asked just now.", [retry])


def _bounded(receive: Receive) -> Receive:
    """The body of a request, as far as it is within its bounds."""
    left = BODY_BYTES
    until: float | None = time.monotonic() + BODY_SECONDS

    async def bounded() -> Message:
        nonlocal left, until
        if until is None:  # all of it has come: what comes now is the client's leave
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), until - time.monotonic())
        except TimeoutError:
            raise HTTPException(408, headers={"connection": "close"}) from None
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, headers={"connection": "close"})
        if not message.get("more_body"):
            until = None
        return message

    return bounded


def _with_defaults(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            told = {name.lower() for name, _ in headers}
            headers += [one for one in _UNLESS_TOLD if one[0] not in told]
            message = {**message, "headers": headers}
        await send(message)

    return sending
