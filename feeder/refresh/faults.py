"""Errors as they stand in an outcome, and those that nobody foresaw."""

from __future__ import annotations

from dataclasses import replace

from feeder.errors import (
    FeederError,
    ForbiddenAddressError,
    RedirectError,
    RobotsError,
    SourceError,
    StatusError,
    TooLargeError,
    UnforeseenError,
    WallError,
)
from feeder.fetch.shown import shown
from feeder.logs import logger
from feeder.models import Fault, Page
from feeder.text import one_line

_FINAL = frozenset({401, 402, 403, 404, 405, 406, 410, 451})


def fault_of(error: FeederError, address: str = "") -> Fault:
    """An error as it stands in an outcome."""
    kind = error.kind if isinstance(error, SourceError) else "state"
    return Fault(kind, error.message, told(address), error.advice)


def told(address: str) -> str:
    """An address as it may be told: of one on the web, without what may be a secret."""
    return shown(address) if "://" in address else address


def without_secrets(text: str, page: Page) -> str:
    """What a source kind says of a page, with the page's addresses as they may be told."""
    for address in (page.url, page.final_url):
        text = text.replace(address, told(address)) if address else text
    return text


def unforeseen(error: Exception, source: str, address: str) -> UnforeseenError:
    """A bug that one article brought to light, as a fault of just this article.

    Its traceback is in the log.
    """
    logger().error("unforeseen", source=source, address=told(address), exc_info=error)
    return UnforeseenError(
        f"feeder itself failed on it ({type(error).__name__})",
        advice="report it with this file and the log; the other articles are not affected",
    )


def is_final(error: SourceError) -> bool:
    """Whether asking again soon would give the same."""
    if isinstance(error, StatusError):
        return error.status in _FINAL
    # Whatever is no error of the network is what the page shows, a wall for one.
    return isinstance(
        error, RobotsError | ForbiddenAddressError | RedirectError | TooLargeError | WallError
    )


def shortened(error: SourceError, address: str) -> Fault:
    """The fault of an entry that holds no more than its listing tells."""
    message = f"only what its listing tells is in the entry: {error.message}"
    return Fault(error.kind, message, told(address), error.advice)


def with_repair(fault: Fault, source: str) -> Fault:
    """The fault of selectors that found the articles on record of a source, and find none now."""
    advice = f"`feeder repair {source}` looks for its articles there and proposes selectors"
    return replace(fault, advice=f"{advice}; or {fault.advice}" if fault.advice else advice)


def stranger_fault(address: str) -> Fault:
    """That a page says what others say, and not what its entry says."""
    return Fault(
        "no-article",
        "its page says what others of them say by now; what is on record stays",
        told(address),
        "open it in a browser: something may stand in its place, such as a log-in",
    )


def copy_fault(copy: str, original: str) -> Fault:
    """That an address has what another one has."""
    message = f"says the same as {one_line(told(original))}; it is one entry"
    return Fault("copy", message, told(copy))
