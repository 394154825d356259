"""Where a redirect may lead (RFC 9110, 15.4)."""

from __future__ import annotations

import re

from feeder.errors import RedirectError
from feeder.fetch.shown import host_of, shown
from feeder.urls import resolve

MOST = 5
"""Redirects of one fetch. Browsers follow 20; what is found behind more than 5 is no article."""
STATUSES = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
# `resolve` forgives these, as browsers do. Of a server they are a slip or somebody's trick.
_ODD = re.compile("[\x00-\x20\x7f\\\\]")
_SCHEME = re.compile("([a-zA-Z][a-zA-Z0-9+.-]*):")


def next_hop(url: str, location: str | None) -> str:
    """Where the answer of `url` leads by its Location.

    Raises:
        RedirectError: to nowhere, to another scheme, with a user name, or from https to http.
    """
    if not location or not location.strip():
        raise _refused(url, "to nowhere: it tells no address")
    location = location.strip(" \t")
    if _ODD.search(location):
        raise _refused(url, "to an address with control characters, spaces or backslashes in it")
    scheme = _SCHEME.match(location)
    if scheme and scheme[1].lower() not in ("http", "https"):
        raise _refused(url, f"to an address of {scheme[1][:20]}, which is not asked")
    if _has_user(location):
        raise _refused(url, "to an address with a user name in it")
    target = resolve(location, url)
    if target is None:
        raise _refused(url, "to what is no web address")
    if url.startswith("https:") and target.startswith("http:"):
        raise _refused(url, f"from https to http at {host_of(target)}")
    return target


def _has_user(location: str) -> bool:
    authority = re.match("(?:[a-zA-Z]+:)?//([^/?#]*)", location)
    return authority is not None and "@" in authority[1]


def too_many(url: str, first: str) -> RedirectError:
    """The error of more redirects than are followed."""
    return RedirectError(
        f"{shown(first)}: more than {MOST} redirects, the last to {shown(url)}",
        advice="open it in a browser: where it ends there is the address to write",
    )


def in_a_circle(url: str, first: str) -> RedirectError:
    """The error of a redirect to where we have been."""
    return RedirectError(
        f"{shown(first)}: its redirects lead in a circle, by {shown(url)}",
        advice="it may ask for cookies or a log-in; a browser shows whether it does",
    )


def _refused(url: str, what: str) -> RedirectError:
    return RedirectError(
        f"{shown(url)} redirects {what}",
        advice="open it in a browser: where it ends there is the address to write",
    )
