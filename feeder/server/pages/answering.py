"""How pages are answered: who may see them, in which thread they are made, and what they may load.

What a page shows is made by plain functions of a `Visit`, in few threads: somebody who looks at
fifty pages at once takes no connection of the database from the refreshes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from urllib.parse import urlencode, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feeder.app import App
from feeder.errors import FeederError
from feeder.logs import logger
from feeder.server.access import Allowed, Refused, form_token, may_act, may_ever_act, may_see
from feeder.server.desk import Desk
from feeder.server.pages.forms import Form, read_form
from feeder.server.pages.notes import Note, Notes
from feeder.server.pages.shown import render

ROOT = "/status/"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
AT_ONCE = 4
"""Pages that are made at a time; the database has 15 connections, and 16 refreshes want them."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What all pages of one server share."""

    desk: Desk
    notes: Notes = field(default_factory=Notes)
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE))


@dataclass(frozen=True)
class Visit:
    """Somebody who looks at a page, or sends a form."""

    rooms: Rooms
    request: Request
    app: App
    now: datetime
    by: Allowed | None = None
    form: Form = field(default_factory=dict)

    @cached_property
    def may_act(self) -> bool:
        """Whether the page has buttons."""
        return self.by is not None and may_ever_act(self.request, self.rooms.desk)

    @property
    def place(self) -> str:
        """The address of the page behind the root of all of them, with its query."""
        query = self.request.scope["query_string"].decode("latin-1")
        return self._path + (f"?{query}" if query else "")

    @property
    def _path(self) -> str:
        # Not from `request.url`, which is made of the Host header too.
        scope = self.request.scope
        path: str = scope["path"]
        return path.removeprefix(scope.get("root_path", "")).removeprefix(ROOT)

    @property
    def up(self) -> str:
        """What leads from the page to the root of all of them, wherever that is put by a server
        in front."""
        return "../" * self._path.count("/")

    def asked(self, name: str, longest: int = 200) -> str:
        """What the query says, cut where nobody would mean so much."""
        return self.request.query_params.get(name, "")[:longest].strip()

    def asked_number(self, name: str) -> int:
        """A number from 1 that the query says, else 1."""
        told = self.asked(name, 9)
        return max(int(told), 1) if told.isascii() and told.isdecimal() else 1


Show = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def page(visit: Visit, template: str, *, title: str, status: int = 200, **told: object) -> Response:
    """A whole page."""
    note = visit.rooms.notes.get(visit.asked("note", 40))
    shared = {
        "title": title,
        "up": visit.up,
        "back": visit.place.split("?")[0],
        "now": visit.now,
        "may_act": visit.may_act,
        "may_log_out": visit.by is not None and visit.by.by == "session",
        "form_token": form_token(visit.request, visit.rooms.desk),
        "note": note,
        "section": "sources",
        "events": False,
        "feeder_version": version("feeder"),
    }
    body = render(template, **shared | told)
    return Response(body.encode(), status, HEADERS, "text/html; charset=utf-8")


def fault(
    visit: Visit, status: int, message: str, advice: str = "", *, title: str = ""
) -> Response:
    """A page that says why there is none."""
    words = title or {404: "Not found", 503: "Just now it does not work"}.get(status, "No")
    return page(visit, "fault.html", title=words, status=status, message=message, advice=advice)


def missing(visit: Visit, what: str) -> Response:
    """The page of something that is not there."""
    return fault(visit, 404, f"There is no such {what}.")


def seen(rooms: Rooms, show: Show) -> Endpoint:
    """An endpoint that shows a page to those who may see it."""

    async def answer(request: Request) -> Response:
        return await _in_thread(rooms, request, lambda visit: _shown(visit, show))

    return answer


def open_to_all(rooms: Rooms, show: Show) -> Endpoint:
    """An endpoint for everybody, such as the log-in."""

    async def answer(request: Request) -> Response:
        if request.method == "POST":
            return await _with_form(rooms, request, show)
        return await _in_thread(rooms, request, show)

    return answer


def _shown(visit: Visit, show: Show) -> Response:
    found = may_see(visit.request, visit.rooms.desk)
    if isinstance(found, Refused):
        return refused(visit, found)
    return show(_with(visit, found))


def _with(visit: Visit, by: Allowed) -> Visit:
    return Visit(visit.rooms, visit.request, visit.app, visit.now, by, visit.form)


def refused(visit: Visit, found: Refused) -> Response:
    """Why not; whoever only has to log in is led there."""
    token_file = visit.app.settings.server.token_file
    if found.status == 401 and token_file is not None and visit.request.method == "GET":
        back = urlencode({"back": visit.place}) if visit.place else ""
        return _redirect(f"{visit.up}login{'?' if back else ''}{back}")
    answer = fault(visit, found.status, found.message, found.advice)
    answer.headers.update(found.headers or {})
    return answer


def act(rooms: Rooms, do: Callable[[Visit], Note]) -> Endpoint:
    """An endpoint that does something, and tells on the page that follows what came of it."""

    def done(visit: Visit) -> Response:
        try:
            note = do(visit)
        except FeederError as error:
            note = Note(error.message, error.advice, is_failure=True)
        return told(visit, note, visit.form.get("back", ""))

    return acting(rooms, done)


def acting(rooms: Rooms, do: Show) -> Endpoint:
    """An endpoint that does something, and answers as it likes."""

    def done(visit: Visit) -> Response:
        found = may_act(visit.request, rooms.desk, visit.form.get("form_token"))
        return refused(visit, found) if isinstance(found, Refused) else do(_with(visit, found))

    async def answer(request: Request) -> Response:
        return await _with_form(rooms, request, done)

    return answer


def told(visit: Visit, note: Note, place: str) -> Response:
    """On to a page of ours, with a note on it."""
    number = visit.rooms.notes.put(note)
    path = urlsplit(place).path if is_place(place) else ""
    return _redirect(f"{visit.up or './'}{path}?note={number}")


def is_place(place: str) -> bool:
    """Whether it is an address below our root, and leads nowhere else."""
    parts = place.split("?")[0].split("/")
    return (
        place.isascii()
        and place.isprintable()
        and not ({":", "\\"} & set(place.split("?")[0]) or ".." in parts or "" in parts[:-1])
    )


def _redirect(place: str) -> Response:
    return RedirectResponse(place, 303, HEADERS)


async def _with_form(rooms: Rooms, request: Request, show: Show) -> Response:
    form = await read_form(request)
    if isinstance(form, int):
        return Response("That is no form of ours.\n", form, HEADERS, "text/plain")
    return await _in_thread(rooms, request, show, form)


async def _in_thread(
    rooms: Rooms, request: Request, show: Show, form: Form | None = None
) -> Response:
    return await to_thread.run_sync(_made, rooms, request, show, form or {}, limiter=rooms.threads)


def _made(rooms: Rooms, request: Request, show: Show, form: Form) -> Response:
    visit = Visit(rooms, request, rooms.desk.current(), datetime.now(UTC), form=form)
    try:
        return show(visit)
    except FeederError as error:  # the database is locked or its disk full: later it works again
        return fault(visit, 503, error.message, error.advice)
    except Exception:
        logger().exception("unforeseen", page=request.scope["path"][:200])
        return Response("A fault of feeder: see its log.\n", 500, HEADERS, "text/plain")
