"""Pages that scripts draw, drawn by a real Chromium, friendly ones and others."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from feeder.errors import BrowserError, BudgetError
from feeder.fetch.browser import process
from feeder.fetch.browser.fetcher import WhenNeeded
from feeder.fetch.browser.processes import below
from feeder.fetch.credentials import Credentials
from feeder.models import Validators
from tests.fetch.browser.conftest import Draw
from tests.site.endless import InfiniteBody
from tests.site.faults import Late
from tests.site.names import Rebinding
from tests.site.pages import Page
from tests.site.redirects import Redirect
from tests.site.server import Site

pytestmark = pytest.mark.slow

SHELL = "<!doctype html><title>News</title><div id=root></div><script src=/app.js></script>"
APPLICATION = """
fetch('/api', {method: 'POST', body: '{}'}).then(r => r.json()).then(list => {
  root.innerHTML = list.map(n => `<h2><a href="/a/${n}">Headline ${n} of the day</a></h2>`).join('')
})"""


def test_a_list_that_scripts_draw_is_found(site: Site, drawing: Draw) -> None:
    address = site.at("/", Page(SHELL, headers={"ETag": '"1"'}))
    site.at("/app.js", Page(APPLICATION, "text/javascript"))
    site.at("/api", Page(str(list(range(30))), "application/json"))
    fetcher = drawing(credentials=Credentials(cookies={"session": "s3cret"}))
    page = fetcher.fetch(address)
    assert page is not None
    assert page.body.count(b"<h2>") == 30
    assert page.final_url == address
    assert page.validators == Validators()
    assert site.paths == ["/robots.txt", "/", "/app.js", "/api"]
    assert {asked.headers.get("cookie") for asked in site.requests[1:]} == {"session=s3cret"}
    assert all("feeder/" in asked.headers["user-agent"] for asked in site.requests)


def test_a_page_reaches_nobody_whom_we_may_not_ask(site: Site, victim: Site, drawing: Draw) -> None:
    inside, port = victim.url("/secret"), victim.port
    site.at("/away", Redirect(inside))
    site.at("/robots.txt", Page("User-agent: *\nDisallow: /private\n", "text/plain"))
    address = site.at(
        "/",
        Page(
            f"""<!doctype html><title>x</title><div id=root>{"drawn " * 50}</div>
<link rel=prefetch href="{inside}"><link rel=dns-prefetch href="//127.0.0.2:{port}">
<link rel=preconnect href="http://127.0.0.2:{port}"><link rel=stylesheet href="{inside}.css">
<img src="{inside}.png"><iframe src="{inside}"></iframe><iframe src="/frame"></iframe>
<object data="{inside}"></object><embed src="{inside}"><video src="{inside}"></video>
<script>
const tried = [];
const told = (name, promise) =>
  tried.push(promise.then(() => root.append(name + ' REACHED'), () => root.append(name + ' no')));
told('fetch', fetch('{inside}', {{mode: 'no-cors'}}));
told('redirect', fetch('/away'));
told('metadata', fetch('http://169.254.169.254/latest/', {{mode: 'no-cors'}}));
told('spelt', fetch('http://2130706434:{port}/', {{mode: 'no-cors'}}));
told('robots', fetch('/private').then(r => r.ok || Promise.reject()));
told('delete', fetch('/a', {{method: 'DELETE'}}));
told('file', fetch('file:///etc/passwd'));
told('rebound', fetch('http://rebind.example:{port}/', {{mode: 'no-cors'}}));
new WebSocket('ws://127.0.0.2:{port}/'); new EventSource('{inside}');
navigator.sendBeacon('{inside}', 'x');
new Worker(URL.createObjectURL(new Blob([
  `fetch("{inside}"); new WebSocket("ws://127.0.0.2:{port}")`])));
navigator.serviceWorker?.register('/sw.js');
window.open('{inside}'); alert(1); confirm(2);
const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.2:{port}'}}]}});
peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o));
const link = document.createElement('a'); link.href = '/download'; link.download = 'x';
document.body.append(link); link.click();
root.append(' cookie ' + document.cookie);
</script>""",
        ),
    )
    names = Rebinding("rebind.example", ["127.0.0.2"])
    fetcher = drawing(names, credentials=Credentials(cookies={"session": "s3cret"}))
    page = fetcher.fetch(address)
    assert page is not None
    shown = page.body.partition(b"<link")[0]
    assert b"REACHED" not in shown
    assert shown.count(b" no") == 8  # each of them was tried
    assert b"s3cret" not in page.body
    assert {"/private", "/a", "/frame", "/sw.js", "/download"}.isdisjoint(site.paths)


def test_a_page_that_leads_where_nobody_may_go_stays_what_it_is(
    site: Site, victim: Site, drawing: Draw
) -> None:
    inside = victim.url("/")
    site.at("/moved", Redirect(inside))
    address = site.at(
        "/",
        Page(
            f"""<!doctype html><meta http-equiv=refresh content='0;url={inside}'>
<p>leads on {"and on " * 40}</p><script>
const targets = ['{inside}', '/moved', 'file:///etc/passwd', 'chrome://crash'];
setInterval(() => {{
  if (!targets.length) return;
  location = targets.shift();
  document.body.append(` left ${{targets.length}}`);
}}, 200)
</script>"""
        ),
    )
    page = drawing(timeout=timedelta(seconds=4)).fetch(address)
    assert page is not None
    assert page.final_url == address
    assert site.paths == ["/robots.txt", "/", "/moved"]
    # Chromium has a page of its own for such cases, which is not the site's.
    assert b"leads on" in page.body and len(page.body) < 1_000
    assert page.body.count(b" left ") == 5  # all were tried; one of them is the script itself


def test_what_a_page_asks_and_draws_without_end_is_cut_off(site: Site, drawing: Draw) -> None:
    site.at("/endless", InfiniteBody())
    # For each request to the name a connection of its own, and so a look of its own.
    headers = {"Access-Control-Allow-Origin": "*", "Connection": "close"}
    site.at("/robots.txt", Page("", "text/plain", headers=headers))
    site.at("/name", Page("named", "text/plain", headers=headers))
    address = site.at(
        "/",
        Page(
            f"""<!doctype html><p id=told>drawn</p><div id=nodes></div>
<script src=/endless></script><script>
const tell = words => told.append(` ${{words}}`);
nodes.innerHTML = '<i>x</i>'.repeat(100000);
fetch('/endless').then(r => r.text()).then(() => tell('endless'), () => tell('cut'));
const named = () => fetch('http://rebind.example:{site.port}/name').then(
  r => r.text()).then(tell, () => tell('moved'));
named().then(named);
</script>"""
        ),
    )
    # robots.txt and the first request get an address that may be asked, the second does not.
    names = Rebinding("rebind.example", ["127.0.0.1"], ["127.0.0.1"], ["127.0.0.2"])
    bounds = {"max_bytes": 2_000_000}
    page = drawing(names, fetch=bounds, timeout=timedelta(seconds=5)).fetch(address)
    assert page is not None
    assert page.body.count(b"<i>") == 100_001  # with that in the script
    told = page.body.partition(b"</p>")[0].decode()
    assert " cut" in told and " endless" not in told
    assert -1 < told.find(" named") < told.find(" moved")
    assert site.paths.count("/name") == 1


def test_what_a_page_has_waiting_is_bounded(
    site: Site, drawing: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_MOST_WAITING", 2_000_000)  # 16 MB take seconds to hand over
    site.at("/late", Late(20))
    script = """
const body = new Uint8Array(100000);
for (let n = 0; n < 40; n++)
  fetch('/late', {method: 'POST', body}).then(() => 1, () => told.append(' refused'));
setTimeout(() => told.append(' at the end'), 3000);  // where all that waits is refused too
"""
    address = site.at("/", Page(f"<!doctype html><p id=told>drawn</p><script>{script}</script>"))
    page = drawing(timeout=timedelta(seconds=12)).fetch(address)
    assert page is not None
    told = page.body.partition(b" at the end")[0]
    assert told.partition(b"<script")[0].count(b" refused") == 40 - 19


def test_a_page_that_asks_without_end_ends_with_the_budget(site: Site, drawing: Draw) -> None:
    site.at("/n", Page("n", "text/plain"))
    script = "let n = 0; setInterval(() => fetch('/n?' + n++), 1)"
    address = site.at("/", Page(f"<!doctype html><p>text</p><script>{script}</script>"))
    begun = time.monotonic()
    with pytest.raises(BudgetError, match="all 12 requests"):
        drawing(fetch={"max_requests": 12}, timeout=timedelta(seconds=30)).fetch(address)
    assert len(site.paths) == 12
    assert time.monotonic() - begun < 20  # at once, and not when the page's time is over


def test_a_page_whose_process_dies_is_a_crash(site: Site, drawing: Draw) -> None:
    address = site.at("/", Page("<!doctype html><p>text</p><script>fetch('/shown')</script>"))
    ended = threading.Event()
    killer = threading.Thread(target=kill_renderers, args=(site, ended))
    killer.start()
    try:
        with pytest.raises(BrowserError, match="the browser crashed on it"):
            drawing(wait_for="article", timeout=timedelta(seconds=30)).fetch(address)
    finally:
        ended.set()
        killer.join()


def kill_renderers(site: Site, ended: threading.Event) -> None:
    while not ended.wait(0.2):
        for pid in below(os.getpid()) if "/shown" in site.paths else ():
            with suppress(OSError):
                if b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("for (let n = 0; n < 20; n++) { alert(1); window.open('/') } while (true);", "no time"),
        (
            "const eaten = []; setInterval(() => { for (let n = 0; n < 10; n++) "
            "eaten.push(new Uint8Array(20e6).fill(1)) }, 1)",
            "MB of memory|crashed",
        ),
    ],
    ids=["busy", "hungry"],
)
def test_what_a_page_takes_is_bounded(site: Site, drawing: Draw, script: str, told: str) -> None:
    address = site.at("/", Page(f"<!doctype html><p>text</p><script>{script}</script>"))
    begun = time.monotonic()
    with pytest.raises(BrowserError, match=told):
        drawing(timeout=timedelta(seconds=1), memory=500_000_000).fetch(address)
    assert time.monotonic() - begun < 40


def test_what_is_waited_for_must_come(site: Site, drawing: Draw) -> None:
    address = site.at("/", Page("<!doctype html><p>nothing</p><script>1</script>"))
    fetcher = drawing(kind=WhenNeeded, wait_for="article.x", timeout=timedelta(seconds=1))
    page = fetcher.fetch(address)
    assert page is not None
    with pytest.raises(BrowserError, match=r"'article\.x' \(wait_for\) was there after 1 s"):
        fetcher.draw(page)
