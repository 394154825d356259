"""The ways by which others are told: hubs and webhooks by POST, commands, notifications."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from feeder.config.settings import AlarmSettings, FetchSettings, Secret
from feeder.errors import FetchError, ForbiddenAddressError
from feeder.telling.command import run
from feeder.telling.words import Told

if TYPE_CHECKING:
    from feeder.fetch.posting import Poster

POST_SECONDS = 10.0
_FORM = "application/x-www-form-urlencoded"
_HUB_ADVICE = "it is tried again; one that stays away is better taken out of hubs"


class Ways:
    """What it takes to tell somebody something. For all threads of a process."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._poster: Poster | None = None
        self._closed = False

    def ping(self, hub: str, topic: str, left: float | None = None) -> None:
        """Tell a hub that a document has changed. The standard leaves the form open; hubs take the
        topic by one name or the other.

        Args:
            left: seconds that there are for it, where they are few.

        Raises:
            FetchError: it was not taken.
        """
        form = {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}
        try:
            self._post(hub, urlencode(form).encode(), _FORM, left)
        except FetchError as error:
            if not isinstance(error, ForbiddenAddressError):
                error.advice = _HUB_ADVICE  # theirs is about sources
            raise

    def tell(self, alarm: AlarmSettings, told: Told, left: float | None = None) -> None:
        """Tell whom an alarm names.

        Args:
            left: seconds that there are for a webhook, where they are few.

        Raises:
            FetchError: it was not taken. No address is in the message.
        """
        if alarm.command:
            run(alarm.command, told.as_json)
        elif alarm.webhook:
            self._call(_read("webhook", alarm.webhook), told, left)
        elif alarm.notify:
            from feeder.fetch.notices import notify

            notify(_read("notify", alarm.notify), told.title, told.text)

    def close(self) -> None:
        """Hang up, whatever is under way."""
        with self._lock:
            self._closed = True
            if self._poster is not None:
                self._poster.close()

    def _call(self, address: str, told: Told, left: float | None) -> None:
        """Post to a webhook, whose address is a secret as a whole."""
        from feeder.fetch.posting import without_address

        try:
            self._post(address, told.as_json, "application/json", left)
        except FetchError as error:
            raise without_address(error) from None

    def _post(self, address: str, body: bytes, media_type: str, left: float | None) -> None:
        seconds = POST_SECONDS if left is None else min(POST_SECONDS, left)
        self._open().post(address, body, media_type, seconds=seconds)

    def _open(self) -> Poster:
        with self._lock:
            if self._closed:
                raise FetchError("feeder is about to end")
            if self._poster is None:
                from feeder.fetch.posting import Poster  # .1 s that most runs need not

                self._poster = Poster(self._settings)
            return self._poster


def _read(key: str, secret: Secret) -> str:
    try:
        return secret.read()
    except ValueError as error:
        raise FetchError(f"{key}: {error}", advice="look at [[alarm]]") from None
