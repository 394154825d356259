"""Pages that stand where an article or a listing should: log-in, consent, captcha and so on.

A wall is told by its signs and by there being no article beside them. To take an article for a
wall is the worse fault, since a wall without a name still ends as "no article" or "no links".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from feeder.encoding import decode
from feeder.errors import NotTextError, WallError
from feeder.models import Page
from feeder.sources import wall_kinds as kinds
from feeder.sources.wall_look import Look
from feeder.sources.wall_reading import has_prose, look_at, title_of
from feeder.sources.wall_signs import signs, titled
from feeder.urls import address_key, resolve

_HEAD = 500_000
"""Bytes that are read. A wall has few words; its scripts may be some 100 kB."""
_MARKUP = ("", "text/html", "text/plain", "application/xhtml+xml", "application/octet-stream")
_NO_MARKUP = (b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex", b"<rdf", b"{", b"[")
_DEEP = 4
"""Characters of a path: what is shorter may be the home page in a language."""


def wall_of(page: Page, asked: str, *, listing: bool = False) -> WallError | None:
    """The wall that a page is, or None.

    Args:
        page: an answer that says yes.
        asked: the address that was meant; where the answer is from another one, that tells.
        listing: whether a listing is expected. Then the home page is as good as any other, and
            it is no wall that its articles are for subscribers.
    """
    asked_key, final_key = address_key(asked), address_key(page.final_url)
    prose = has_prose(page.body, 2 * kinds.LONG)
    if (prose and asked_key == final_key) or not _is_markup(page):
        return None
    prose = prose or has_prose(page.body, _limit(page.body))
    led = _led_to(asked, page.final_url) if asked_key != final_key else None
    home = not listing and _is_home(final_key) and not _is_home(asked_key)
    if prose and not (led or home):
        return None
    look = _look(page.body, page.charset)
    if look is None:
        return None
    name = _led(look, led, prose=prose) or ("" if prose else _told(look, page, listing=listing))
    if not name and home and not look.typed:
        name = "not found"
    return _error(name, "listing" if listing else "article") if name else None


def wall_in_body(body: bytes, status: int) -> WallError | None:
    """The wall that came with an answer that says no, or None.

    What the status itself says (404, 410, 500) is no wall.
    """
    if status in (404, 405, 410) or body[:1_000].lstrip().lower().startswith(_NO_MARKUP):
        return None
    look = _look(body, None)
    if look is None:
        return None
    name = next((wall for wall in _IN_ERRORS if _WALLS[wall].is_one(look)), None)
    if name is None and status == 451:  # RFC 7725: laws, and those nearly always by country
        name = "geo block"
    return _error(name, "page") if name else None


def _limit(body: bytes) -> int:
    """How much prose a page must have to be no wall, whatever else is on it."""
    if b"isAccessibleForFree" in body or titled(Look("", title_of(body)), "consent"):
        return 2 * kinds.LONG
    return kinds.LONG


def _is_markup(page: Page) -> bool:
    media_type = (page.media_type or "").partition(";")[0].strip().lower()
    if media_type not in _MARKUP:
        return False
    start = page.body[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return not start.startswith(_NO_MARKUP) or b"<html" in start


def _look(body: bytes, charset: str | None) -> Look | None:
    if len(body) > _HEAD:
        body = body[: body.rfind(b">", 0, _HEAD) + 1]
    try:
        return look_at(decode(body, charset=charset, markup=True).text)
    except NotTextError:
        return None


def _led_to(asked: str, final: str) -> str | None:
    """The wall whose address a request was sent on to, if it was not asked for itself."""
    before, after = _traits(asked), _traits(final)
    if before is None or after is None:
        return None
    # Behind a log-in page's name may stand anything if it says where to go back to.
    back = bool(before.path) and before.path[-1] in after.query
    for wall in _WALLS:
        paths = signs(wall, "path").whole
        parts = after.path if back else after.path[-1:]
        if not paths.isdisjoint(parts) and paths.isdisjoint(before.path):
            return wall
        hosts = signs(wall, "host").whole
        if _first_labels(after.host) & hosts and not _first_labels(before.host) & hosts:
            return wall
    return None


class _Traits(NamedTuple):
    host: str
    path: tuple[str, ...]
    query: str


def _traits(address: str) -> _Traits | None:
    absolute = resolve(address)
    if absolute is None:
        return None
    parts = urlsplit(absolute)
    path = unquote(parts.path).lower().split("/")
    query = unquote(unquote(parts.query)).lower()  # an address in it, which has encodings itself
    return _Traits(parts.netloc, tuple(part for part in path if part), query)


def _first_labels(host: str) -> frozenset[str]:
    """The first label, the first two: "consent", "consent.google" of "consent.google.com"."""
    one, _, others = host.partition(".")
    return frozenset({one, f"{one}.{others.partition('.')[0]}"})


def _is_home(key: str) -> bool:
    """Whether an address's key is a site's root, or that of a language."""
    return "?" not in key and "#" not in key and len(key.partition("/")[2]) < _DEEP


def _led(look: Look, wall: str | None, *, prose: bool) -> str | None:
    """The wall whose address we ended at, if its page agrees."""
    if wall is None or look.typed:
        return None
    if wall == "log-in" and (look.password or look.user):
        return wall
    # An article about it may have moved to /blog/consent.
    article = prose or look.text > kinds.LONG or (look.article and look.prose > kinds.NOTICE)
    return None if article else wall


def _told(look: Look, page: Page, *, listing: bool) -> str | None:
    for name, wall in _WALLS.items():
        if not (listing and name == "paywall") and wall.is_one(look):
            return name
    if look.refresh and look.text < kinds.NOTICE and not look.pictures:
        return _led_to(page.final_url, resolve(look.refresh, page.final_url) or "")
    return None


def _error(name: str, what: str) -> WallError:
    wall = _WALLS[name]
    return WallError(wall.message.format(what=what), advice=wall.advice, wall=name)


class _Wall(NamedTuple):
    is_one: Callable[[Look], bool]
    message: str
    advice: str


# In this order: of two that a page looks like, the first stands before the second.
_WALLS: dict[str, _Wall] = {
    "geo block": _Wall(
        kinds.is_geo_block,
        "the site does not show the {what} in the country that feeder runs in",
        "ask the site; or run feeder, or a proxy that you may use, where the site allows it",
    ),
    "challenge": _Wall(
        kinds.is_challenge,
        "a captcha or a test against robots came instead of the {what}",
        "ask the site to let feeder in by its User-Agent or address, or use its feed; a longer"
        " delay in [fetch] helps where it counts requests",
    ),
    "log-in": _Wall(
        kinds.is_log_in,
        "a log-in page came instead of the {what}",
        "if you have an account, give its session in [cookies], or [auth] if the site takes that;"
        " a session that worked before has run out",
    ),
    "consent": _Wall(
        kinds.is_consent,
        "a page that asks for consent to cookies came instead of the {what}",
        "accept or decline in a browser and give the cookie that it got in [cookies], or use the"
        " site's feed",
    ),
    "not found": _Wall(
        kinds.is_not_found,
        'the page says "not found", or is the home page, where the {what} should be',
        "look whether the address still holds; exclude it if it never had an article",
    ),
    "parking": _Wall(
        kinds.is_parking,
        "the {what} is gone: the domain is for sale, has expired or shows its hoster's page",
        "look for the site's new address, or switch the source off",
    ),
    "maintenance": _Wall(
        kinds.is_maintenance,
        "the site is out of order, or being worked on, and says so instead of the {what}",
        "nothing; it is tried again",
    ),
    "paywall": _Wall(
        kinds.is_paywall,
        "only the beginning of the {what} is shown, the rest is for subscribers",
        "if you subscribe, give your session in [cookies]; else exclude such addresses, or use"
        " the site's feed for their summaries",
    ),
    "shell": _Wall(
        kinds.is_shell,
        "the page has no text, scripts would draw the {what}",
        "use the site's feed, or its sitemap or JSON API (browsers' network tools show it); or have"
        ' a browser draw it: use = "when-needed" in [browser]. Where one did, name with wait_for'
        " there what to wait for",
    ),
}
_IN_ERRORS = ("geo block", "challenge", "log-in", "consent", "paywall", "parking")
