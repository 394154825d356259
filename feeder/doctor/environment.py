"""Python, the packages that feeder needs, and those that this configuration needs besides."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from feeder.config.settings import Settings
from feeder.doctor.findings import Finding, broken, good, note

_OLDEST = (3, 11)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra\s*==\s*["']([\w-]+)["']""")
_AHEAD = timedelta(minutes=5)
"""By which clocks may differ: what HTTP and certificates bear without a word."""


def environment(settings: Settings | None) -> Iterator[Finding]:
    """The interpreter and packages."""
    here = platform.python_version()
    if sys.version_info < _OLDEST:
        yield broken("Python", f"{here} is too old", "feeder needs Python 3.11 or newer")
    else:
        yield good("Python", f"feeder {version('feeder')} on Python {here}, {platform.machine()}")
    missing = sorted(_missing(""))
    if missing:
        advice = "install feeder once more: pip install --force-reinstall feeder"
        yield broken("packages", f"not installed: {', '.join(missing)}", advice)
    else:
        yield good("packages", "all that feeder needs are installed")
    for extra, why in _wanted_extras(settings) if settings else ():
        lacking = sorted(_missing(extra))
        if lacking:
            message = f"{why} needs {', '.join(lacking)}, not installed"
            yield broken("packages", message, f"pip install 'feeder[{extra}]'")
        else:
            yield good("packages", f"{why}: feeder[{extra}] is installed")


def clock(now: datetime, latest: datetime | None, there: datetime | None) -> Iterator[Finding]:
    """Whether it can be the time that the machine says it is.

    Args:
        latest: the last moment on record.
        there: what time it is by the account of the server that gave out our feed.
    """
    installed = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    advice = "set the clock, and let it be kept right: timedatectl set-ntp true"
    told = f"it is {now:%Y-%m-%d %H:%M}Z here"
    if now < installed - timedelta(days=1):
        message = f"{told}, before feeder was installed ({installed:%Y-%m-%d})"
        yield broken("clock", message, advice)
    elif latest is not None and latest > now + _AHEAD:
        yield broken("clock", f"{told}, and the record goes to {latest:%Y-%m-%d %H:%M}Z", advice)
    elif there is not None and abs(there - now) > _AHEAD:
        message = f"{told}, and {there:%Y-%m-%d %H:%M}Z where our feed is served"
        yield note("clock", message, advice)
    else:
        yield good("clock", told)


def _missing(extra: str) -> Iterator[str]:
    """The packages of an extra, or without one those that all need, that are not there."""
    for line in requires("feeder") or ():
        wanted, _, marker = line.partition(";")
        of = _EXTRA.search(marker)
        name = _NAME.match(wanted)
        if (of.group(1) if of else "") != extra or name is None or "python_version" in marker:
            continue
        try:
            version(name.group())
        except PackageNotFoundError:
            yield name.group()


def _wanted_extras(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.database is not None:
        yield "postgres", "the PostgreSQL database"
    if any(output.kind == "s3" for output in settings.outputs):
        yield "s3", "an output to object storage"
    if any(alarm.notify is not None for alarm in settings.alarms):
        yield "notify", "an alarm with notify"
    if any(source.browser.use != "never" for source in settings.sources):
        yield "browser", "a source that a browser draws"
