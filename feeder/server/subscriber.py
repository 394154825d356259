"""What a subscriber gets of our own feed: whether it is ours, whole and fresh, then 304 again.

A web server in front may serve another folder, a cache keep what is old, a certificate run out:
nothing within feeder would tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

from feeder import plugins
from feeder.app import document_paths
from feeder.config.settings import Settings
from feeder.errors import SourceError
from feeder.fetch.own import OwnSite
from feeder.fetch.shown import shown
from feeder.fetch.transport import Answer
from feeder.models import Publication
from feeder.outputs.paths import FRESH
from feeder.server.noted import Checked
from feeder.store.store import Store

SECONDS = 15.0
"""For one answer: who reads feeds does not wait longer either."""
_ROOM = 1_000_000
"""Bytes by which what is served may be larger than what we have put there, and still be read."""
_KEPT = timedelta(seconds=FRESH + 60)
"""For which caches may give out what was there before."""
_HOP = (301, 302, 303, 307, 308)
_OK, _NOT_MODIFIED = 200, 304


@dataclass(frozen=True, slots=True)
class Own:
    """A document of ours, and how it should be served."""

    publication: Publication
    url: str
    media_type: str


class Wrong(Exception):  # noqa: N818 - it is no error of ours
    """What readers get is not what they should; the second argument says what to do."""


def own_document(settings: Settings, store: Store) -> Own | None:
    """The first document for everybody that was published; None where nothing is yet."""
    published = store.published_feeds()
    feeds = settings.feeds
    feed = next((one for one in feeds if not one.private and one.name in published), None)
    if feed is None:
        return None
    for format_, path in zip(feed.formats, document_paths(feed), strict=True):
        found = store.publication(feed.name, path)
        if found is not None:
            media_type = plugins.find("feeder.renderers", format_)().media_type
            return Own(found, settings.public_url + path, media_type)
    return None


def seen_by_subscriber(site: OwnSite, own: Own, store: Store) -> Checked:
    """How a document of ours is served, asked for twice as readers do."""
    seen = Checked(datetime.now(UTC), own.url)
    most = own.publication.size + _ROOM
    try:
        answer = site.ask(own.url, seconds=SECONDS, max_bytes=most)
        seen = replace(seen, clock=_clock(answer))
        _check_answer(answer, own)
        _check_body(answer, own, store, seen.at)
        conditions = _conditions(answer.headers)
        _check_again(answer, site.ask(own.url, conditions, seconds=SECONDS, max_bytes=most))
    except Wrong as wrong:
        message, advice = wrong.args
        return replace(seen, message=message, advice=advice)
    except SourceError as error:
        return replace(seen, message=error.message, advice=_unreachable(error, own))
    return seen


def _clock(answer: Answer) -> datetime | None:
    """What time it is where the answer comes from (RFC 9110, 6.6.1)."""
    with suppress(ValueError, TypeError, OverflowError):
        told = parsedate_to_datetime(answer.headers.get("date", ""))
        return told if told.tzinfo else told.replace(tzinfo=UTC)
    return None


def _unreachable(error: SourceError, own: Own) -> str:
    if error.kind == "tls":
        return "readers will not trust it either: renew the certificate"
    return (
        f"is something serving the public folder there? [server] has where feeder listens; a "
        f"router may also keep this machine from reaching {shown(own.url)} while others can"
    )


def _check_answer(answer: Answer, own: Own) -> None:
    """Whether it is one that readers can take.

    Raises:
        Wrong: it is not.
    """
    if answer.status in _HOP:
        target = shown(answer.headers.get("location", "nowhere"))
        raise Wrong(
            f"it redirects to {target}", "let public_url be the address that it is served at"
        )
    if answer.status != _OK:
        raise Wrong(
            f"the web server answers {answer.status} at {shown(own.url)}",
            "is `public` the folder that it serves, and public_url where?",
        )
    told = answer.headers.get("content-type", "")
    if _essence(told) != _essence(own.media_type):
        raise Wrong(
            f"it is served as {_shown_type(told)}, and not as {_essence(own.media_type)}",
            "`feeder webserver` prints the web server's configuration, with types",
        )


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _shown_type(told: str) -> str:
    """A media type for a message."""
    return repr(_essence(told)[:60]) if told else "nothing that is told"


def _check_body(answer: Answer, own: Own, store: Store, now: datetime) -> None:
    """Whether it is what was published last, or was until a moment ago.

    Raises:
        Wrong: it is not.
    """
    digest = sha256(answer.body).hexdigest()
    if digest == own.publication.sha256:
        return
    # It may have been published anew while we asked.
    latest = store.publication(own.publication.feed, own.publication.path)
    if latest is None or digest == latest.sha256 or now - latest.published_at < _KEPT:
        return
    raise Wrong(
        f"it is not what was published at {latest.published_at:%Y-%m-%d %H:%M}Z",
        "does the web server have another folder, or a cache keep it for longer than it may?",
    )


def _conditions(headers: Mapping[str, str]) -> dict[str, str]:
    """What asks for it only if it is another one.

    Raises:
        Wrong: nothing was told that could.
    """
    if etag := headers.get("etag"):
        return {"if-none-match": etag}
    if moment := headers.get("last-modified"):
        return {"if-modified-since": moment}
    raise Wrong(
        "it has neither ETag nor Last-Modified",
        "let the web server send them: without, readers fetch all of it each time",
    )


def _check_again(first: Answer, again: Answer) -> None:
    """Whether whoever has it already is told so.

    Raises:
        Wrong: they are not.
    """
    if again.status == _NOT_MODIFIED:
        return
    marks = ("etag", "last-modified")
    if again.status == _OK and any(first.headers.get(m) != again.headers.get(m) for m in marks):
        return  # it was published anew meanwhile
    raise Wrong(
        f"asked whether it is another one, the web server answers {again.status}, and not 304",
        "let it heed If-None-Match: without, readers fetch all of it each time",
    )
