"""Every failure that feeder foresees, as one tree.

FeederError
├── ConfigError            the configuration is wrong (exit 2); carries all its faults
├── UnknownSourceError     a name that is no source's (exit 2)
├── AddressError           what was typed is no web address, or is read already (exit 2)
├── UnknownEntryError      an id that is no entry's, or not of the kind that is asked for (exit 2)
├── PluginError            a kind that is not there or cannot be loaded (exit 2)
├── UnfitFileError         a file to be imported that is none, is broken or was cut (exit 2)
├── LockedError            somebody else holds what we need (exit 3)
├── ListenError            the server cannot listen where it should
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
│   ├── UnforeseenError    a fault of feeder's or a plug-in's, in one thing; logged whole
│   ├── WorkError          what its bytes did to a worker process, which was ended for it
│   │   ├── TooSlowError   reading it took longer than its deadline
│   │   └── TooHungryError reading it took more memory than is allowed
│   ├── LayoutError        a listing, feed or answer that is not what its kind expects
│   │   └── SelectorError  a listing in which a person's selectors find nothing any more
│   ├── WallError          a page that stands where the article should: log-in, consent, captcha…
│   └── FetchError         a request that gave no usable answer
│       ├── ForbiddenAddressError an address that the configuration does not allow
│       ├── RobotsError    robots.txt asks us not to
│       ├── BudgetError    one refresh would take more requests, bytes or time than it may
│       ├── HostNameError  DNS knows no such host, or does not answer
│       ├── ConnectError   refused, reset, unreachable, or the proxy's
│       ├── TlsError       the certificate or the handshake
│       ├── TimeLimitError silent, or slower than a deadline allows
│       ├── ProtocolError  not HTTP, or HTTP against its rules: short bodies, bad chunks, codings
│       ├── BrowserError   the browser that should draw a page is missing, or gave none
│       ├── RedirectError  a loop, too many, a downgrade, or to nowhere
│       └── StatusError    an answer that says no: 4xx, 5xx
│           ├── GoneError  410
│           └── WaitError  429, 503 with a time; nobody asks that host before it
└── PublishError           a document could not be put where readers find it

What is not in this tree was not foreseen, and is raised with its traceback. Only where it was met
in a single article is it named in the outcome instead, so that one file cannot keep all others out
of a feed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

EXIT_STATUS: Mapping[int, str] = MappingProxyType(
    {
        0: "all good",
        1: "some source or output failed; the others went on, and what was published still is",
        2: "the configuration is wrong, or a verb was asked for what it cannot do; "
        "nothing was started, nothing written",
        3: "somebody else holds a lock; the message says who",
        130: "ended by Ctrl-C; what was put on record by then is kept",
    }
)
"""What the command line ends with, and what that means. 130 is 128 + SIGINT, as shells have it."""


class FeederError(Exception):
    """A failure that feeder foresees: one sentence of what happened, one of what to do next.

    `advice` says what the person who runs feeder can do; it is empty where nothing is to be done.
    """

    exit_code = 1

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled with all its attributes, which its class need not take in the order of `args`."""
        return _restored, (type(self), self.args), self.__dict__


def _restored(kind: type[FeederError], args: tuple[Any, ...]) -> FeederError:
    error = kind.__new__(kind)
    error.args = args
    return error


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


class AddressError(FeederError):
    """What somebody typed is no address of http or https, or one that a source reads already."""

    exit_code = 2


class UnknownEntryError(FeederError):
    """An entry was named that is not on record, or not in the state that is asked for."""

    exit_code = 2


class UnfitFileError(FeederError):
    """A file that was to be imported is of another kind, broken, or not whole. Nothing was written.

    `line` is where in the file, from 1; 0: the file as a whole.
    """

    exit_code = 2

    def __init__(self, message: str, *, advice: str = "", line: int = 0) -> None:
        super().__init__(message, advice=advice)
        self.line = line


class LockedError(FeederError):
    """Another process holds an exclusive lock; the message says which process and what for."""

    exit_code = 3


class ListenError(FeederError):
    """Nothing can be served at the address or socket that the configuration names."""


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


class WorkError(SourceError):
    """What a page's bytes did to the worker process that read them. The process is gone."""

    kind = "crashed"


class TooSlowError(WorkError):
    """Reading it took longer than its deadline, and was ended."""

    kind = "too-slow"


class TooHungryError(WorkError):
    """Reading it took more memory than a worker may have."""

    kind = "too-much-memory"


class LayoutError(SourceError):
    """A listing, feed, sitemap or answer of an API that is not what its kind expects."""

    kind = "layout"


class SelectorError(LayoutError):
    """A listing in which the selectors of its source find no article."""


class WallError(SourceError):
    """A page that stands where the article or listing should. `wall` says which kind of one."""

    kind = "wall"

    def __init__(self, message: str, *, advice: str = "", wall: str = "") -> None:
        super().__init__(message, advice=advice)
        self.wall = wall


class FetchError(SourceError):
    """A request that gave no usable answer. Its message holds the address without secrets."""

    kind = "fetch"


class ForbiddenAddressError(FetchError):
    """An address that the configuration does not allow, such as a private network's.

    `networks` are those that would have to be in `allow_networks`; none where that is no help.
    """

    kind = "forbidden-address"

    def __init__(self, message: str, *, advice: str = "", networks: Sequence[str] = ()) -> None:
        super().__init__(message, advice=advice)
        self.networks = tuple(networks)


class RobotsError(FetchError):
    """robots.txt asks us not to fetch it (RFC 9309)."""

    kind = "robots"


class BudgetError(FetchError):
    """One refresh would take more requests, bytes or time than it may."""

    kind = "budget"


class HostNameError(FetchError):
    """DNS knows no such host, or does not answer."""

    kind = "dns"


class ConnectError(FetchError):
    """Refused, reset, unreachable; or the proxy is."""

    kind = "connect"


class TlsError(FetchError):
    """The certificate does not hold, or there was no handshake."""

    kind = "tls"


class TimeLimitError(FetchError):
    """Silent, or slower than a deadline allows."""

    kind = "timeout"


class ProtocolError(FetchError):
    """Not HTTP, or HTTP against its rules: short bodies, bad chunks, codings nobody asked for."""

    kind = "protocol"


class RedirectError(FetchError):
    """A loop, too many, from https to http, or to nowhere."""

    kind = "redirect"


class BrowserError(FetchError):
    """A page that scripts draw was not drawn: no browser, or it crashed, took too much or hung."""

    kind = "browser"


class StatusError(FetchError):
    """An answer that says no. `body` is the beginning of what came with it."""

    kind = "http"

    def __init__(
        self, message: str, *, advice: str = "", status: int = 0, body: bytes = b""
    ) -> None:
        super().__init__(message, advice=advice)
        self.status = status
        self.body = body


class GoneError(StatusError):
    """410: it will not come back."""

    kind = "gone"


class WaitError(StatusError):
    """429, or 503 with a time: nobody asks that host for anything before `until`."""

    kind = "wait"

    def __init__(
        self,
        message: str,
        *,
        advice: str = "",
        status: int = 0,
        body: bytes = b"",
        until: datetime | None = None,
    ) -> None:
        super().__init__(message, advice=advice, status=status, body=body)
        self.until = until


class PublishError(FeederError):
    """A document could not be put where readers find it. The old one stays."""
