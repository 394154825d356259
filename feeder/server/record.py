"""What the server knows of the record of documents: looked up at once, and kept up to date."""

from __future__ import annotations

import asyncio
import time

from anyio import to_thread

from feeder.app import App
from feeder.errors import FeederError
from feeder.logs import logger
from feeder.server.desk import Desk
from feeder.server.shelf import Answer, Shelf, shelf_of

LOOK_AGAIN_SECONDS = 1.0
"""Between two looks at the record for what is not known, whoever asks for it."""
_SHARE = 20
"""One part in so many of a core goes to such looks: they take longer with 100,000 documents."""
OLD_SECONDS = 60.0
"""After which the record is looked at all the same: another process may have renamed a feed. Later
with so many documents that a look takes more than half a second."""
PATIENCE_SECONDS = 2.0
"""For which a request waits for a look: a locked database keeps it for half a minute."""


class Record:
    """The documents on record. For the event loop alone.

    While the database cannot be asked, what was known before is known on.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shelf = Shelf()
        self._app: App | None = None
        self._old_from = self._next_look = 0.0
        self._looking: asyncio.Future[None] | None = None
        self._is_ill = False
        self.is_known = False
        """Whether the database could ever be asked."""

    def find(self, path: str) -> Answer | None:
        """What there is for everybody at a path, as far as is known."""
        return self._shelf.find(path)

    @property
    def is_new(self) -> bool:
        """Whether the configuration is the one that was asked with, not long ago."""
        return self._app is self._desk.current() and time.monotonic() < self._old_from

    async def renew(self) -> None:
        """Look at it, if it is not new. Nobody waits for what is only old."""
        if self._app is self._desk.current():
            if self._looking is None:
                self._begin()
            return
        await self._look()
        if self._app is not self._desk.current():  # it was another one that was asked with
            await self._look()

    async def look_again(self, path: str, *, is_private: bool = False) -> Answer | None:
        """What there is at a path, though nothing was known, or nothing lay there."""
        if self._looking is not None or time.monotonic() >= self._next_look:
            await self._look()
        return self._shelf.find_private(path) if is_private else self._shelf.find(path)

    async def find_private(self, path: str) -> Answer | None:
        """What there is at a path for those who have the token."""
        return self._shelf.find_private(path) or await self.look_again(path, is_private=True)

    async def _look(self) -> None:
        await asyncio.wait({self._looking or self._begin()}, timeout=PATIENCE_SECONDS)

    def _begin(self) -> asyncio.Future[None]:
        self._looking = asyncio.ensure_future(self._read())
        return self._looking

    async def _read(self) -> None:
        app = self._desk.current()
        began = time.monotonic()
        try:
            self._shelf = await to_thread.run_sync(shelf_of, app)
            self.is_known, self._is_ill = True, False
        except FeederError as error:
            if not self._is_ill:
                logger().error("record unknown", message=error.message, advice=error.advice)
            self._is_ill = True
        except Exception:  # whoever asked is answered by what was known
            logger().exception("unforeseen", what="the record of documents")
        finally:
            self._app = app
            now = time.monotonic()
            took = now - began
            self._next_look = now + max(LOOK_AGAIN_SECONDS, _SHARE * took)
            self._old_from = now + max(OLD_SECONDS, 5 * _SHARE * took)
            self._looking = None
