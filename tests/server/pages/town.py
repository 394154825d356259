"""A town with sources in every condition, put on record as refreshes would have put them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from feeder.app import App, load, open_app
from feeder.changes.identity import Reading
from feeder.models import (
    Article,
    Change,
    Condition,
    Dropped,
    Entry,
    Evidence,
    Fault,
    Health,
    Key,
    Outcome,
    Page,
    Resource,
    Transition,
    Validators,
)
from feeder.refresh.held import to_bytes
from feeder.refresh.job import LEASE
from feeder.rounds.publishing import begun_feeds, publish_feeds
from feeder.store.outbox import Message
from feeder.store.pages import Budget, kept_page
from feeder.store.quarantine import Guarded, Quarantined, Reason
from feeder.text import shorten

HOUR = timedelta(hours=1)


class Source(NamedTuple):
    name: str
    title: str
    condition: Condition | None
    because: str = "new entries every 3 h or so"
    failure: Fault | None = None
    reason: str = ""
    runs: int = 24
    pace: float = 0.6


SOURCES = (
    Source("harbour-news", "Harbour News", "ok", "new entries every 40 min or so", pace=2.2),
    Source("town-council", "Town Council, minutes and notices", "ok", "every 2 hours, as you say"),
    Source("observatory", "Observatory Circulars", "ok"),
    Source("night-train", "Night Train Gazette", "ok", "quiet until 06:00"),
    Source("museum", "Museum of Glass", "unchanged", "nothing new for 30 looks", pace=0),
    Source(
        "weekly-ledger",
        "The Weekly Ledger",
        "degraded",
        reason="9 of 30 articles could not be read",
    ),
    Source(
        "subscribers-only",
        "Subscribers Only",
        "blocked",
        "after 4 failures in a row",
        Fault(
            "wall",
            "https://subscribers.example/: a log-in stands where the page should",
            "https://subscribers.example/",
            "give it the cookie of somebody who may read it, in [cookies] of the source",
        ),
        "it asks for a log-in",
    ),
    Source(
        "old-mill",
        "Old Mill Society",
        "broken",
        "after 6 failures in a row",
        Fault(
            "dns",
            "oldmill.example: no such host",
            "https://oldmill.example/",
            "look whether its address is right",
        ),
        "it could not be read 6 times in a row: no such host",
    ),
    Source(
        "bakery-blog",
        "Bakery Blog",
        "gone",
        "",
        Fault("gone", "https://bakery.example/feed: 410 Gone", "", "take it out, if that is so"),
        "its server says that it is gone and will not come back",
    ),
    Source(
        "tram-desk",
        "Tram Desk",
        None,
        "after a failure",
        Fault("timeout", "https://tram.example/: no answer within 20 s", "", "it is tried again"),
    ),
    Source("lighthouse", "Lighthouse Keepers' Log", "ok"),
    Source("chess-club", "Chess Club", None, runs=0),
)
"""`lighthouse` is paused, and `chess-club` was never refreshed yet."""


@contextmanager
def town(
    folder: Path,
    now: datetime,
    settings: str = "",
    *,
    hours: int = 8,
    published: bool = False,
    only: Sequence[str] = (),
) -> Iterator[App]:
    """A project with all of that on record, and as many hours of refreshes."""
    (folder / "config/sources").mkdir(parents=True)
    text = f'public_url = "http://localhost:8080/"\n{settings}'
    (folder / "config/feeder.toml").write_text(text)
    sources = [source for source in SOURCES if not only or source.name in only]
    for source in sources:
        path = folder / f"config/sources/{source.name}.toml"
        path.write_text(
            f'kind = "listing"\nurl = "https://{source.name}.example/"\ntitle = "{source.title}"\n'
        )
    with open_app(load(folder / "config")) as app:
        for source in sources:
            _fill(app, source, now, min(hours, source.runs))
        app.store.pause(["lighthouse"], now - HOUR)
        _hold(app, now)
        if published:
            publish_feeds(app, begun_feeds(app))
        _tell(app, now)
        yield app


def _fill(app: App, source: Source, now: datetime, hours: int) -> None:
    chance = random.Random(source.name)
    for number in range(hours):
        began = now - HOUR * (hours - number) + timedelta(minutes=chance.randrange(30))
        is_last = number == hours - 1
        failing = source.failure if hours - number <= 6 else None
        few = 2 if source.condition == "ok" else 1
        new = 0 if failing else min(9, int(chance.expovariate(1 / (source.pace or 0.001)) * few))
        _refresh(app, source, number, began, new, failing, chance, is_last=is_last)


def _refresh(
    app: App,
    source: Source,
    number: int,
    began: datetime,
    new: int,
    failure: Fault | None,
    chance: random.Random,
    *,
    is_last: bool,
) -> None:
    store = app.store
    [lease] = store.claim(began, LEASE, names=[source.name], force=True)
    seconds = 12.0 if failure else 0.4 + chance.random() * (1.5 + source.pace)
    ended = began + timedelta(seconds=seconds)
    changes = [story(app, source.name, number * 10 + one, began) for one in range(new)]
    outcome = Outcome(
        source.name,
        began,
        ended,
        found=0 if failure else 30,
        new=new,
        changed=chance.randrange(2) if new else 0,
        dropped=new * 2,
        failure=failure,
        faults=_faults(source) if is_last else (),
        hints=("it has a feed of its own: https://observatory.example/feed",)
        if source.name == "observatory"
        else (),
    )
    health, transition = _health(source, began) if is_last else (None, None)
    store.record(
        lease,
        changes,
        [Resource(c.address, Validators(), entry_id=c.entry.id) for c in changes],
        outcome,
        None if source.condition == "gone" else began + HOUR * 2,
        ended,
        failed=failure is not None,
        health=health,
        transition=transition,
        because=source.because,
    )
    _keep(app, source.name, changes, ended)


def _faults(source: Source) -> tuple[Fault, ...]:
    if source.condition != "degraded":
        return ()
    return tuple(
        Fault(
            "no-article",
            "there is no article in it",
            f"https://ledger.example/issue/{n}?page=1",
            "say in [article] what holds it",
        )
        for n in range(3)
    )


def _health(source: Source, at: datetime) -> tuple[Health | None, Transition | None]:
    if source.condition is None:
        return None, None
    health = Health(source.condition, at - HOUR * 5, 0, at)
    if source.condition == "ok":
        return health, None
    reason = source.reason or "nothing new for 9 days; it usually has something every 12 h"
    advice = source.failure.advice if source.failure else ""
    return health, Transition(source.name, at - HOUR * 5, "ok", source.condition, reason, advice)


TITLES = (
    "Ferry to run hourly from May",
    "Council keeps the old bridge open for walkers",
    "What the tide gauge says about this spring",
    "New reading room, same librarian",
    "Why the clock tower struck thirteen",
    "Night market moves to the quay",
)


def story(app: App, source: str, number: int, when: datetime, **told: object) -> Change:
    """A new entry, as a refresh would have made it."""
    title = TITLES[number % len(TITLES)]
    url = f"https://{source}.example/stories/{number}"
    text = f"{title}. The harbour office said on Friday that the plan had been agreed."
    entry = Entry(
        f"{app.prefix}:{source}/{number}",
        source,
        title,
        f"<p>{text}</p><p>More of it <a href='{url}'>there</a>.</p>",
        text,
        when,
        when,
        when,
        url=url,
        authors=("R. Ames",),
        language="en",
    )
    entry = replace(entry, **told)  # type: ignore[arg-type]  # any field, named by the test
    return Change(
        "new",
        entry,
        (Key("url", url),),
        f"{source} {number}",
        f"{entry.id}-fallback",
        url,
        (
            Dropped("boilerplate", "share bar", "Share this Tweet Mail Print"),
            Dropped("phrases", "newsletter box", "Sign up for our morning letter"),
        ),
        (
            Evidence("title", "h1", title),
            Evidence("published", "time[datetime]", when.isoformat()),
            Evidence("content", "densest block", "article > div.story"),
        ),
    )


PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>
<style>body {{ font-family: serif; margin: 2em }} nav {{ background: #ddd; padding: 1em }}</style>
<script src="https://ads.example/ad.js"></script></head><body><nav>Home · Town · Sport</nav>
<h1>{title}</h1><p class="share">Share this Tweet Mail Print</p><img src="https://cdn.example/a.jpg">
<div class="story"><p>{text}</p></div><form action="/subscribe"><input name="mail">
<button>Sign up for our morning letter</button></form></body></html>"""


def _keep(app: App, source: str, changes: Sequence[Change], now: datetime) -> None:
    kept = []
    for change in changes[:1]:
        body = PAGE.format(title=change.entry.title, text=change.entry.text).encode()
        fetched = Page(change.address, change.address, body, "text/html", "utf-8")
        kept.append(kept_page(change.address, fetched, app.store.files.put(body), now))
    if kept:
        app.store.keep_pages(source, kept, Budget(3_000_000, timedelta(days=30)), now)


def _hold(app: App, now: datetime) -> None:
    articles = [
        Article(
            f"Win a prize {n}", "<p>Win.</p>", shorten("Win a prize today. " * 9, 120), url=None
        )
        for n in range(4)
    ]
    body = to_bytes(
        Reading(f"https://harbour-news.example/ad/{n}", article, (Key("url", f"ad/{n}"),))
        for n, article in enumerate(articles)
    )
    kept = app.store.files.put(body)
    batch = Quarantined(
        0,
        "harbour-news",
        now - HOUR * 2,
        now - HOUR,
        3,
        "held",
        (
            Reason("same-words", 'all of them begin with "Win a prize"'),
            Reason("many", "4 new at once; it usually has 1 or 2"),
        ),
        4,
        frozenset({"a"}),
        kept.sha256,
        kept.size,
    )
    [lease] = app.store.claim(now, LEASE, names=["harbour-news"], force=True)
    app.store.record_part(lease, (), (), now + LEASE, Guarded(batches=(batch,)))
    app.store.abandon(lease, now)
    # What `abandon` leaves is due at once; a refresh would have said when.
    app.store.ask([], now)


def _tell(app: App, now: datetime) -> None:
    from feeder.store import outbox

    message = Message("websub", "https://hub.example/", "harbour-news", "{}")
    with app.store._database.writing() as connection:
        outbox.put(connection, [message], now - HOUR)
    mail = app.store.claim_mail(now, LEASE)
    assert mail is not None
    app.store.mail_failed(mail, "hub.example: no answer within 5 s", now)
