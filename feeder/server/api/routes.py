"""Where the API, health and metrics are."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from feeder.server.api import actions, entries, feeds, health, runs, sources
from feeder.server.api.answers import bytes_response
from feeder.server.api.endpoints import Endpoint
from feeder.server.api.gate import PATIENCE, Elsewhere, Gate, Resource
from feeder.server.api.metrics import Metrics
from feeder.server.api.openapi import ROOT, document
from feeder.server.api.threads import Threads
from feeder.server.desk import Desk

ENDPOINTS: tuple[Endpoint, ...] = (
    *sources.ENDPOINTS,
    *entries.ENDPOINTS,
    *runs.ENDPOINTS,
    *feeds.ENDPOINTS,
    *health.ENDPOINTS,
    *actions.ENDPOINTS,
)


def routes(desk: Desk) -> list[BaseRoute]:
    """What answers below `/api/`, and at `/healthz`, `/readyz` and `/metrics`."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for each in ENDPOINTS:
        by_path.setdefault(each.path, {})[each.method] = each
    gate, metrics, ready = Gate(desk), Metrics(desk), health.Ready(desk)
    scraping = Threads(1)

    async def is_ready(request: Request) -> Response:
        return await ready.answer(request)

    async def scraped(request: Request) -> Response:
        work = partial(metrics.response, request.headers.get("accept", ""))
        return await gate.guarded(request, partial(scraping.run, work, PATIENCE))

    async def described(request: Request) -> Response:
        async def answer() -> Response:
            return bytes_response(document(ENDPOINTS), request)

        return await gate.guarded(request, answer)

    return [
        Route("/healthz", health.alive),
        Route("/readyz", is_ready),
        Route("/metrics", scraped),
        Route(f"{ROOT}/openapi.json", described),
        *(Route(ROOT + path, Resource(gate, methods)) for path, methods in by_path.items()),
        Elsewhere(gate, "/api/", f"{ROOT}/openapi.json tells all that there is"),
    ]
