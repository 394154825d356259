"""`feeder run`: the scheduler, and the server around it, in one process. `feeder serve`: the server
alone."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType
from typing import Any

from feeder import supervisor
from feeder.app import App, load, reloaded
from feeder.errors import FeederError
from feeder.logs import logger
from feeder.scheduler import Scheduler
from feeder.watching import Watcher

_ARENA_MAX = -8
"""M_ARENA_MAX of mallopt(3)."""


def run_service(app: App) -> bool:
    """Keep sources fresh, and serve what is published, until SIGTERM or SIGINT.

    SIGHUP has the configuration read again. Returns within 10 s of being told to stop.

    Returns:
        Whether all refreshes have ended (`Scheduler.end`).

    Raises:
        ListenError: the server cannot listen where it should.
        StateError: the database cannot be used.
    """
    _share_heaps()
    stop = threading.Event()
    scheduler = Scheduler(app, stop, on_tick=lambda: supervisor.notify("WATCHDOG=1"))
    if app.settings.server.enabled:
        return _serve(app, scheduler)
    with _signals(stop.set, scheduler.reload):
        _start(scheduler)
        stop.wait()
        return _end(scheduler)


def _serve(app: App, scheduler: Scheduler) -> bool:
    # 150 ms to import, and not everybody has it serve.
    from feeder.server.desk import Desk
    from feeder.server.listening import listen
    from feeder.server.running import Server
    from feeder.server.selfcheck import SelfCheck
    from feeder.server.site import site

    ended = list[bool]()

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        import anyio

        await anyio.to_thread.run_sync(_start, scheduler)
        try:
            yield
        finally:
            own_feed.close()
            ended.append(await anyio.to_thread.run_sync(_end, scheduler))

    def ticked() -> None:
        supervisor.notify("WATCHDOG=1")
        desk.noted.tick_seconds = scheduler.tick_seconds
        own_feed.begin()

    desk = Desk(lambda: scheduler.app, lambda: scheduler.last_tick, stopping=scheduler.stop.is_set)
    own_feed = SelfCheck(desk)
    scheduler.on_tick, scheduler.on_outcome = ticked, desk.noted.refreshed
    server = Server(site(desk, lifespan), listen(app.settings.server))

    def tell() -> None:
        scheduler.stop.set()
        server.stop()

    with _signals(tell, scheduler.reload):
        server.run()
    return all(ended)


def run_server(app: App) -> None:
    """Serve what others publish, and change nothing, until SIGTERM or SIGINT.

    SIGHUP has the configuration read again.

    Raises:
        ListenError: the server cannot listen where it should.
    """
    from feeder.server.desk import Desk
    from feeder.server.listening import listen
    from feeder.server.running import Server
    from feeder.server.site import site

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        supervisor.notify("READY=1", "STATUS=Serving what is published.")
        yield
        supervisor.notify("STOPPING=1")

    current = [app]
    stop = threading.Event()
    desk = Desk(lambda: current[0], stopping=stop.is_set)
    server = Server(site(desk, lifespan), listen(app.settings.server))

    def tell() -> None:
        stop.set()
        server.stop()

    def read_again() -> None:
        current[0] = _read_again(current[0])

    # A signal's handler would keep all clients waiting for it.
    with _signals(tell, lambda: threading.Thread(target=read_again, daemon=True).start()):
        server.run()


def _read_again(app: App) -> App:
    """The configuration as it is now; one that is wrong is not taken over."""
    try:
        taken = reloaded(app, load(app.settings.folder))
    except FeederError as error:
        logger().error("configuration refused", message=error.message, advice=error.advice)
        return app
    logger().info("configuration taken over", sources=len(taken.jobs))
    return taken


def _start(scheduler: Scheduler) -> None:
    scheduler.start()
    Watcher(lambda: scheduler.app, scheduler.stop).start()
    logger().info("started", sources=len(scheduler.app.jobs))
    supervisor.notify("READY=1", f"STATUS=Keeping {len(scheduler.app.jobs)} sources fresh.")


def _end(scheduler: Scheduler) -> bool:
    supervisor.notify("STOPPING=1")
    ended = scheduler.end()
    logger().info("stopped", **({} if ended else {"unfinished": True}))
    return ended


def _share_heaps() -> None:
    """Have threads share two heaps. Else each of the 16 that refresh has one of its own, in which
    little is used: with ten sources a service has 100 MB so, and 85 (tests/e2e/test_soak.py)."""
    with suppress(OSError, AttributeError):  # only the GNU library has that
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


@contextmanager
def _signals(stop: Callable[[], object], reload: Callable[[], object]) -> Iterator[None]:
    told = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}

    def tell(number: int, _frame: FrameType | None) -> None:
        told[signal.Signals(number)]()

    before = {number: signal.signal(number, tell) for number in told}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
