"""Why a page was not drawn, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from feeder.errors import BrowserError, SourceError, TooLargeError
from feeder.fetch.shown import plain, shown

if TYPE_CHECKING:
    from feeder.fetch.browser.errands import Errands
    from feeder.fetch.browser.process import Plan

_AGAIN = "the next refresh tries again; if it stays so, look for the site's feed or sitemap"


def error_of(plan: Plan, errands: Errands, head: Mapping[str, Any]) -> SourceError:
    """The error that the browser's process tells."""
    fault, told = str(head.get("fault")), str(head.get("told", ""))
    if fault == "no-start":
        return _no_start(plan, told)
    if fault == "too-large":
        return TooLargeError(
            f"{shown(plan.url)}: drawn by its scripts, it is larger than {errands.max_bytes:,} "
            "bytes",
            advice="if it is meant to be, raise max_bytes in [fetch]; scroll in [browser] adds",
        )
    message, advice = _WORDS.get(fault, ("the browser's process failed: {told}", _REPORT))
    words = message.format(told=plain(told), seconds=plan.seconds, memory=plan.memory // 10**6)
    return BrowserError(f"{shown(plan.url)}: {words}{_failed(errands)}", advice=advice)


def broken_off(plan: Plan, errands: Errands, error: Exception) -> SourceError:
    """The error of a browser's process that said nothing more, or nothing that can be."""
    if isinstance(error, TimeoutError):
        return error_of(plan, errands, {"fault": "hangs"})
    return error_of(plan, errands, {"fault": "gone"})


_REPORT = "report it with the log, if it happens again"
_IN_A_UNIT = "a unit of systemd has to have systemd/browser.conf beside it (docs/running.md)"
_NO_SANDBOX = ("no usable sandbox", "sys_chroot", "move to new namespace")
"""What Chromium says where namespaces, or what is done in them, are forbidden. Lower case."""
_WORDS = {
    "playwright": (
        "Playwright, which drives the browser, cannot be loaded: {told}",
        "pip install 'feeder[browser]'",
    ),
    "driver": (
        "the browser's driver does not start: {told}",
        f"{_IN_A_UNIT}; else `playwright --version` says why (on a small Debian, it lacks "
        "libatomic1)",
    ),
    "busy": (
        "its scripts left the browser no time to tell what they had drawn by {seconds:.0f} s",
        "if it is only slow, raise timeout in [browser]",
    ),
    "wait-for": (
        "nothing that matches {told!r} (wait_for) was there after {seconds:.0f} s",
        "look in a browser what holds the articles, and name that with wait_for in [browser]",
    ),
    "selector": (
        "{told!r} (wait_for) is no CSS selector",
        "mend wait_for in [browser]",
    ),
    "memory": (
        "drawing it took more than {memory:,} MB of memory, and was ended",
        "if the page is worth that, raise memory in [browser]",
    ),
    "disk": (
        "it stored more than {told} bytes on disk, and was ended",
        "nothing can be done here; tell the site",
    ),
    "crashed": ("the browser crashed on it", _AGAIN),
    "gone": ("the browser's process ended before the page was drawn", _AGAIN),
    "hangs": ("the browser gave no answer in time, and was ended", _AGAIN),
    "restless": ("it goes from one page to another without an end", _AGAIN),
    "page": ("the browser could not show it: {told}", _AGAIN),
}


def _no_start(plan: Plan, told: str) -> BrowserError:
    if any(words in told.lower() for words in _NO_SANDBOX):
        return BrowserError(
            f"{plan.path} has no sandbox on this machine, and does not start without one",
            advice=f"let users make namespaces (docs/security.md has how); {_IN_A_UNIT}; if "
            "nothing else helps, write sandbox = false into [browser]",
        )
    # What reports crashes says that it cannot: that is of no interest.
    lines = (line for line in told.splitlines() if "crashpad" not in line)
    reason = next((line for line in lines if "ERROR:" in line or "FATAL:" in line), told)
    return BrowserError(
        f"{plan.path} does not start: {plain(reason)}",
        advice="run it by hand to see why; path in [browser] names another one",
    )


def _failed(errands: Errands) -> str:
    """What of its parts could not be had: often that is why."""
    if not errands.failed or errands.first is None:
        return ""
    count = f"{errands.failed} of its {errands.asked} requests"
    return f"; {count} failed, the first: {plain(errands.first.message)}"
