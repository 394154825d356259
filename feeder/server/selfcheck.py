"""Whether readers get our feed: it is asked for at `public_url` as they do, and looked at.

check = SelfCheck(desk)
check.begin()   # at each tick: in the background, if it is time for it
check.close()
"""

from __future__ import annotations

import threading
import time
from contextlib import closing, suppress
from dataclasses import replace

from feeder.errors import StateError
from feeder.fetch.own import OwnSite
from feeder.fetch.shown import shown
from feeder.logs import logger
from feeder.server.desk import Desk
from feeder.server.noted import Checked
from feeder.server.subscriber import own_document, seen_by_subscriber

EVERY = 600.0
"""Seconds from one look to the next."""
AGAIN = 60.0
"""After one that found something wrong: whoever mends it wants to see that it is."""
NOT_YET = 2.0
"""After one that found nothing published."""


class SelfCheck:
    """Looks at our own feed from time to time. For one process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._due = 0.0
        self._thread: threading.Thread | None = None
        self._site: OwnSite | None = None
        self._closed = False

    def begin(self) -> None:
        """Look in the background, if it is time for it."""
        busy = self._thread is not None and self._thread.is_alive()
        if busy or self._closed or time.monotonic() < self._due:
            return
        # As a daemon, it never keeps a process from ending.
        self._thread = threading.Thread(target=self._work, name="own feed", daemon=True)
        with suppress(RuntimeError):  # no more threads: there may be at the next tick
            self._thread.start()

    def close(self) -> None:
        """Hang up."""
        self._closed = True
        site = self._site
        if site is not None:
            site.close()

    def look(self) -> Checked | None:
        """Look now, and note what was seen; None where nothing is published yet.

        Raises:
            StateError: the database cannot be used.
        """
        app = self._desk.current()
        own = own_document(app.settings, app.store)
        if own is None:
            return None
        begun = time.monotonic()
        self._site = OwnSite(app.settings.public_url, app.settings.fetch)
        with closing(self._site) as site:
            seen = seen_by_subscriber(site, own, app.store)
        seen = replace(seen, seconds=time.monotonic() - begun)
        if not self._closed:
            self._note(seen)
        return seen

    def _work(self) -> None:
        again = AGAIN
        try:
            seen = self.look()
        except StateError:  # of which others tell
            pass
        except Exception:  # the thread would end without a word
            logger().exception("unforeseen", kind="own feed")
        else:
            again = NOT_YET if seen is None else AGAIN if seen.message else EVERY
        self._due = time.monotonic() + again

    def _note(self, seen: Checked) -> None:
        """Keep what was seen, and log it if it is another thing than before."""
        before = self._desk.noted.checked
        self._desk.noted.checked = seen
        if before is not None and before.message == seen.message:
            return
        if seen.message is not None:
            message, advice = seen.message, seen.advice
            logger().warning("own feed", url=shown(seen.url), message=message, advice=advice)
        else:
            logger().info("own feed", url=shown(seen.url), message="readers get it as it should be")
