"""Who may ask, and what becomes of failures: each answer of the API goes through here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from feeder.errors import FeederError, LockedError
from feeder.logs import logger
from feeder.server.access import Refused, form_token, may_act, may_see
from feeder.server.api.answers import ProblemError, json_response, problem_response
from feeder.server.api.endpoints import Asked, Endpoint, parameters
from feeder.server.api.threads import Threads
from feeder.server.desk import Desk

AT_ONCE = 4
"""Threads that ask the database for the API: who asks for much keeps nobody else waiting."""
PATIENCE = 30.0
"""Seconds after which an answer has failed, as long as a locked database is waited for."""

Answer = Callable[[], Awaitable[Response]]


@dataclass(slots=True)
class Gate:
    """Lets in who may come in, and gives each failure its answer."""

    desk: Desk
    threads: Threads = field(default_factory=lambda: Threads(AT_ONCE))

    async def guarded(self, request: Request, answer: Answer, *, acts: bool = False) -> Response:
        """The answer, or the problem that there is with it."""
        try:
            self._check(request, acts=acts)
            return await answer()
        except ProblemError as error:
            return problem_response(error)
        except FeederError as error:
            return problem_response(_problem(error))
        except TimeoutError:
            return problem_response(_TOO_SLOW)
        except Exception:
            # The server would hang up without a word that a program can read.
            logger().exception("unforeseen", path=request.url.path[:200])
            return problem_response(_UNFORESEEN)

    def _check(self, request: Request, *, acts: bool) -> None:
        """Whether whoever asks may.

        Raises:
            ProblemError: they may not.
        """
        found = _may_act(request, self.desk) if acts else may_see(request, self.desk)
        if isinstance(found, Refused):
            title = HTTPStatus(found.status).phrase
            raise ProblemError(found.status, title, found.message, found.advice, found.headers)


def _may_act(request: Request, desk: Desk) -> Any:
    """A session of a browser is no leave to act: programs send the token. Where there is none, and
    the place is leave enough, no form has to come first; from another site nothing is taken."""
    if desk.current().settings.server.token_file is None:
        return may_act(request, desk, form_token(request, desk))
    return may_act(request, desk)


class Elsewhere(BaseRoute):
    """All else below a prefix, by any method: nothing is there."""

    def __init__(self, gate: Gate, prefix: str, advice: str) -> None:
        self._gate, self._prefix, self._advice = gate, prefix, advice

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether it is below the prefix. A pattern would not hold for line breaks."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        ours = scope["type"] == "http" and path.startswith(self._prefix)
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say so, to whoever may see anything at all."""
        response = await self._gate.guarded(Request(scope, receive), self._refuse)
        await response(scope, receive, send)

    async def _refuse(self) -> Response:
        raise ProblemError(404, "Not Found", "nothing is at this address", self._advice)


@dataclass(frozen=True, slots=True)
class Resource:
    """One path of the API, as an ASGI application that knows its methods."""

    gate: Gate
    methods: Mapping[str, Endpoint]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await self._response(request)
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        endpoint = self.methods.get(method)
        if endpoint is None:
            return await self.gate.guarded(request, self._refuse)
        work = partial(_answered, self.gate.desk, request, endpoint)
        return await self.gate.guarded(
            request, partial(self.gate.threads.run, work, PATIENCE), acts=endpoint.acts
        )

    async def _refuse(self) -> Response:
        allowed = [*self.methods, *(["HEAD"] if "GET" in self.methods else [])]
        advice = f"ask it by {' or '.join(self.methods)}"
        raise ProblemError(
            405, "Method Not Allowed", advice=advice, headers={"allow": ", ".join(allowed)}
        )


def _answered(desk: Desk, request: Request, endpoint: Endpoint) -> Response:
    query = parameters(request, endpoint.query)
    asked = Asked(desk, request.path_params, query, datetime.now(UTC))
    return json_response(endpoint.answer(asked), request, endpoint.status)


def _problem(error: FeederError) -> ProblemError:
    """A failure that was foreseen, as programs are told of it."""
    if isinstance(error, LockedError):
        return ProblemError(409, "somebody else is at it", error.message, error.advice)
    return ProblemError(503, "it cannot be done just now", error.message, error.advice)


_TOO_SLOW = ProblemError(
    503, "it took too long", advice="the database is locked or the machine is busy: ask again"
)
_UNFORESEEN = ProblemError(500, "a fault of feeder's", advice="its log has the whole of it")
