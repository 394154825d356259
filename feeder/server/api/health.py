"""Whether all is well: `/healthz`, `/readyz`, and in full in the API."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from feeder.errors import FeederError
from feeder.logs import logger
from feeder.server.api.answers import Address, Told, Words
from feeder.server.api.endpoints import Asked, Endpoint, Nothing
from feeder.server.api.threads import Threads
from feeder.server.desk import Desk

DATABASE_SECONDS = 2.0
"""In which the database is to be readable: who asks whether we are ready waits no longer."""
LAST_TICK = timedelta(seconds=30)
"""Since which the scheduler is to have looked for due sources. It does once a second, and waits
30 s for a locked database."""
_REUSED = 1.0
"""Seconds for which an answer of `/readyz` is given again: anybody may ask, and as often as they
like."""
_NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

What = Literal["database", "scheduler", "public folder", "own feed"]


class CheckTold(Told):
    """One thing that was looked at."""

    what: What
    ok: bool
    message: Words = Field(default="", description="what is wrong, if anything is")
    advice: Words = Field(default="", description="what to do about it")


class OwnFeedTold(Told):
    """The last look at our own feed, as a reader sees it."""

    at: datetime
    url: Address
    ok: bool
    seconds: float


class HealthTold(Told):
    """Whether all is well."""

    ok: bool
    checks: tuple[CheckTold, ...]
    last_tick: datetime | None = Field(
        description="when the scheduler last looked for due sources; none: there is none here"
    )
    own_feed: OwnFeedTold | None = Field(description="none: nobody has looked yet")


class ServiceTold(Told):
    """A process that keeps the sources fresh."""

    machine: Words
    pid: int
    started_at: datetime
    asked_at: datetime | None = Field(description="to read its configuration again")
    answered_at: datetime | None
    refused: Words | None = Field(description="why it went on with the old one")


class ServicesTold(Told):
    """Who keeps the sources fresh; of other machines those too that may have died."""

    services: tuple[ServiceTold, ...]


async def alive(_: Request) -> Response:
    """The event loop turns, and that is all that is said."""
    return JSONResponse({"status": "ok"}, headers=_NO_STORE)


@dataclass(slots=True)
class Ready:
    """Whether we are ready to serve, looked into at most once a second whoever asks."""

    desk: Desk
    _threads: Threads = field(default_factory=lambda: Threads(1))
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _until: float = 0.0
    _seen: dict[What, bool] = field(default_factory=dict)
    _is_looking: bool = False

    async def answer(self, _: Request) -> Response:
        """200, or 503 with the names of what is not ready."""
        async with self._lock:
            if time.monotonic() >= self._until:
                await self._look()
                self._until = time.monotonic() + _REUSED
            wrong = [what for what, is_well in self._seen.items() if not is_well]
        told = {"status": "not ready", "not": wrong} if wrong else {"status": "ok"}
        return JSONResponse(told, 503 if wrong else 200, _NO_STORE)

    async def _look(self) -> None:
        if self._is_looking:  # the look before hangs still, and what it has not seen is not well
            self._seen |= _ticks(self.desk)
            return
        # Nothing is well until it is seen to be: a folder on a network may not answer at all.
        self._seen = {"database": False, **_ticks(self.desk), "public folder": False}
        self._is_looking = True
        try:
            await self._threads.run(partial(self._see, self._seen), DATABASE_SECONDS)
        except TimeoutError:
            pass  # what was not seen by then is not well
        except Exception:
            logger().exception("unforeseen", what="looking whether all is well")

    def _see(self, seen: dict[What, bool]) -> None:
        try:
            seen["public folder"] = all(check.ok for check in folder_checks(self.desk))
            seen["database"] = database_check(self.desk).ok
        finally:
            self._is_looking = False


def _ticks(desk: Desk) -> dict[What, bool]:
    return {check.what: check.ok for check in scheduler_checks(desk)}


def database_check(desk: Desk) -> CheckTold:
    """Whether the database can be read."""
    try:
        desk.current().store.latest_transition()
    except FeederError as error:
        return CheckTold(what="database", ok=False, message=error.message, advice=error.advice)
    return CheckTold(what="database", ok=True)


def scheduler_checks(desk: Desk) -> list[CheckTold]:
    """Whether the scheduler looks after the sources, where there is one."""
    if desk.last_tick is None:
        return []
    return [_scheduler_check(desk.last_tick(), datetime.now(UTC))]


def folder_checks(desk: Desk) -> list[CheckTold]:
    """Whether documents can be put where readers find them."""
    may = os.R_OK if desk.last_tick is None else os.R_OK | os.W_OK
    return [_folder_check(folder, may | os.X_OK) for folder in desk.current().settings.folders]


def _scheduler_check(last: datetime, now: datetime) -> CheckTold:
    # A clock that was put back shows as a tick in the future; the next one mends that.
    silent = now - last
    if silent <= LAST_TICK:
        return CheckTold(what="scheduler", ok=True)
    return CheckTold(
        what="scheduler",
        ok=False,
        message=f"no source was looked after for {silent.total_seconds():.0f} s",
        advice="see its log; if it says nothing, restart it: nothing is lost by that",
    )


def _folder_check(folder: Path, may: int) -> CheckTold:
    if not folder.is_dir():
        message, advice = f"{folder} is no folder", "see that its disk is mounted"
    elif not os.access(folder, may, effective_ids=True):
        message = f"{folder} cannot be {'written to' if may & os.W_OK else 'read'}"
        advice = "let the user that feeder runs as do that, and see that its disk is not read-only"
    else:
        return CheckTold(what="public folder", ok=True)
    return CheckTold(what="public folder", ok=False, message=message, advice=advice)


def _own_feed_check(desk: Desk) -> CheckTold | None:
    seen = desk.noted.checked
    if seen is None:
        return None
    return CheckTold(
        what="own feed", ok=seen.message is None, message=seen.message or "", advice=seen.advice
    )


def health_of(desk: Desk) -> HealthTold:
    """Whether all is well, and what is not."""
    own = _own_feed_check(desk)
    ours = (*scheduler_checks(desk), *folder_checks(desk))
    checks = (database_check(desk), *ours, *((own,) if own else ()))
    seen = desk.noted.checked
    return HealthTold(
        ok=all(check.ok for check in checks),
        checks=checks,
        last_tick=desk.last_tick() if desk.last_tick is not None else None,
        own_feed=OwnFeedTold(
            at=seen.at, url=seen.url, ok=seen.message is None, seconds=round(seen.seconds, 3)
        )
        if seen
        else None,
    )


def _health(asked: Asked[Nothing]) -> HealthTold:
    return health_of(asked.desk)


def _services(asked: Asked[Nothing]) -> ServicesTold:
    services = asked.app.store.services(datetime.now(UTC))
    return ServicesTold(services=tuple(ServiceTold.model_validate(one) for one in services))


ENDPOINTS = (
    Endpoint("/health", "Whether all is well, and what is not.", _health, HealthTold),
    Endpoint("/services", "Who keeps the sources fresh.", _services, ServicesTold),
)
