"""Status pages in a real browser: usable by everybody, live, and deaf to what strangers write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request, expect
from sqlalchemy import update

from feeder.app import App
from feeder.models import Fault, Health, Outcome, Resource, Transition, Validators
from feeder.refresh.job import LEASE
from feeder.store.quarantine import Guarded, Quarantined, Reason
from feeder.store.tables import source
from tests.browser.vectors import LINES, vector
from tests.server.pages.looking import Visitor, serving
from tests.server.pages.town import PAGE, story, town

pytestmark = pytest.mark.slow
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """A town with buttons, in which a service runs."""
    folder = tmp_path_factory.mktemp("town")
    with town(folder, datetime.now(UTC), published=True) as app:
        app.store.begin_service(datetime.now(UTC))
        with serving(app, actions=True) as visitor:
            yield visitor


def address(visitor: Visitor, place: str = "") -> str:
    return f"http://localhost:{visitor.port}/status/{place}"


def entry_of(visitor: Visitor) -> str:
    [link] = visitor.ask("sources/harbour-news").page.xpath("//section[@id='entries']//li//@href")[
        :1
    ]
    return str(link).removeprefix("../")


def opened(
    browser: Browser, visitor: Visitor, mode: str = "light", *, script: bool = True
) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": 360 if mode == "phone" else 1280, "height": 800},
        color_scheme="dark" if mode == "dark" else "light",
        java_script_enabled=script,
    )
    context.add_cookies(visitor.cookies)
    return context


def leaving(page: Page) -> list[str]:
    """The addresses that are asked for from now on; what our policy stopped was never sent."""
    asked = list[str]()
    page.on("requestfinished", lambda request: asked.append(request.url))

    def failed(request: Request) -> None:
        if "csp" not in (request.failure or "").lower():
            asked.append(f"{request.url} {request.failure}")

    page.on("requestfailed", failed)
    return asked


def elsewhere(visitor: Visitor, asked: list[str]) -> list[str]:
    return [url for url in asked if not url.startswith((address(visitor), "data:"))]


PLACES = (
    "",
    "sources/subscribers-only",
    "sources/harbour-news",
    "feeds",
    "feeds/harbour-news",
    "add",
    "quarantine/1",
    "sources/nobody",
    "entry",
)


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_a_page_has_no_barriers_fits_its_screen_and_asks_nobody_else(
    browser: Browser, shown: Visitor, mode: str
) -> None:
    context = opened(browser, shown, mode)
    page = context.new_page()
    said, asked = list[str](), leaving(page)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for place in PLACES:
        page.goto(address(shown, entry_of(shown) if place == "entry" else place))
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], place  # type: ignore[index]
        results = Axe().run(page)
        assert not results.response["violations"], f"{place}\n{results.generate_report()}"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip", place
        if place not in ("sources/nobody", "entry"):
            assert not said, said
        said.clear()
    assert asked and not elsewhere(shown, asked)
    context.close()


def test_no_width_scrolls_sideways(browser: Browser, shown: Visitor) -> None:
    page = opened(browser, shown).new_page()
    for place in PLACES[:-1]:
        page.goto(address(shown, place))
        for width in (320, 500, 800, 959, 962, 1024):
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (place, width)
    page.close()


def test_everything_works_without_script(browser: Browser, shown: Visitor) -> None:
    context = opened(browser, shown, script=False)
    page = context.new_page()
    page.goto(address(shown))
    assert not page.locator("#live").is_visible()
    page.fill("#q", "mill")
    page.click("text=Search >> nth=-1")
    assert page.locator("tbody tr").count() == 1
    page.click("tbody a >> nth=0")
    assert page.locator("h1").inner_text().endswith("Old Mill Society")
    page.click("button:has-text('Pause')")
    assert "old-mill is paused" in page.locator("[role=status]").inner_text()
    page.click("button:has-text('Resume')")
    assert "old-mill is looked at again" in page.locator("[role=status]").inner_text()
    context.close()


def test_a_search_follows_what_is_typed(browser: Browser, shown: Visitor) -> None:
    page = opened(browser, shown).new_page()
    page.goto(address(shown))
    page.locator("#q").press_sequentially("mill")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.url.endswith("?q=mill")
    assert page.evaluate("document.activeElement.id") == "q"
    page.fill("#q", "")
    expect(page.locator("tbody tr")).to_have_count(12)
    page.select_option("#state", "broken")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.close()


def refresh(app: App, name: str, new: int = 0, failure: Fault | None = None) -> None:
    now = datetime.now(UTC)
    [lease] = app.store.claim(now, LEASE, names=[name], force=True)
    outcome = Outcome(name, now, now + timedelta(seconds=1), 30, new, failure=failure)
    due = now + timedelta(hours=1)
    app.store.record(lease, (), (), outcome, due, now, failed=failure is not None)


def test_what_happens_shows_without_a_reload_and_the_keyboard_stays_where_it_was(
    browser: Browser, shown: Visitor
) -> None:
    page = opened(browser, shown).new_page()
    page.goto(address(shown))
    page.wait_for_selector("#live:not(.lost) >> text=Live")
    page.evaluate("window.same = true")
    page.locator("#source-museum a").first.focus()
    page.evaluate("document.activeElement.scrollIntoView()")
    time.sleep(1.5)  # the server has to have looked once to see what changes
    refresh(shown.app, "museum", new=7)
    expect(page.locator("#source-museum")).to_contain_text("7 new", timeout=10_000)
    assert page.evaluate("window.same") is True, "it was loaded anew"
    assert page.evaluate("document.activeElement.closest('tr')?.id") == "source-museum"
    page.close()


def test_a_page_says_when_it_is_not_live_any_more(browser: Browser, tmp_path: Path) -> None:
    with town(tmp_path, datetime.now(UTC), hours=1, only=("harbour-news", "lighthouse")) as app:
        with serving(app) as visitor:
            page = opened(browser, visitor).new_page()
            page.goto(address(visitor))
            page.wait_for_selector("#live:not(.lost)")
        page.wait_for_selector("#live.lost >> text=Not live")
        page.close()


def test_whoever_wants_no_motion_sees_none(browser: Browser, shown: Visitor) -> None:
    context = browser.new_context(reduced_motion="reduce")
    context.add_cookies(shown.cookies)
    page = context.new_page()
    page.goto(address(shown))
    moved = page.evaluate(
        "[...document.querySelectorAll('*')].map(e => getComputedStyle(e))"
        ".filter(s => parseFloat(s.transitionDuration) || parseFloat(s.animationDuration)).length"
    )
    assert moved == 0
    context.close()


# What strangers write


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """A source all of whose texts are vectors, as if everything before had let them through."""
    folder = tmp_path_factory.mktemp("hostile")
    few = ("harbour-news", "lighthouse")
    with town(folder, NOON, hours=1, only=few) as app:
        for number in range(len(LINES)):
            _put(app, number)
        with app.store._database.writing() as connection:
            connection.execute(update(source).values(title="".join(map(vector, range(12)))))
        with serving(app, actions=True) as visitor:
            yield visitor


def _put(app: App, number: int) -> None:
    text = vector(number)
    now = datetime.now(UTC)
    [lease] = app.store.claim(now, LEASE, names=["harbour-news"], force=True)
    told = {"title": text, "url": text, "authors": (text,), "summary": text, "language": text}
    change = story(app, "harbour-news", 10_000 + number, NOON, **told)
    fault = Fault(text, text, text, text)
    reasons = (Reason(text, text, text),)
    batch = Quarantined(0, "harbour-news", now, now, 1, "held", reasons, 1, frozenset({"x"}))
    app.store.record(
        lease,
        [change],
        [Resource(change.address, Validators(), entry_id=change.entry.id)],
        Outcome("harbour-news", now, now, failure=fault, faults=(fault,), hints=(text,)),
        now,
        now,
        failed=True,
        health=Health("broken", now, 0, now),
        transition=Transition("harbour-news", now, "ok", "broken", text, text),
        guarded=Guarded(batches=(batch,)),
        because=text,
    )


def _watched(browser: Browser, visitor: Visitor) -> tuple[Page, list[str]]:
    page = opened(browser, visitor).new_page()
    ran = list[str]()
    page.add_init_script("window.alert = what => document.title = 'ran ' + what")

    def heard(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", heard)
    return page, ran


def _assert_harmless(page: Page, ran: list[str]) -> None:
    assert not ran and not page.title().startswith("ran ")
    addresses = page.evaluate(
        "[...document.querySelectorAll('[href],[src],[action]')]"
        ".map(e => e.href?.baseVal ?? e.href ?? e.src ?? e.action)"
    )
    bad = [
        one for one in addresses if not one.startswith(("http://", "https://", "data:image/svg"))
    ]
    assert not [one for one in bad if not one.startswith("feed:")], bad
    odd = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a =>"
        " a.name.startsWith('on') || a.name === 'style' || a.name === 'srcdoc')).length"
    )
    assert odd == 0


def test_nothing_runs_that_a_stranger_wrote(browser: Browser, hostile: Visitor) -> None:
    page, ran = _watched(browser, hostile)
    asked = leaving(page)
    known = hostile.app.store.newest(["harbour-news"], limit=300)
    entries = [entry.id for entry in known if not (entry.url or "").startswith(("<", '"'))]
    entries += [entry.id for entry in known[:: max(1, len(known) // 12)]]
    batches = [batch.id for batch in hostile.app.store.quarantined("harbour-news")]
    places = ["", "sources/harbour-news", "feeds/harbour-news"]
    places += [f"quarantine/{number}" for number in batches[:5]]
    for place in places:
        page.goto(address(hostile, place))
        _assert_harmless(page, ran)
    for entry in entries:
        page.goto(address(hostile, "entry?id=") + entry.replace("#", "%23"))
        _assert_harmless(page, ran)
    assert asked and not elsewhere(hostile, asked)
    page.close()


def test_a_page_that_was_fetched_runs_and_loads_nothing(browser: Browser, tmp_path: Path) -> None:
    from feeder.models import Page as Fetched
    from feeder.store.pages import Budget, kept_page

    with town(tmp_path, NOON, hours=1, only=("harbour-news", "lighthouse")) as app:
        everything = "".join(vector(number) for number in range(len(LINES)))
        meta = '<meta http-equiv="refresh" content="0;url=https://evil.example/">'
        body = (PAGE.format(title="x", text="x") + meta + everything).encode("utf-8", "replace")
        change = story(app, "lighthouse", 9_000, NOON)
        [lease] = app.store.claim(NOON, LEASE, names=["lighthouse"], force=True)
        resource = Resource(change.address, Validators(), entry_id=change.entry.id)
        done = Outcome("lighthouse", NOON, NOON)
        app.store.record(lease, [change], [resource], done, NOON, NOON, failed=False)
        fetched = Fetched(change.address, change.address, body, "text/html", "utf-8")
        kept = kept_page(change.address, fetched, app.store.files.put(body), NOON)
        app.store.keep_pages("lighthouse", [kept], Budget(9_000_000, timedelta(days=9999)), NOON)
        with serving(app) as visitor:
            page, ran = _watched(browser, visitor)
            asked = leaving(page)
            page.goto(address(visitor, f"entry?id={change.entry.id}"))
            page.frame_locator("iframe >> nth=1").locator("h1").first.wait_for()
            page.wait_for_timeout(500)
            assert not ran and not page.title().startswith("ran ")
            assert asked and not elsewhere(visitor, asked)
            assert page.url.startswith(address(visitor))
            page.close()
