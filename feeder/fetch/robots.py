"""robots.txt: what a site asks of robots, and for how long that is good (RFC 9309)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

from protego import Protego

from feeder.errors import RobotsError
from feeder.fetch.shown import host_of, shown
from feeder.urls import resolve

NAME = "feeder"
"""Our name among user agents (RFC 9309, 2.2.1)."""
MOST_BYTES = 512_000
"""RFC 9309, 2.5: at least 500 KiB are read. What comes after is not."""
LIFETIME = timedelta(hours=24)
"""RFC 9309, 2.4: no copy is used for longer, unless there is no newer one to be had."""
LAST_RESORT = timedelta(days=30)
"""How long a copy is used while its site gives no newer one (RFC 9309, 2.3.1.4)."""
TRY_AGAIN = timedelta(minutes=15)
"""After which a site is asked again that could not say what it wants."""
LONGEST_DELAY = 60.0
"""Seconds. Some files say an hour, which would be two dozen articles a day."""
_LARGE = 16_000
"""Characters of rules; beyond it few are kept parsed. 500 kB of rules take 17 MB then."""
# As loosely as the parser reads it, which does without the colon.
_AGENT = re.compile(r"user[- ]?agent(?:\s*:\s*|\s+|\Z)(\*|[a-z_-]+(?![a-z0-9_-]))?", re.IGNORECASE)
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2048})", re.IGNORECASE | re.MULTILINE)
_MOST_SITEMAPS = 10
# Of the whole site, wherever they stand: they end no list of user agents (RFC 9309, 2.2.4).
_OF_THE_SITE = re.compile(r"(?:site-?maps?|host)\s*:", re.IGNORECASE)


def ours(body: bytes) -> str:
    """Those rules of a file that are for us, as a file; "" where there are none.

    Only they are kept and handed to the parser, which copies each rule for each user agent of its
    group: 12,800 names before 20,000 rules took it 400 s. What is no UTF-8 matches nothing.
    """
    rules: dict[str, list[str]] = {}
    agents: set[str] = set()
    names_go_on = False
    text = body[:MOST_BYTES].decode("utf-8-sig", errors="replace")
    for line in text.replace("\0", "").splitlines():  # which PostgreSQL cannot keep
        line = line.partition("#")[0].strip()
        if agent := _AGENT.match(line):
            agents = agents if names_go_on else set()
            names_go_on = True
            if (name := (agent[1] or "").lower()) in (NAME, "*"):
                agents.add(name)
                rules.setdefault(name, [])
        elif line and not _OF_THE_SITE.match(line):
            names_go_on = False
            for name in agents:
                rules[name].append(line)
    chosen = rules.get(NAME, rules.get("*"))
    return "\n".join(["User-agent: *", *chosen]) if chosen else ""


def sitemaps(body: bytes) -> tuple[str, ...]:
    """The sitemaps that a file names, the first few (sitemaps.org, "Specifying the Sitemap location
    in your robots.txt file"). They hold for all robots, wherever they stand."""
    text = body[:MOST_BYTES].decode("utf-8-sig", errors="replace")
    told = (match[1] for match in _SITEMAP.finditer(text))
    found = (resolve(address) for address in islice(told, _MOST_SITEMAPS))
    return tuple(dict.fromkeys(filter(None, found)))


def allows(robots: str, url: str) -> bool:
    """Whether the rules leave `url` to us."""
    return not robots or bool(_parser(robots).can_fetch(url, NAME))


def delay_of(robots: str) -> float:
    """Seconds between two requests that the rules ask for; 0 where they ask for none."""
    told = _parser(robots).crawl_delay(NAME) if robots else None
    return min(max(float(told or 0), 0.0), LONGEST_DELAY)


def _parser(robots: str) -> Protego:
    return (_small if len(robots) <= _LARGE else _large)(robots)


@lru_cache(maxsize=256)
def _small(robots: str) -> Protego:
    return Protego.parse(robots)


@lru_cache(maxsize=2)
def _large(robots: str) -> Protego:
    return Protego.parse(robots)


def forbidden(url: str) -> RobotsError:
    """The error of an address that the site keeps from robots."""
    return RobotsError(
        f"{shown(url)}: the site's robots.txt asks robots to leave it alone",
        advice="ask the site; where it agrees, write robots = false into [fetch] of the source",
    )


def unknown(url: str, status: int, again: datetime) -> RobotsError:
    """The error of a site that cannot say what it wants (RFC 9309, 2.3.1.4)."""
    return RobotsError(
        f"{shown(url)}: not asked, since the site's robots.txt answers {status}",
        advice=f"feeder looks again after {again:%Y-%m-%d %H:%M} UTC",
    )


def too_large(url: str, most: int) -> RobotsError:
    """The error of a site that says more than anybody can hear."""
    return RobotsError(
        f"{shown(url)}: not asked, since robots.txt at {host_of(url)} is larger than {most:,} "
        "bytes",
        advice="tell the site; where it agrees, write robots = false into [fetch] of the source",
    )


def is_fresh(until: datetime | None, now: datetime) -> bool:
    """Whether a copy is good `until` then: farther away than a day, the clock was wrong."""
    return until is not None and now < until <= now + LIFETIME


def is_good_still(until: datetime | None, now: datetime) -> bool:
    """Whether a copy that was good `until` may be used where no newer one is to be had."""
    return until is not None and now < until - LIFETIME + LAST_RESORT <= now + LAST_RESORT
