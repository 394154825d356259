"""What somebody typed as an address."""

from __future__ import annotations

import re
from difflib import get_close_matches

from feeder.config.options import check_web_url
from feeder.errors import AddressError
from feeder.fetch.shown import plain, shown

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(//)?(?!\d)", re.IGNORECASE)
_LIKE_A_HOST = re.compile(r"[^\s/:?#]+\.[^\s/:?#.]+(:\d+)?([/?#].*)?|localhost(:\d+)?(/.*)?", re.I)
_LOCAL = re.compile(r"localhost|127\.", re.IGNORECASE)
# Before the host, however the address begins: a slip there must not show what follows.
_CREDENTIALS = re.compile(r"(?!mailto:)(?:[a-z][a-z0-9+.-]*:)?[/\\]*[^/\\?#]*@", re.IGNORECASE)
_BEHIND = re.compile(r"([?#]).+", re.DOTALL)
"""Query and fragment, in which there may be a token."""
_ADVICE = "give the address of a page on the web, such as https://example.org/news/"


def web_address(typed: str) -> str:
    """The address of http or https that somebody means, in ASCII as requests have it.

    Raises:
        AddressError: it is none; the advice says what to type, where that can be told. Neither
            has a password in it, or a query.
    """
    text = typed.strip()
    if _CREDENTIALS.match(text):
        advice = "write them into the source as [auth], where no message shows them"
        raise AddressError("the address must not hold a user or password", advice=advice)
    scheme = _SCHEME.match(text)
    if scheme is None:
        raise _without_scheme(text)
    if scheme[1].lower() not in ("http", "https"):
        near = get_close_matches(scheme[1].lower(), ["https", "http"], n=1, cutoff=0.7)
        advice = _try(f"{near[0]}:", text.partition(":")[2]) if near else _ADVICE
        message = f"{_told(text)!r} is no web address: {scheme[1]}: is neither http: nor https:"
        raise AddressError(message, advice=advice)
    try:
        return check_web_url(text)
    except ValueError:
        raise AddressError(f"{shown(text)!r} is no web address", advice=_ADVICE) from None


def _without_scheme(text: str) -> AddressError:
    if not _LIKE_A_HOST.fullmatch(text):
        return AddressError(f"{_told(text)!r} is no web address", advice=_ADVICE)
    scheme = "http" if _LOCAL.match(text) else "https"
    return AddressError(
        f"{_told(text)!r} has no scheme such as https://", advice=_try(f"{scheme}://", text)
    )


def _told(text: str) -> str:
    return plain(_BEHIND.sub(r"\1…", text))


def _try(beginning: str, rest: str) -> str:
    """The address to be tried; where not all of it may be told, how it begins."""
    whole = _told(rest) == rest
    return plain(f"try {beginning}{rest}") if whole else f"begin it with {beginning}"
