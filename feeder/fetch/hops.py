"""One fetch under way: where it began, where its redirects have led, what it may still take."""

from __future__ import annotations

from dataclasses import dataclass, field

from feeder.fetch.redirects import MOST, PERMANENT, in_a_circle, next_hop, too_many
from feeder.fetch.transport import Answer
from feeder.models import Validators
from feeder.urls import address_key

_LONGEST_VALIDATOR = 4_096
"""Characters of an ETag or a date that are kept: they are sent back each time."""
_NO_COUNTER = 8
"""Characters of an ETag, quotes included, below which it may be a number that any page can have."""


@dataclass(slots=True)
class Hops:
    """The way from `start` to `url`. `seconds` are those left of `total_timeout`.

    `moved_to` is where the permanent redirects lead that it began with.
    """

    start: str
    url: str
    seconds: float
    moved_to: str | None = None
    _been: list[str] = field(default_factory=list)
    _is_permanent: bool = True

    def follow(self, answer: Answer) -> None:
        """Go where the answer says.

        Raises:
            RedirectError: nobody follows there, or has for long enough.
        """
        target = next_hop(self.url, answer.headers.get("location")).partition("#")[0]
        self._been.append(self.url)
        if target in self._been:
            raise in_a_circle(target, self.start)
        if len(self._been) > MOST:
            raise too_many(target, self.start)
        self._is_permanent = self._is_permanent and answer.status in PERMANENT
        if self._is_permanent:
            self.moved_to = target
        self.url = target

    def conditions(self, held: Validators | None) -> dict[str, str]:
        """The headers that ask for the page only if it is another than the one with `held`.

        What is held came from where the redirects led then, maybe at another host: they are no
        secret, and without them a page behind a redirect would be read whole each time. After
        permanent redirects it is the same resource (RFC 9110, 15.4.2, 15.4.9), and so it is where
        they change no more than scheme, "www." or a slash. Other ones may lead to another resource
        today, whose date, if it is older, would pass for "not modified": only an ETag goes there,
        and none that could be anybody's.
        """
        if held is None:
            return {}
        etag, date = returnable(held.etag), returnable(held.last_modified)
        is_same = self._is_permanent or address_key(self.url) == address_key(self.start)
        conditions = {}
        if etag and (is_same or len(etag) >= _NO_COUNTER):
            conditions["if-none-match"] = etag
        if date and is_same:
            conditions["if-modified-since"] = date
        return conditions


def returnable(validator: str | None) -> str | None:
    """A validator, if it can be sent back; one that cannot would fail each further request."""
    if not validator or len(validator) > _LONGEST_VALIDATOR:
        return None
    return validator if validator.isascii() and validator.isprintable() else None
