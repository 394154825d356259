"""What the API answers with: models that shape it, as JSON that any parser takes."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from feeder.fetch.shown import shown

NO_STORE = {"cache-control": "private, no-cache", "x-content-type-options": "nosniff"}
"""Asked for anew each time, by whoever may see it; with an ETag that costs next to nothing."""


class Told(BaseModel):
    """Base of all that is answered. Its keys only ever get more."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def _safe(value: Any) -> Any:
    """Lone surrogates are in no UTF-8 (RFC 8259, 8.1); strangers send them all the same."""
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _shown(value: Any) -> Any:
    return _safe(shown(value)) if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_safe)]
"""A text that a stranger may have written."""
Address = Annotated[str, BeforeValidator(_shown)]
"""An address without what may be a secret in it."""


class Problem(Told):
    """Why a request was not answered (RFC 9457), and in `advice` what to do about it."""

    title: Words
    status: int
    detail: Words = ""
    advice: Words = ""


class ProblemError(Exception):
    """A request that is answered with a `Problem`."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        advice: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.problem = Problem(title=title, status=status, detail=detail, advice=advice)
        self.headers = headers or {}


def problem_response(error: ProblemError) -> Response:
    """The problem as it is sent."""
    return Response(
        error.problem.model_dump_json(),
        error.problem.status,
        {"cache-control": "no-store", "x-content-type-options": "nosniff", **error.headers},
        "application/problem+json",
    )


def json_response(told: Told, request: Request, status: int = 200) -> Response:
    """The answer, or that it is the one that the client has."""
    body = told.model_dump_json().encode()
    if status != 200:
        return Response(body, status, NO_STORE, "application/json")
    return bytes_response(body, request)


def bytes_response(body: bytes, request: Request) -> Response:
    """JSON, or that it is what the client has (RFC 9110, 15.4.5)."""
    etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    headers = {**NO_STORE, "etag": etag}
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/json")


def _matches(told: str, etag: str) -> bool:
    """Whether If-None-Match names it; compared weakly (RFC 9110, 13.1.2)."""
    named = (one.strip().removeprefix("W/") for one in told.split(","))
    return told.strip() == "*" or etag in named
