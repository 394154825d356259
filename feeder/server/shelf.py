"""All documents that are served, by their paths: a request is looked up here and nowhere else.

No path of a request ever becomes one of a file. Those of files are made of what is on record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from feeder.app import App, private_folder
from feeder.outputs.paths import FRESH, cache_control
from feeder.publish.health import NAME as HEALTH
from feeder.server.media import link, media_types, safe
from feeder.server.snapshots import Headers
from feeder.store.served import Served, Told

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
SHORTEST = 60
"""Seconds for which a feed is fresh whose sources are looked at all the time."""
PRIVATE = "private/"
CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link"),
]
VARY = (b"vary", b"accept-encoding")
_PRIVATE_CACHE = (b"cache-control", b"private, no-store")
_TEXT = ("text/", "application/atom+xml", "application/rss+xml")
"""What has a charset. JSON is UTF-8 and says so by being JSON (RFC 8259, 8.1)."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A document: where it lies, and what is told with it always.

    `unchanged` goes with a 304. Where it `may_lack`, that nothing lies there is no fault, and what
    lay there before is nobody's.
    """

    place: str
    headers: Headers
    unchanged: Headers
    may_lack: bool = False
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """It lies elsewhere for good."""

    url: str
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """It will not come back."""

    is_private: bool = False


Answer = Shown | Moved | Gone


Answers = dict[str, Answer | Told]

ROOT = "index.html"
"""What lies at `public_url` itself."""


class Shelf:
    """What there is for everybody, and for those who have the token.

    What goes with a document is made when it is first asked for: most of 100,000 never are.
    """

    def __init__(
        self,
        public: Answers | None = None,
        private: Answers | None = None,
        labels: Labels | None = None,
    ) -> None:
        self._public = public or {}
        self._private = private or {}
        self._labels = labels

    def find(self, path: str) -> Answer | None:
        """What there is for everybody at a path."""
        found = self._public.get(path)
        if isinstance(found, Told):
            assert self._labels is not None, "they came with it"
            found = self._public[path] = self._labels.public(found)
        return found

    def find_private(self, path: str) -> Answer | None:
        """What there is at a path for those who have the token."""
        found = self._private.get(path)
        if isinstance(found, Told):
            assert self._labels is not None, "they came with it"
            found = self._private[path] = self._labels.private(found)
        return found


def shelf_of(app: App) -> Shelf:
    """Everything that is on record, as the configuration has it served.

    Raises:
        StateError: the database cannot be used.
    """
    labels = Labels(app)
    served = app.store.served()
    # A web server in front of ours may cut the path of `public_url` off, or leave it.
    base = unquote(urlsplit(app.settings.public_url).path)
    public = _under(_public(served, labels), "/", base)
    # A private feed says of itself that it lies where it would if it were not private.
    private = _under(_private(served, labels), f"/{PRIVATE}", f"{base}{PRIVATE}", "/", base)
    return Shelf(public, private, labels)


def _public(served: Served, labels: Labels) -> Answers:
    answers: Answers = {}
    if labels.settings.folders:
        answers |= {path: Told("", path, False) for path in served.overviews}
        if ROOT in answers:
            answers[""] = answers[ROOT]
        answers |= {told.path: told for told in served.documents if not labels.is_private(told)}
    answers |= {path: Gone() for path in served.gone if not labels.is_hidden(path)}
    for path, new in served.moved.items():
        if not labels.is_hidden(path):
            answers[path] = Moved(labels.url(new))
    return answers


def _private(served: Served, labels: Labels) -> Answers:
    # That there is none means that nothing ever befell a source.
    answers: Answers = {f"{HEALTH}.atom": Told(HEALTH, f"{HEALTH}.atom", True)}
    answers |= {told.path: told for told in served.documents if labels.is_private(told)}
    answers |= {path: Gone(is_private=True) for path in served.gone if labels.is_hidden(path)}
    for path, new in served.moved.items():
        if labels.is_hidden(path):
            answers[path] = Moved(labels.url(PRIVATE + new), is_private=True)
    return answers


def _under(answers: Answers, *prefixes: str) -> Answers:
    return {prefix + path: answer for prefix in prefixes for path, answer in answers.items()}


class Labels:
    """What is told with documents, as one configuration has it."""

    def __init__(self, app: App) -> None:
        self.settings = app.settings
        self._types = media_types(app.settings)
        self._feeds = {feed.name: feed for feed in app.settings.feeds}
        self._seconds = _seconds_fresh(app)
        self._hidden = {
            name
            for one in self._feeds.values()
            if one.private
            for name in (one.name, *one.formerly)
        }

    def is_private(self, told: Told) -> bool:
        """Whether a document is not for everybody."""
        feed = self._feeds.get(told.feed)
        return self.is_hidden(told.path) if feed is None else feed.private

    def is_hidden(self, path: str) -> bool:
        """Whether a path is made of the name of a feed that not everybody is to know of."""
        return path.partition("/")[0].partition(".")[0] in self._hidden

    def public(self, told: Told) -> Shown:
        """A document for everybody."""
        feed = self._feeds.get(told.feed)
        seconds = self._seconds.get(told.feed, FRESH)
        cache = (b"cache-control", cache_control(told.path, seconds).encode())
        links = link(feed.hubs if feed else (), self.url(told.path))
        unchanged = [cache, VARY, *CORS]
        headers = [*self._about(told.path), *unchanged, (b"link", safe_header(links))]
        place = f"{self.settings.folders[0]}/{told.path}"
        return Shown(place, headers, unchanged, told.is_cleared)

    def private(self, told: Told) -> Shown:
        """A document for those who have the token."""
        unchanged = [_PRIVATE_CACHE, VARY]
        headers = [*self._about(told.path), *unchanged]
        place = f"{private_folder(self.settings)}/{told.path}"
        # That it was taken away from where everybody could have it, is as it should be.
        may_lack = told.feed == HEALTH
        return Shown(place, headers, unchanged, may_lack, is_private=True)

    def url(self, path: str) -> str:
        """Where readers find it."""
        return safe(self.settings.public_url + quote(path))

    def _about(self, path: str) -> Headers:
        """Its type, and that nothing in it runs or stands within a page of somebody else's."""
        found = self._types.get(PurePosixPath(path).suffix, "application/octet-stream")
        charset = "; charset=utf-8" if found.startswith(_TEXT) else ""
        url = urlsplit(self.settings.public_url)
        policy = (
            f"default-src 'none'; style-src 'self' {url.scheme}://{url.netloc} 'unsafe-inline'; "
            "img-src http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return [
            (b"content-type", safe_header(f"{found}{charset}")),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", safe_header(policy)),
        ]


def safe_header(text: str) -> bytes:
    """A header's value, whatever an address or a media type in it holds."""
    return _CONTROL.sub(b"?", text.encode("ascii", errors="replace"))


def _seconds_fresh(app: App) -> Mapping[str, int]:
    """For how long what a feed says holds: no longer than until its sources are looked at again."""
    found: dict[str, int] = {}
    for source in app.settings.sources:
        if source.enabled and isinstance(source.every, timedelta):
            seconds = max(SHORTEST, int(source.every.total_seconds()))
            for feed in app.feeds_by_source.get(source.name, ()):
                found[feed.name] = min(seconds, found.get(feed.name, FRESH))
    return found
