"""What can be asked of feeder: it is put on record, and whoever keeps the sources fresh does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import Field

from feeder.app import App
from feeder.quarantines import drop, release
from feeder.rounds.publishing import publish_feeds_of
from feeder.server.api.answers import ProblemError, Told
from feeder.server.api.endpoints import Asked, Endpoint, Nothing, Query
from feeder.server.api.sources import found
from feeder.store.quarantine import Quarantined


class AskedTold(Told):
    """What was asked for, and of what."""

    asked: str
    sources: tuple[str, ...] = ()
    batch: int | None = None


class Refresh(Query):
    """How a source is refreshed."""

    force: bool = Field(default=False, description="even where it backs off after a failure")


def _refresh(asked: Asked[Refresh]) -> AskedTold:
    name = _enabled(asked)
    asked.app.store.ask([name], asked.now, force=asked.query.force)
    return AskedTold(asked="refresh", sources=(name,))


def _pause(asked: Asked[Nothing]) -> AskedTold:
    name = _enabled(asked)
    asked.app.store.pause([name], asked.now)
    return AskedTold(asked="pause", sources=(name,))


def _resume(asked: Asked[Nothing]) -> AskedTold:
    name = _enabled(asked)
    asked.app.store.resume([name])
    return AskedTold(asked="resume", sources=(name,))


def _enabled(asked: Asked[Any]) -> str:
    """The source that the path names.

    Raises:
        ProblemError: there is none, or it is switched off.
    """
    state = found(asked).state
    if not state.enabled:
        raise ProblemError(
            409,
            "the source is switched off",
            f"{state.name} is not in the configuration, or enabled = false stands in its file",
            "switch it on there, and POST /api/v1/reload",
        )
    return state.name


def _reload(asked: Asked[Nothing]) -> AskedTold:
    asked.app.store.ask_reload(asked.now)
    return AskedTold(asked="reload")


def _release(asked: Asked[Nothing]) -> AskedTold:
    batch = _decide(asked, release)
    publish_feeds_of(asked.app, batch.source)
    return AskedTold(asked="release", sources=(batch.source,), batch=batch.id)


def _drop(asked: Asked[Nothing]) -> AskedTold:
    batch = _decide(asked, drop)
    return AskedTold(asked="drop", sources=(batch.source,), batch=batch.id)


def _decide(
    asked: Asked[Nothing], do: Callable[[App, Sequence[Quarantined]], object]
) -> Quarantined:
    """Decide on the batch that the path names.

    Raises:
        ProblemError: there is none.
        LockedError: its source is being refreshed just now.
        StateError: its articles are not kept any more.
    """
    told = asked.path["id"]
    is_number = told.isascii() and told.isdecimal() and len(told) <= 18
    batch = asked.app.store.browser.batch(int(told)) if is_number else None
    if batch is None:
        raise ProblemError(
            404,
            "no such batch",
            f"no batch has the number {told!r}",
            "GET /api/v1/quarantine lists them",
        )
    do(asked.app, [batch])
    return batch


_NO_SOURCE = {404: "no source is called so", 409: "it is switched off"}
_NO_BATCH = {404: "no batch has this number", 409: "its source is being refreshed just now"}

ENDPOINTS = (
    Endpoint(
        "/sources/{name}/refresh",
        "Have a source refreshed next.",
        _refresh,
        AskedTold,
        Refresh,
        acts=True,
        faults=_NO_SOURCE,
    ),
    Endpoint(
        "/sources/{name}/pause",
        "Have a source refreshed no more, until it is resumed.",
        _pause,
        AskedTold,
        acts=True,
        faults=_NO_SOURCE,
    ),
    Endpoint(
        "/sources/{name}/resume",
        "End the pause of a source.",
        _resume,
        AskedTold,
        acts=True,
        faults=_NO_SOURCE,
    ),
    Endpoint(
        "/quarantine/{id}/release",
        "Put a batch on record after all, and publish it.",
        _release,
        AskedTold,
        acts=True,
        faults=_NO_BATCH,
    ),
    Endpoint(
        "/quarantine/{id}/drop",
        "Never publish a batch, nor what is the same.",
        _drop,
        AskedTold,
        acts=True,
        faults=_NO_BATCH,
    ),
    Endpoint(
        "/reload",
        "Have all services read their configuration again; `/services` tells how they answered.",
        _reload,
        AskedTold,
        acts=True,
    ),
)
