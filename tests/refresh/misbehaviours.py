"""Every named misbehaviour of the test site, in all its forms, and what a refresh calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tests.fetch.test_faults import CONNECTIONS, ENDLESS
from tests.site import (
    codings,
    encodings,
    faults,
    framing,
    markup,
    redirects,
    statuses,
    traps,
    walls,
    xml,
)
from tests.site.behaviour import Behaviour, Door
from tests.site.pages import Page


class Form(NamedTuple):
    """One form of a misbehaviour, and the kinds of failure that name it."""

    behaviour: Behaviour | Door
    kinds: frozenset[str]


Forms = dict[str, Form]


def forms(group: str, behaviours: Mapping[str, Behaviour | Door], *kinds: str) -> Forms:
    """All of a group, whose failures have the same names."""
    return {f"{group}: {n}": Form(each, frozenset(kinds)) for n, each in behaviours.items()}


def _redirects(addresses: tuple[str, ...]) -> dict[str, Behaviour]:
    return {address[:40]: redirects.Redirect(address) for address in addresses}


_PRIVATE = tuple(a for a in redirects.PRIVATE if a.startswith("http://") and "%31" not in a)

CONNECTION: Forms = {
    f"connection: {name}": Form(door, frozenset({error.kind}))
    for name, (door, error) in CONNECTIONS.items()
} | {"connection: too late": Form(faults.Late(5), frozenset({"timeout"}))}
ENDLESSLY: Forms = {
    f"endless: {name}": Form(given, frozenset({*(e.kind for e in errors), "timeout"}))
    for name, (given, errors) in ENDLESS.items()
}
"""On a busy machine the deadline may come before any other limit."""
ANSWERS: Forms = {
    **forms("framing", framing.FRAMING, "protocol"),
    **forms("coding", {**codings.BAD_GZIP, **codings.UNASKED}, "protocol"),
    **forms("redirect", redirects.NOWHERE, "redirect", "http"),
    **forms("loop", {str(c): redirects.Loop(c) for c in (301, 302, 303, 307, 308)}, "redirect"),
    **forms("redirects", {"endless": redirects.EndlessRedirects()}, "redirect"),
    **forms("redirects", {"six": redirects.Hops(6, "/about")}, "redirect"),
    **forms("status", {str(c): statuses.Status(c) for c in statuses.REFUSALS}, "http", "wall"),
    **forms("status", {str(c): statuses.Status(c) for c in statuses.FAILURES}, "http"),
    **forms("challenged", {"401": statuses.LogInRequired()}, "http"),
    **forms("status", {"410": statuses.Gone()}, "gone"),
    **forms("status", {"206": statuses.Partial()}, "http"),
    **forms("status", {str(c): statuses.NoContent(c) for c in (204, 205)}, "http"),
}
LED_ASTRAY: Forms = {
    **forms("led to", _redirects(_PRIVATE), "forbidden-address", "dns"),
    **forms(
        "led to",
        _redirects(tuple(a for a in redirects.PRIVATE if a not in _PRIVATE)),
        "forbidden-address",
        "redirect",
    ),
    **forms("led to", _redirects(redirects.TRICKS), "redirect", "forbidden-address"),
    **forms("led to", _redirects(redirects.SCHEMES), "redirect"),
}
"""Nothing of it is asked for, as the tests of the fetcher show one by one."""
WALLS: Forms = {
    **forms("wall", walls.WALLS, "wall", "layout", "no-article"),
    **forms("wall with 403", {"challenge": walls.Challenge(403)}, "wall"),
    **forms("wall with 451", {"geo block": walls.GeoBlock(451)}, "wall"),
    **forms(
        "sent on",
        {"by the page itself": Page(redirects.meta_refresh("http://127.0.0.1/"))},
        "layout",
        "no-article",
    ),
}
_TIMES = {repr(t[:20]): t for t in (*statuses.RETRY_AFTER, *statuses.BAD_RETRY_AFTER)}
PATIENCE: Forms = {
    **forms("429", {n: statuses.TooManyRequests(t) for n, t in _TIMES.items()}, "wait"),
    **forms("429", {"without a time": statuses.TooManyRequests()}, "wait"),
    **forms("503", {n: statuses.Unavailable(t) for n, t in _TIMES.items()}, "wait", "http"),
}
"""What asks to be left alone for a time, or for what is none."""
BROKEN: Forms = {**CONNECTION, **ENDLESSLY, **ANSWERS, **LED_ASTRAY, **WALLS}
"""What is neither a listing nor an article."""

ODD: Forms = {
    **forms("headers", framing.ODD_HEADERS, "protocol", "layout", "no-article"),
    **forms("framing", {"longer than it says": framing.LongBody()}, "layout", "no-article"),
    **forms("good gzip", codings.GOOD_GZIP, "layout"),
    **forms("encoding", {n: page for n, (page, _) in encodings.ENCODINGS.items()}, "layout"),
    **forms(
        "label",
        {repr(name[:20]): page for name, page in encodings.BAD_LABELS.items()},
        "layout",
        "no-article",
    ),
    **forms("type", encodings.WRONG_TYPES, "layout", "binary", "no-article"),
}
"""What may be read: a page, though another one than was there, and no listing."""

FEEDS: Forms = {
    **forms("bomb", xml.BOMBS, "layout"),
    **forms("entity", {"general": xml.ExternalEntity()}, "layout"),
    **forms("entity", {"parameter": xml.ParameterEntity("file:///etc/passwd")}, "layout", ""),
    **forms("subset", {"elsewhere": xml.ExternalSubset("file:///etc/passwd")}, "layout", ""),
    **forms("subset", {"of RSS 0.91": xml.OldRss()}, "layout", ""),
    **forms("inclusion", {"of a file": xml.Inclusion()}, "layout", ""),
    **forms("stylesheet", {"of a file": xml.Stylesheet("file:///etc/passwd")}, "layout", ""),
    **forms("depth", {"xml": xml.DeepXml()}, "layout", "too-large", ""),
    **forms("cut", {"xml": xml.TruncatedXml()}, "layout", ""),
    **forms("masses", {"of items": xml.ManyItems()}, "layout", "too-large", "timeout", ""),
    **forms("huge", {"item": xml.HugeItem()}, "layout", "too-large", "timeout", ""),
    **forms("encoding", {"of xml": xml.WrongEncodingXml()}, "layout", ""),
    **forms("characters", {"of no xml": xml.ControlCharacters()}, "layout", ""),
    **forms("guids", {"moving": markup.moving_guids()}, "layout", ""),
    **forms("guids", {"all the same": markup.duplicate_guids()}, "layout", ""),
    **forms("trap", {"cursor": traps.EndlessCursor()}, "layout", ""),
    **forms("trap", {"sitemaps": traps.EndlessSitemaps()}, "layout", ""),
}
"""Feeds and their like; "" is no failure: what is good in them may be taken."""
PAGES: Forms = {
    **forms("depth", {"divs": markup.DeepPage(), "spans": markup.DeepPage(tag="span")},
            "layout", "too-large"),
    **forms("attributes", {"huge": markup.HugeAttribute(), "many": markup.ManyAttributes()},
            "layout", "too-large", "timeout"),
    **forms("masses", {"of links": markup.ManyLinks()}, "layout", "too-large", "timeout", ""),
    **forms("hostile", {"listing": markup.hostile_listing()}, "layout", ""),
    **forms("sessions", {"in links": markup.SessionIds()}, "layout", ""),
    **forms("trap", {"pages": traps.EndlessPages(), "page": traps.SamePages()}, "layout", ""),
}  # fmt: skip
"""Listings that mean no good."""
CONTENTS: Forms = {**FEEDS, **PAGES}
