"""What a page asks for while a browser draws it, asked as everything is that feeder asks.

Each request goes through the address guard, robots.txt, the refresh's budget and the question whose
credentials may go there. Redirects are followed here, so that the browser is told no address that
was not judged.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from urllib.parse import urlsplit

from feeder.errors import BudgetError, FetchError, ForbiddenAddressError, SourceError
from feeder.fetch import redirects
from feeder.fetch.asking import Asker
from feeder.fetch.browser.messages import Asked, Reply
from feeder.fetch.budget import Budget
from feeder.fetch.hops import Hops
from feeder.fetch.hosts import origin_of
from feeder.fetch.media import media_type_of
from feeder.fetch.permission import Permission
from feeder.fetch.shown import shown
from feeder.fetch.transport import Answer
from feeder.models import Page
from feeder.urls import resolve

MARKUP = ("text/html", "application/xhtml+xml")
_METHODS = ("GET", "HEAD", "POST")
"""Others change what is there, which is nothing that reading a page takes."""
_MOST_BODY = 1_000_000
_KEPT = ("script", "stylesheet")
_ASKED_BY_SCRIPTS = ("xhr", "fetch")
_NOT_SENT = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te",
     "upgrade", "cookie", "referer", "user-agent", "proxy-authorization", "range",
     "if-none-match", "if-modified-since", "expect", "trailer", "keep-alive"}
)  # fmt: skip
"""Headers of the browser's that do not go out: we have our own, or they tell of other pages."""
_NOT_TOLD = frozenset(
    {"set-cookie", "content-encoding", "content-length", "transfer-encoding", "connection",
     "content-disposition", "refresh", "link", "report-to", "reporting-endpoints", "nel", "alt-svc",
     "strict-transport-security", "service-worker-allowed", "clear-site-data"}
)  # fmt: skip
"""Headers of answers that the browser is not told: they no longer hold, or have it do more."""


@dataclass(slots=True)
class Kept:
    """Scripts and styles that a refresh has had: all pages of a site have the same."""

    most: int = 20_000_000
    _replies: dict[str, Reply] = field(default_factory=dict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, url: str) -> Reply | None:
        """What was answered before."""
        with self._lock:
            return self._replies.get(url)

    def put(self, url: str, reply: Reply) -> None:
        """Keep an answer, if there is room."""
        with self._lock:
            if url not in self._replies and self._size + len(reply.body) <= self.most:
                self._replies[url] = reply
                self._size += len(reply.body)


class Errands:
    """Answers what one page asks for. For several threads.

    `over` is why nothing more can be asked: the page is not whole then. `failed` counts what could
    not be had, and `first` is the first such failure.
    """

    def __init__(
        self,
        page: Page,
        asker: Asker,
        permission: Permission | None,
        budget: Budget,
        *,
        user_agent: str,
        ends: float,
        most_seconds: float,
        max_bytes: int,
        kept: Kept,
    ) -> None:
        self.user_agent = user_agent
        self.max_bytes = max_bytes
        self.over: BudgetError | None = None
        self.asked = self.failed = 0
        self.first: SourceError | None = None
        self._page = page
        self._asker = asker
        self._permission = permission
        self._budget = budget
        self._ends = ends
        self._most_seconds = most_seconds
        self._kept = kept
        self._hosts: dict[str, str] = {}
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> Reply:
        """What the page is answered; a failure is noted, and the page is told that it failed."""
        if asked.kind == "document" and _bare(asked.url) == self._page.final_url:
            return _reply_of(self._page)
        with self._lock:
            self.asked += 1
        try:
            return self._answer(asked)
        except SourceError as error:
            with self._lock:
                self.failed += 1
                self.first = self.first or error
                if isinstance(error, BudgetError):
                    self.over = self.over or error
            return Reply()

    def rest(self) -> None:
        """Give all hosts that were asked the peace that they have after a request."""
        for url in self._hosts.values():
            self._asker.rest(url)

    def left(self) -> float:
        """Seconds that are left for the page."""
        return max(min(self._ends - self._budget.monotonic(), self._budget.left()), 0.0)

    def _answer(self, asked: Asked) -> Reply:
        url = resolve(_bare(asked.url))
        if url is None or asked.method not in _METHODS or len(asked.body) > _MOST_BODY:
            raise ForbiddenAddressError(f"{shown(asked.url)}: nobody asks that for a page")
        is_kept = asked.kind in _KEPT and asked.method == "GET"
        if is_kept and (reply := self._kept.get(url)):
            return reply
        hops = Hops(url, url, min(self._most_seconds, self.left()))
        answer = self._followed(hops, asked)
        _check_origin(asked, hops.url, answer)
        reply = _reply(asked, url, hops.url, answer)
        if is_kept and answer.status == 200:
            self._kept.put(url, reply)
        return reply

    def _followed(self, hops: Hops, asked: Asked) -> Answer:
        headers = _sent(asked.headers) | {"user-agent": self.user_agent}
        method, body = asked.method, asked.body or (b"" if asked.method == "POST" else None)
        # What another site's frame or page asks of the source's own is nobody's who is logged in.
        openly = origin_of(hops.url) != origin_of(asked.origin)
        while True:
            self._asker.check_wait(hops.url)
            if self._permission:
                self._permission.check(hops.url)
            with self._lock:
                self._hosts[urlsplit(hops.url).netloc] = hops.url
            answer = self._asker.ask(
                hops, headers, max_bytes=self.max_bytes, openly=openly, method=method, body=body
            )
            if answer.status not in redirects.STATUSES:
                self._learn(hops.url, answer)
                return answer
            if method == "POST" and answer.status in (301, 302, 303):
                method, body = "GET", None
                headers.pop("content-type", None)
            hops.follow(answer)
            openly = openly or origin_of(hops.url) != origin_of(asked.origin)

    def _learn(self, url: str, answer: Answer) -> None:
        """A host that wants patience gets it from all; any other answer is the page's to judge."""
        if answer.status in (429, 503):
            self._asker.refusal(url, answer)


def _bare(url: str) -> str:
    return url.partition("#")[0]


def _sent(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name.lower(): value
        for name, value in headers.items()
        if name.lower() not in _NOT_SENT and value.isascii() and value.isprintable()
    }


def _reply_of(page: Page) -> Reply:
    charset = f"; charset={page.charset}" if page.charset else ""
    return Reply(200, {"content-type": f"{page.media_type}{charset}"}, page.body)


def _reply(asked: Asked, url: str, final: str, answer: Answer) -> Reply:
    """An answer as the browser is told it.

    Raises:
        FetchError: it is to be shown as a page, and is none: a download, for one.
    """
    if asked.kind == "document":
        if final != url:  # its links start there: so the browser goes there itself
            leap = f'<!doctype html><meta http-equiv="refresh" content="0;url={escape(final)}">'
            return Reply(200, {"content-type": "text/html; charset=utf-8"}, leap.encode())
        if media_type_of(answer.headers.get("content-type", "")) not in MARKUP:
            raise FetchError(f"{shown(final)}: the page leads on to what is no page")
    told = {name: value for name, value in answer.headers.items() if name not in _NOT_TOLD}
    return Reply(answer.status, told, answer.body)


def _check_origin(asked: Asked, final: str, answer: Answer) -> None:
    """The same-origin policy, which Chromium does not apply to what it is handed (Fetch, 4.9)."""
    own = origin_of(asked.origin)
    if asked.kind not in _ASKED_BY_SCRIPTS or origin_of(final) == own:
        return
    if answer.headers.get("access-control-allow-origin") not in ("*", own):
        raise FetchError(f"{shown(final)}: it does not let scripts of {own} read it")


def page_of(page: Page, url: str, html: bytes) -> Page:
    """A page as a browser has drawn it. It has no validators: its parts change, and not itself."""
    final = resolve(_bare(url)) or page.final_url
    return replace(
        page,
        final_url=final,
        body=html,
        media_type="text/html",
        charset="utf-8",
        validators=type(page.validators)(),
        modified=None,
        fresh_until=None,
    )
