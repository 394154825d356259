"""Every failure that feeder foresees, as one tree.

FeederError
├── ConfigError            the configuration is wrong (exit 2); carries all its faults
├── UnknownSourceError     a name that is no source's (exit 2)
├── PluginError            a kind that is not there or cannot be loaded (exit 2)
├── LockedError            somebody else holds what we need (exit 3)
├── StateError             the state folder or its database
│   ├── NewerSchemaError   written by a newer feeder
│   ├── LostLeaseError     another process refreshes the source by now
│   └── DamagedStateError  damaged, and nothing intact to rebuild it from
├── SourceError            one source, or one thing in it, could not be read
│   ├── UnreadableError    a file or page that cannot be opened
│   ├── NotTextError       binary where text was expected
│   ├── NoArticleError     readable, but nothing in it is an article
│   ├── TooLargeError      over a limit; never cut short silently
│   ├── StillChangingError written to while we looked; the next run has it
│   └── UnforeseenError    a fault of feeder's or a plug-in's, in one thing; logged whole
└── PublishError           a document could not be put where readers find it

What is not in this tree was not foreseen, and is raised with its traceback. Only where it was met
in a single article is it named in the outcome instead, so that one file cannot keep all others out
of a feed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class FeederError(Exception):
    """A failure that feeder foresees: one sentence of what happened, one of what to do next.

    `advice` says what the person who runs feeder can do; it is empty where nothing is to be done.
    """

    exit_code = 1

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


@dataclass(frozen=True, slots=True, order=True)
class ConfigFault:
    """One thing wrong in the configuration, and where it stands (line and column from 1)."""

    file: str
    line: int | None
    column: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ConfigError(FeederError):
    """The configuration is wrong. All its faults are in `faults`; nothing was started."""

    exit_code = 2

    def __init__(self, faults: Sequence[ConfigFault], *, advice: str = "") -> None:
        super().__init__("\n".join(map(str, faults)), advice=advice)
        self.faults = tuple(faults)


class PluginError(FeederError):
    """A kind that no package brings, or whose plug-in cannot be loaded."""

    exit_code = 2


class UnknownSourceError(FeederError):
    """A source was named that is not in the configuration, or is switched off."""

    exit_code = 2


class LockedError(FeederError):
    """Another process holds an exclusive lock; the message says which process and what for."""

    exit_code = 3


class StateError(FeederError):
    """The state folder or its database cannot be used."""


class NewerSchemaError(StateError):
    """The database was written by a newer feeder. It is left as it is."""


class LostLeaseError(StateError):
    """The lease on a source ran out and somebody else has it. Nothing was written."""


class DamagedStateError(StateError):
    """The database is damaged and there is nothing intact to rebuild it from."""


class SourceError(FeederError):
    """A source, or one thing in it, could not be read. The others go on."""

    kind = "unreadable"


class UnreadableError(SourceError):
    """A file or page that exists and cannot be opened."""

    kind = "unreadable"


class NotTextError(SourceError):
    """Binary data where text was expected."""

    kind = "binary"


class NoArticleError(SourceError):
    """Readable, but there is no article in it (empty, one line, only boilerplate)."""

    kind = "no-article"


class TooLargeError(SourceError):
    """Over a limit. It is refused whole: a shorter article would be a lie."""

    kind = "too-large"


class StillChangingError(SourceError):
    """The file was written to while it was looked at."""

    kind = "still-changing"


class UnforeseenError(SourceError):
    """A fault of feeder itself, or of a parser or plug-in, that one article brought to light."""

    kind = "bug"


class PublishError(FeederError):
    """A document could not be put where readers find it. The old one stays."""
