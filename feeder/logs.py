"""Log lines: one event a line, structured, with whatever a site wrote made harmless.

Plain lines are logfmt (`at=… event=refreshed source=news new=3`); `--log-format json` gives one
JSON object a line. Both go to standard error, so that standard output stays a command's answer.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from typing import Any, Literal, TextIO


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Have whatever is imported within the block do without a module that it can do without."""
    known = sys.modules.get(module)
    sys.modules[module] = None  # type: ignore[assignment]  # so it cannot be imported
    try:
        yield
    finally:
        del sys.modules[module]
        if known is not None:
            sys.modules[module] = known


# It would import rich for tracebacks that nobody prints: 9 MB, and 60 ms of each command.
with _without("rich"):
    import structlog

LogFormat = Literal["plain", "json"]

# C0 and C1 controls steer terminals; U+2028/9 and the bidirectional overrides forge lines.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Text with everything that could steer a terminal or forge a line written out (`\\x1b`)."""
    return _CONTROL.sub(lambda match: match.group().encode("unicode_escape").decode(), text)


def configure(
    log_format: LogFormat = "plain", stream: TextIO | None = None, *, quiet: bool = False
) -> None:
    """Send events to `stream` (standard error by default) in one of the two forms.

    `quiet` leaves out how sources fared: a person at a terminal is told it by the command.
    """
    renderer: structlog.typing.Processor
    if log_format == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.processors.LogfmtRenderer(
            key_order=["at", "level", "event"], drop_missing=True
        )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,  # on the event's own line, like all the rest
            _make_printable,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("error" if quiet else "info"),
        # Standard error is looked up at each event: while a progress bar is drawn it is another.
        logger_factory=lambda *_: _Lines(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


class _Lines(structlog.WriteLogger):
    """Lines to a stream that may fail: nobody's feed stays old because a log's disk is full, or
    because whoever read it has gone."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = error = critical = fatal = exception = msg


def logger() -> structlog.typing.FilteringBoundLogger:
    """Where events go: `logger().info("refreshed", source=name, new=3)`."""
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return log


def _make_printable(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {key: printable(v) if isinstance(v, str) else v for key, v in event.items()}
