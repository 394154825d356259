"""Errors as they stand in an outcome, and those that nobody foresaw."""

from __future__ import annotations

from feeder.errors import FeederError, SourceError, UnforeseenError
from feeder.logs import logger
from feeder.models import Fault


def fault_of(error: FeederError, address: str = "") -> Fault:
    """An error as it stands in an outcome."""
    kind = error.kind if isinstance(error, SourceError) else "state"
    return Fault(kind, error.message, address, error.advice)


def unforeseen(error: Exception, source: str, address: str) -> UnforeseenError:
    """A bug that one article brought to light, as a fault of just this article.

    Its traceback is in the log.
    """
    logger().error("unforeseen", source=source, address=address, exc_info=error)
    return UnforeseenError(
        f"feeder itself failed on it ({type(error).__name__})",
        advice="report it with this file and the log; the other articles are not affected",
    )
