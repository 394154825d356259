"""Where each page is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from feeder.server.desk import Desk
from feeder.server.pages import (
    actions,
    adding,
    batch,
    dashboard,
    entry,
    feed,
    login,
    source,
)
from feeder.server.pages.answering import HEADERS, Rooms, act, acting, open_to_all, seen
from feeder.server.pages.live import events
from feeder.server.pages.shown import static, version

_FILES = {
    "status.css": "text/css; charset=utf-8",
    "status.js": "text/javascript; charset=utf-8",
}


def routes(desk: Desk) -> list[BaseRoute]:
    """All status pages, below `/status/`."""
    rooms = Rooms(desk)
    return [
        Route("/status", _to_the_root),
        Route("/status/", seen(rooms, dashboard.show)),
        Route("/status/events", events(rooms)),
        Route("/status/login", open_to_all(rooms, login.show), methods=["GET", "POST"]),
        Route("/status/logout", open_to_all(rooms, login.end), methods=["POST"]),
        Route("/status/static/{name}", _file),
        Route("/status/feeds", seen(rooms, feed.show_all)),
        Route("/status/feeds/{name}", seen(rooms, feed.show)),
        Route("/status/sources/{name}", seen(rooms, source.show)),
        Route("/status/entry", seen(rooms, entry.show)),
        Route("/status/entry/article", seen(rooms, entry.article)),
        Route("/status/entry/page", seen(rooms, entry.fetched)),
        Route("/status/quarantine/{number}", seen(rooms, batch.show)),
        Route("/status/add", seen(rooms, adding.show), methods=["GET"]),
        Route("/status/add", acting(rooms, adding.add), methods=["POST"]),
        Route("/status/reload", act(rooms, actions.reload), methods=["POST"]),
        *[
            Route(f"/status/sources/{{name}}/{do.__name__}", act(rooms, do), methods=["POST"])
            for do in (actions.refresh, actions.pause, actions.resume)
        ],
        *[
            Route(f"/status/quarantine/{{number}}/{do.__name__}", act(rooms, do), methods=["POST"])
            for do in (actions.release, actions.drop)
        ],
    ]


async def _to_the_root(request: Request) -> Response:
    return RedirectResponse("status/", 308, HEADERS)


async def _file(request: Request) -> Response:
    """Style and script: for everybody, since they tell nothing, and the log-in needs them."""
    name = request.path_params["name"]
    if name not in _FILES:
        return Response("There is no such file.\n", 404, HEADERS, "text/plain")
    is_known = request.url.query == version(name)
    kept = "public, max-age=31536000, immutable" if is_known else "no-cache"
    headers = {**HEADERS, "cache-control": kept}
    return Response(static(name), 200, headers, _FILES[name])
