"""One page in Chromium: shown, waited for, scrolled, and read. Runs where the browser is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    Route,
    async_playwright,
)
from playwright.async_api import Request as Asking
from playwright.async_api import TimeoutError as TooLongError

from feeder.fetch.browser.messages import Reply

Ask = Callable[[Mapping[str, Any], bytes], Awaitable[Reply]]

_LOOK = 0.25
"""Seconds between two looks at whether a page has come to rest."""
_REST = 1.0
"""Seconds without a change that are rest: scripts that wait a moment are common."""
_LONG_POLL = 4.0
"""Seconds after which a request is not waited for: it waits for news itself."""
_EMPTY, _EMPTY_SECONDS = 200, 5.0
"""Characters below which a page has nothing drawn yet, and how long it is given then."""
_READING = 5.0
"""Seconds for reading what was drawn; no more than a page may take to be drawn."""
_MOST_DOCUMENTS = 6
"""Pages that one leads to by script or meta refresh; as many redirects are followed by HTTP."""
_STARTING = 30.0
_FLAGS = (
    # No network of its own: names lead nowhere, the proxy answers nobody, and 127.0.0.1 is no
    # exception to it. What is not handed to us fails.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-bypass-list=<-loopback>",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-pings",
    # Nothing beside the page: windows, questions, sounds, and the parts of C that pages reach.
    "--block-new-web-contents",
    "--deny-permission-prompts",
    "--mute-audio",
    "--disable-3d-apis",
    "--disable-gpu",
    "--renderer-process-limit=2",
)
_SIGNS = (
    "() => [document.getElementsByTagName('*').length, "
    "(document.body || {}).textContent?.length || 0, document.readyState]"
)
_SCROLL = "() => window.scrollTo(0, document.documentElement.scrollHeight)"
_ONLINE = "Object.defineProperty(Navigator.prototype, 'onLine', {get: () => true})"
"""Some applications ask for nothing while they believe to be offline."""


class FailedError(Exception):
    """There is no page: which fault, and what is told of it."""

    def __init__(self, fault: str, told: str = "") -> None:
        super().__init__(fault)
        self.fault, self.told = fault, told


async def draw(plan: Mapping[str, Any], ask: Ask, port: int) -> tuple[str, bytes]:
    """The address that a page has in the end, and its markup then.

    Raises:
        FailedError: there is none.
    """
    try:
        playwright = await async_playwright().start()
    except Exception as error:  # it has no other
        raise FailedError("driver", str(error)) from error
    try:
        browser = await _launched(playwright, plan, port)
        context = await _context(browser, plan)
        page = await context.new_page()
        return await _Drawing(plan, ask, page).run(context)
    except Error as error:  # before the page was shown
        fault = "crashed" if "Target" in error.message else "page"
        raise FailedError(fault, error.message) from error
    finally:
        await playwright.stop()


async def _launched(playwright: Playwright, plan: Mapping[str, Any], port: int) -> Browser:
    try:
        return await playwright.chromium.launch(
            executable_path=plan["path"],
            headless=True,
            chromium_sandbox=plan["sandbox"],
            args=[*_FLAGS, f"--proxy-server=127.0.0.1:{port}"],
            ignore_default_args=["--disable-popup-blocking"],
            timeout=_STARTING * 1000,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
    except Error as error:
        raise FailedError("no-start", error.message) from error


async def _context(browser: Browser, plan: Mapping[str, Any]) -> BrowserContext:
    context = await browser.new_context(
        service_workers="block",
        accept_downloads=False,
        user_agent=plan["user_agent"],
        locale=plan["language"],
        timezone_id=plan["timezone"],
        viewport={"width": 1280, "height": 2000},
    )
    await context.add_init_script(_ONLINE)
    return context


class _Drawing:
    """A page under way."""

    def __init__(self, plan: Mapping[str, Any], ask: Ask, page: Page) -> None:
        self._plan = plan
        self._ask = ask
        self._page = page
        self._reading = min(_READING, plan["seconds"])
        self._kinds = frozenset(plan["kinds"])
        self._under_way: dict[int, float] = {}
        self._moved = time.monotonic()
        self._begun = time.monotonic()
        self._documents = 0
        self._crashed = asyncio.Event()

    async def run(self, context: BrowserContext) -> tuple[str, bytes]:
        self._page.on("crash", lambda _: self._crashed.set())
        context.on("page", lambda page: _closed(page))
        await context.route("**/*", self._routed)
        crash = asyncio.create_task(self._crashed.wait())
        drawing = asyncio.create_task(self._drawn())
        limit = self._plan["seconds"] + 2 * self._reading
        done, _ = await asyncio.wait(
            {crash, drawing}, timeout=limit, return_when=asyncio.FIRST_COMPLETED
        )
        if drawing in done:
            return drawing.result()
        raise FailedError("crashed" if done else "busy")

    async def _drawn(self) -> tuple[str, bytes]:
        try:
            await self._shown()
            await self._waited_for()
            await self._rest(self._left())
            for _ in range(self._plan["scroll"]):
                if not await self._scrolled():
                    break
            return await self._read()
        except TooLongError:
            raise FailedError("busy") from None
        except Error as error:
            if self._crashed.is_set():
                raise FailedError("crashed") from None
            raise FailedError("page", error.message) from error

    def _left(self) -> float:
        seconds: float = self._plan["seconds"]
        return max(self._begun + seconds - time.monotonic(), 0.0)

    # What it is shown, and asks for

    async def _shown(self) -> None:
        try:
            await self._page.goto(
                self._plan["url"], wait_until="commit", timeout=self._left() * 1000
            )
        except TooLongError:
            raise
        except Error as error:
            # A page that goes elsewhere at once does that before it is there itself.
            if "interrupted" not in error.message and "ERR_ABORTED" not in error.message:
                raise
            if not self._documents:
                raise

    async def _routed(self, route: Route, request: Asking) -> None:
        with suppress(Error):  # the page has gone elsewhere meanwhile
            if not self._is_wanted(request):
                await route.abort(self._reason(request, "blockedbyclient"))
                return
            number = id(request)
            self._under_way[number] = self._moved = time.monotonic()
            try:
                reply = await self._ask(_told(request), request.post_data_buffer or b"")
            finally:
                self._under_way.pop(number, None)
                self._moved = time.monotonic()
            if reply.status:
                headers = dict(reply.headers)
                await route.fulfill(status=reply.status, headers=headers, body=reply.body)
            else:
                await route.abort(self._reason(request, "failed"))

    def _reason(self, request: Asking, reason: str) -> str:
        """A page that leads to what cannot be had stays what it is: for any other reason than this
        Chromium would show a page of its own instead, to be read as the site's."""
        return "aborted" if request.resource_type == "document" and self._documents > 1 else reason

    def _is_wanted(self, request: Asking) -> bool:
        if request.resource_type not in self._kinds or "service-worker" in request.headers:
            return False
        frame = request.frame  # an Error for what belongs to none
        if frame.page != self._page:
            return False
        if request.resource_type != "document":
            return True
        self._documents += frame == self._page.main_frame
        return frame == self._page.main_frame and self._documents <= _MOST_DOCUMENTS

    # When it is ready

    async def _waited_for(self) -> None:
        selector = self._plan["wait_for"]
        if selector is None:
            return
        try:
            await self._page.wait_for_selector(
                f"css={selector}", state="attached", timeout=self._left() * 1000
            )
        except TooLongError:
            raise FailedError("wait-for", selector) from None
        except Error as error:
            if "not a valid selector" in error.message or "parsing" in error.message:
                raise FailedError("selector", selector) from None
            raise

    async def _rest(self, seconds: float) -> None:
        """Wait until nothing changes and nothing is asked for, at most so long.

        Many a page asks for something for ever: what it shows by then is what it has.
        """
        begun = changed = time.monotonic()
        signs: object = None
        while (now := time.monotonic()) < begun + seconds:
            seen = await self._signs(begun + seconds - now + self._reading)
            if seen != signs:
                signs, changed = seen, now
            rested = min(now - changed, now - self._moved)
            is_asking = any(now - since < _LONG_POLL for since in self._under_way.values())
            if rested >= _REST and not is_asking and _is_ready(seen, now - begun):
                return
            await asyncio.sleep(_LOOK)

    async def _signs(self, seconds: float) -> object:
        """What changes when a page does. One that computes without a pause tells nothing."""
        try:
            return await asyncio.wait_for(self._page.evaluate(_SIGNS), seconds)
        except TimeoutError:
            raise FailedError("busy") from None
        except Error:  # it goes to another page just now
            if self._crashed.is_set() or self._page.is_closed():
                raise
            return object()

    async def _scrolled(self) -> bool:
        """Scroll to the end, and wait for what comes; whether anything did."""
        before = await self._signs(self._reading)
        if not self._left():
            return False
        await self._page.evaluate(_SCROLL)
        await self._page.mouse.wheel(0, 20_000)
        await self._rest(self._left())
        return await self._signs(self._reading) != before

    async def _read(self) -> tuple[str, bytes]:
        most = self._plan["max_bytes"]
        for _ in range(3):
            if self._page.url.startswith("chrome-error:"):
                raise FailedError("page", "it leads to what cannot be had")
            try:
                size = await asyncio.wait_for(
                    self._page.evaluate("() => document.documentElement.innerHTML.length"),
                    self._reading,
                )
                if not isinstance(size, int) or size > most:
                    raise FailedError("too-large")
                html = (await asyncio.wait_for(self._page.content(), self._reading)).encode(
                    "utf-8", "replace"
                )
            except TimeoutError:
                raise FailedError("busy") from None
            except Error:  # it goes to another page just now
                if self._crashed.is_set() or self._page.is_closed():
                    raise
                await asyncio.sleep(_LOOK)
                continue
            if len(html) > most:
                raise FailedError("too-large")
            return self._page.url, html
        raise FailedError("restless")


async def _closed(page: Page) -> None:
    with suppress(Error):
        await page.close()


def _told(request: Asking) -> dict[str, Any]:
    """A request as it is handed on."""
    return {
        "url": request.url,
        "method": request.method,
        "kind": request.resource_type,
        "origin": request.frame.url,
        "headers": dict(request.headers),
    }


def _is_ready(signs: object, seconds: float) -> bool:
    """Whether there is something to read, or it was waited for long enough."""
    if seconds >= _EMPTY_SECONDS:
        return True
    if not isinstance(signs, list) or len(signs) != 3:
        return False
    _, letters, state = signs
    return state == "complete" and isinstance(letters, int) and letters >= _EMPTY
