"""Picking selectors by clicking: a page of one's own, for one person, on this machine alone.

It listens on 127.0.0.1 at a port by chance. The address that is printed has a token that is good
once: it is changed for a cookie, so that it is worth nothing in a history or over a shoulder. What
a site wrote is shown sanitised, in a page whose policy runs our script and nothing else.
"""

from __future__ import annotations

import json
import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from anyio import to_thread
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from feeder.adding import NewSource, source_toml
from feeder.config.settings import SourceSettings
from feeder.errors import FeederError
from feeder.models import Page
from feeder.previewing.picks import DETAILS, Picked, Picks, drawn, picked
from feeder.previewing.target import UNNAMED
from feeder.server.pages.answering import HEADERS
from feeder.server.pages.shown import render, static
from feeder.server.running import Server
from feeder.server.tokens import is_same
from feeder.workers import Work

ADDRESS = "127.0.0.1"
_LONGEST = 10_000
"""Bytes of what a click sends."""
_MOST_EXAMPLES = 50
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {**HEADERS, "content-security-policy": _POLICY, "referrer-policy": "no-referrer"}
_STATIC = {"pick.js": "text/javascript; charset=utf-8", "pick.css": "text/css; charset=utf-8"}


@dataclass(slots=True)
class Table:
    """What is picked at: the page of a source, and who may."""

    source: SourceSettings
    page: Page
    work: Work
    markup: str
    port: int
    token: bytes | None = field(default_factory=lambda: secrets.token_urlsafe(24).encode())
    session: bytes = field(default_factory=lambda: secrets.token_urlsafe(24).encode())

    @property
    def cookie(self) -> str:
        """The cookie's name: browsers keep cookies by host, whatever the port."""
        return f"feeder-pick-{self.port}"


def pick(source: SourceSettings, page: Page, work: Work, opened: Callable[[str], object]) -> None:
    """Serve a page to be picked at, until SIGINT or SIGTERM.

    Args:
        work: where strangers' bytes are read.
        opened: is told the address, token and all, as soon as somebody listens there.

    Raises:
        SourceError: the page cannot be read, or is too long to be shown.
    """
    markup = work.submit(drawn, page).result()
    listening = socket.create_server((ADDRESS, 0))
    table = Table(source, page, work, markup, listening.getsockname()[1])
    server = Server(application(table), [listening])
    before = {
        number: signal.signal(number, lambda *_: server.stop())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        opened(address_of(table))
        server.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def address_of(table: Table) -> str:
    """Where a person begins."""
    return f"http://{ADDRESS}:{table.port}/?token={(table.token or b'').decode()}"


def application(table: Table) -> Starlette:
    """The application for one table."""

    async def front(request: Request) -> Response:
        return _front(table, request)

    async def part(request: Request) -> Response:
        name = request.path_params["name"]
        if not _may(table, request) or name not in _STATIC:
            return _refused()
        return Response(static(name), 200, _HEADERS, _STATIC[name])

    async def clicked(request: Request) -> Response:
        if not _may(table, request) or not _is_from_our_page(request):
            return _refused()
        asked = _asked(await _body(request))
        if asked is None:
            return Response("That is no click of ours.\n", 400, _HEADERS, "text/plain")
        return JSONResponse(await to_thread.run_sync(_answer, table, asked), headers=_HEADERS)

    return Starlette(
        routes=[
            Route("/", front),
            Route("/picked", clicked, methods=["POST"]),
            Route("/{name}", part),
        ]
    )


# Who may


def _front(table: Table, request: Request) -> Response:
    given = request.query_params.get("token", "").encode()
    if given and _is_ours(table, request):
        if table.token is None or not is_same(given, table.token):
            return _refused()
        table.token = None  # good once
        answer = RedirectResponse("/", 303, _HEADERS)
        answer.set_cookie(table.cookie, table.session.decode(), httponly=True, samesite="lax")
        return answer
    if not _may(table, request):
        return _refused()
    text = render(
        "pick.html",
        title=table.source.title,
        details=DETAILS,
        page=Markup(table.markup),  # noqa: S704 sanitised, then numbered by us
    )
    return Response(text.encode(errors="replace"), 200, _HEADERS, "text/html; charset=utf-8")


def _may(table: Table, request: Request) -> bool:
    given = request.cookies.get(table.cookie, "").encode()
    return _is_ours(table, request) and is_same(given, table.session)


def _is_ours(table: Table, request: Request) -> bool:
    """Whether it was asked for by our own address: a site's name may lead here as well."""
    return request.headers.get("host") == f"{ADDRESS}:{table.port}"


def _is_from_our_page(request: Request) -> bool:
    """Whether one of our pages sent it: to a browser, all ports of this machine are one site, and
    its cookies go along (Fetch Metadata; older browsers say nothing)."""
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _refused() -> Response:
    words = "The address that feeder printed is good once. Begin anew with feeder preview --pick.\n"
    return Response(words, 403, _HEADERS, "text/plain")


# What a click means


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST:
            return b""
    return body


def _asked(body: bytes) -> Picks | None:
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        said = json.loads(body)
        examples = tuple(_number(one) for one in said["examples"][:_MOST_EXAMPLES])
        choice = None if said["choice"] is None else _number(said["choice"])
        details = {str(key): _number(one) for key, one in said["details"].items()}
        return Picks(examples, choice, details)
    return None


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value


def _answer(table: Table, picks: Picks) -> dict[str, Any]:
    try:
        found = table.work.submit(picked, table.page, picks, table.source.timezone).result()
    except FeederError as error:
        found = Picked(fault=error.message)
    return {
        "toml": _toml(table.source, found),
        "choices": found.choices,
        "choice": found.choice,
        "marks": found.marks or {},
        "found": found.found or {},
        "rows": found.rows,
        "fault": found.fault,
    }


def _toml(source: SourceSettings, found: Picked) -> str:
    """The lines to be pasted: a whole file where there is no source yet, else its `[list]`."""
    if found.settings is None:
        return ""
    keys = {key: getattr(found.settings, key) for key in ("item", "link", *DETAILS)}
    table = {"list": {key: value for key, value in keys.items() if value}}
    whole = {"kind": "listing", "url": source.url} if source.name == UNNAMED else {}
    return source_toml(NewSource(source.name, {**whole, **table})).strip() + "\n"
