"""One thing that can be asked of the API: what serves it, and what describes it, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from feeder.app import App
from feeder.server.api.answers import ProblemError, Told
from feeder.server.desk import Desk

MOST = 200
"""Things on one page."""
_LONGEST = 2_000
"""Characters of a parameter; no id, name or cursor is that long."""


class Query(BaseModel):
    """Base of the parameters of a request: what is not known is an error, as in `feeder.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Q = TypeVar("Q", bound=Query)


class Nothing(Query):
    """No parameters."""


class Page(Query):
    """Which page of a long answer."""

    limit: int = Field(default=50, ge=1, le=MOST, description="how many at most")
    after: str | None = Field(
        default=None, description="what `next` said in the page before; without it, the first page"
    )


@dataclass(frozen=True, slots=True)
class Asked(Generic[Q]):
    """A request that may be answered: `path` has what its path names, `query` its parameters."""

    desk: Desk
    path: Mapping[str, str]
    query: Q
    now: datetime

    @property
    def app(self) -> App:
        """The parts, as they are just now."""
        return self.desk.current()


@dataclass(frozen=True, slots=True, eq=False)
class Endpoint:
    """What is asked, and how it is answered.

    Args:
        path: below `/api/v1`, with what varies in braces.
        summary: what is answered, in a line.
        answer: gives the answer; in a thread, since it asks the store.
        told: what shapes the answer.
        query: what shapes the parameters.
        acts: whether it changes anything; such is asked by POST.
        faults: statuses of the problems that are its own, and what they mean.
    """

    path: str
    summary: str
    answer: Callable[[Any], Told]
    told: type[Told]
    query: type[Query] = Nothing
    acts: bool = False
    faults: Mapping[int, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The method that it is asked by."""
        return "POST" if self.acts else "GET"

    @property
    def status(self) -> int:
        """That of its answer: what is asked of a service it does when it comes to it."""
        return 202 if self.acts else 200


def parameters(request: Request, shape: type[Q]) -> Q:
    """The parameters of a request.

    Raises:
        ProblemError: one is not known, is told twice, or is not what it should be.
    """
    pairs = request.query_params.multi_items()
    told = dict(pairs)
    if any(len(value) > _LONGEST for value in told.values()):
        raise ProblemError(400, "a parameter is too long", advice="nothing has names that long")
    if len(told) != len(pairs):
        raise ProblemError(400, "a parameter is there twice", advice="leave one of them out")
    try:
        return shape.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        name = ".".join(map(str, first["loc"]))
        known = ", ".join(shape.model_fields) or "none"
        raise ProblemError(
            400, "a parameter is wrong", f"{name}: {first['msg']}", f"there are: {known}"
        ) from None
