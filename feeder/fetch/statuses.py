"""What an answer's status means for who asked (RFC 9110, 15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from feeder.errors import GoneError, ProtocolError, StatusError, WaitError
from feeder.fetch.retry import UNTOLD, retry_after
from feeder.fetch.shown import shown

GOOD = (200, 203)
NOT_MODIFIED = 304
_ADVICE = {
    400: "look at the address for a slip",
    401: "it wants a log-in: write [auth], [headers] or [cookies] into the source",
    402: "it wants to be paid",
    403: "it refuses us: ask the site, or look for its feed; with an account, write [cookies]",
    404: "it has moved or gone: look for its new address",
    406: "it has no such page for programs",
    407: "the proxy wants a log-in: write it into proxy in [fetch]",
    421: "it is no server for this name",
    451: "it may not be shown for legal reasons",
}


def error_of(
    url: str, status: int, headers: Mapping[str, str], body: bytes, now: datetime
) -> StatusError | ProtocolError:
    """The error that an answer is, since it is neither a page nor a redirect."""
    if status == NOT_MODIFIED:
        return ProtocolError(
            f"{shown(url)}: not modified, it says, though nobody asked whether it was",
            advice="nothing can be done here; tell the site",
        )
    message = f"{shown(url)}: the server answers {status}"
    until = retry_after(headers.get("retry-after"), now)
    if status == 429 or (status == 503 and until):
        until = until or now + UNTOLD
        return WaitError(
            f"{message} and wants no requests before {until:%Y-%m-%d %H:%M} UTC",
            advice="feeder keeps to it; a longer `every` or `delay` avoids it",
            status=status,
            body=body,
            until=until,
        )
    kind = GoneError if status == 410 else StatusError
    return kind(message, advice=_advice(status), status=status, body=body)


def _advice(status: int) -> str:
    if status == 410:
        return "it will not come back: remove the source, or give its new address"
    if status >= 500:
        return "the fault is the site's; the next refresh asks again"
    if status < 400:
        return "open it in a browser: this is no page"
    return _ADVICE.get(status, "open it in a browser, and look for its new address")


def waiting(url: str, until: datetime) -> WaitError:
    """The error of a host that asked for patience before."""
    return WaitError(
        f"{shown(url)}: not asked, since its server wants no requests before "
        f"{until:%Y-%m-%d %H:%M} UTC",
        advice="feeder keeps to it; a longer `every` or `delay` avoids it",
        until=until,
    )
