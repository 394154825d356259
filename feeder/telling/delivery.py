"""What waits in the outbox is delivered, by a few threads that hold nobody up.

    teller = Teller(settings, store)
    teller.tell(seconds=5)   # at the end of a command: what is due, begun within so long
    teller.begin()           # at each tick of a service: the same in the background

Whatever a hub or a webhook does, feeds are published and refreshes end as they would without it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from feeder.config.settings import Settings
from feeder.errors import FeederError
from feeder.fetch.shown import shown
from feeder.logs import logger
from feeder.store.outbox import PING, Mail
from feeder.store.store import Store
from feeder.telling.alarms import alarm_of
from feeder.telling.command import SECONDS
from feeder.telling.ways import Ways
from feeder.telling.words import Event, of_events

AT_ONCE = 3
"""Threads: one silent hub does not keep the others waiting."""
PATIENCE = SECONDS
"""With a command or notification that a run has begun in time."""
LEASE = timedelta(minutes=2)
"""Longer than any delivery takes; after it, what a killed process had claimed is delivered."""
LEAST_SECONDS = 1.0
"""With less than that left, no delivery is begun: it would count as failed for nothing."""


class Teller:
    """Delivers what a store's outbox holds. For one process."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._ways = Ways(settings.fetch)
        self._threads: list[threading.Thread] = []
        self._closed = False

    def use(self, settings: Settings) -> None:
        """Deliver as this configuration says from now on."""
        if settings.fetch != self._settings.fetch:
            # What is under way ends by the old one, whose connections go with it.
            self._ways = Ways(settings.fetch)
        self._settings = settings

    def tell(self, seconds: float) -> None:
        """Deliver what is due, and begin nothing after so many seconds.

        What was not begun by then is told by the next run. A command or notification under way is
        waited for: many mail servers take longer than that, and would never get to hear of it.
        """
        ends = time.monotonic() + seconds
        self.begin(ends)
        for thread in self._threads:
            thread.join(max(0.0, ends + PATIENCE - time.monotonic()))

    def begin(self, ends: float | None = None) -> None:
        """Begin to deliver what is due, in the background.

        Args:
            ends: of `time.monotonic()`, after which none is begun.
        """
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        free = AT_ONCE - len(self._threads)
        if not free or self._closed or not self._has_mail():
            return
        for _ in range(free):
            # As a daemon, it never keeps a process from ending: what it has claimed is told later.
            thread = threading.Thread(target=self._work, args=(ends,), name="telling", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Hang up. What was under way counts as not tried, and is told by the next process."""
        self._closed = True
        self._ways.close()

    def _has_mail(self) -> bool:
        try:
            return self._store.has_mail(datetime.now(UTC))
        except FeederError as error:  # heals; nothing is lost by asking again
            logger().error("not told", message=error.message, advice=error.advice)
            return False

    def _work(self, ends: float | None) -> None:
        try:
            while not self._closed and (ends is None or ends - time.monotonic() > LEAST_SECONDS):
                mail = self._store.claim_mail(datetime.now(UTC), LEASE)
                if mail is None:
                    return
                self._tell(mail, None if ends is None else ends - time.monotonic())
        except FeederError as error:
            if not self._closed:
                logger().error("not told", message=error.message, advice=error.advice)
        except Exception:
            # The thread would end without a word; what it had claimed is told again.
            logger().exception("unforeseen", kind="telling")

    def _tell(self, mail: Mail, left: float | None) -> None:
        told = [json.loads(body) for body in mail.bodies]
        if self._is_for_nobody(mail, told):
            message = "it is in the configuration no more"
            logger().warning("not told", kind=mail.kind, target=_name(mail), message=message)
            self._store.mail_delivered(mail)
            return
        try:
            self._deliver(mail, told, left)
        except FeederError as error:
            if not self._closed:
                self._put_off(mail, error)
        else:
            if not self._closed:
                self._store.mail_delivered(mail)
            logger().info("told", kind=mail.kind, target=_name(mail), messages=len(told))

    def _is_for_nobody(self, mail: Mail, told: Sequence[Event]) -> bool:
        """Whether the configuration has that hub or alarm no more."""
        if mail.kind == PING:
            return all(told[0]["hub"] not in feed.hubs for feed in self._settings.feeds)
        return alarm_of(mail.target, self._settings.alarms) is None

    def _put_off(self, mail: Mail, error: FeederError) -> None:
        now = datetime.now(UTC)
        until = getattr(error, "until", None)
        given_up = self._store.mail_failed(mail, error.message, now, not_before=until)
        logger().error(
            "given up" if given_up else "not told",
            kind=mail.kind,
            target=_name(mail),
            message=error.message,
            advice=error.advice,
        )

    def _deliver(self, mail: Mail, told: Sequence[Event], left: float | None) -> None:
        if mail.kind == PING:
            self._ways.ping(told[0]["hub"], told[0]["topic"], left)
            return
        alarm = alarm_of(mail.target, self._settings.alarms)
        assert alarm is not None, "it was looked for"
        self._ways.tell(alarm, of_events(told), left)


def _name(mail: Mail) -> str:
    """Whom it is for, as it may stand in a log."""
    return shown(mail.target) if mail.kind == PING else mail.target
