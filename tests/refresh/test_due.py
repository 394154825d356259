"""When a source is looked at again, and why: over real HTTP, through the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest

from feeder.changes.rhythm import SHORTEST
from feeder.models import Resource, SourceState, Validators
from feeder.refresh.due import CONFIRMING, again_at
from feeder.store.quarantine import Guarded, Quarantined, Reason, Status
from tests.refresh.room import Room, refreshed
from tests.site.blog import Blog
from tests.site.pages import Conditional
from tests.site.prose import Prose
from tests.site.server import Site
from tests.site.statuses import TooManyRequests
from tests.site.wire import Headers

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = 'kind = "feed"\nurl = "{base}"\n'


@dataclass
class Newspaper:
    """A feed with an entry for each moment that it is told of."""

    site: Site
    head: str = ""
    headers: Headers = ()
    dates: list[datetime] = field(default_factory=list)

    def publish(self, *dates: datetime) -> str:
        """The feed's address, with entries of these dates besides the earlier ones."""
        self.dates += dates
        items = "".join(
            f"<item><guid>{n}</guid><title>{Prose(n).headline()}</title>"
            f"<pubDate>{format_datetime(date)}</pubDate>"
            f"<description>&lt;p&gt;{' '.join(Prose(n).story())}&lt;/p&gt;</description></item>"
            for n, date in enumerate(self.dates)
        )
        head = f"<title>News</title><link>https://news.example/</link>{self.head}"
        feed = f'<rss version="2.0"><channel>{head}{items}</channel></rss>'
        return self.site.at(
            "/feed",
            Conditional(feed, f'"{len(self.dates)}"', None, "application/rss+xml", self.headers),
        )


@pytest.fixture
def past(room: Room) -> Room:
    """The newsroom a month ago, so that no moment of a test is ahead of the machine's clock."""
    room.clock -= timedelta(days=30)
    return room


def state(room: Room) -> SourceState:
    with room.open() as app:
        return app.store.states()[0]


def wait(room: Room) -> tuple[float, str | None]:
    """Hours until the source is looked at again, and why."""
    found = state(room)
    assert found.next_check_at is not None
    return (found.next_check_at - room.clock) / HOUR, found.because


def about(hours: float, found: float) -> bool:
    """Whether it is that, but for the jitter."""
    return 0.94 * hours <= found <= 1.06 * hours


def test_a_source_follows_its_rhythm_and_says_so(room: Room, site: Site) -> None:
    paper = Newspaper(site)
    room.source(SOURCE.format(base=paper.publish(*(room.clock - n * 4 * HOUR for n in range(9)))))
    room.refresh()
    hours, because = wait(room)
    assert about(2, hours)
    assert because == "new entries every 4 hours or so"


def test_it_is_looked_at_more_rarely_while_nothing_comes_and_at_once_as_before_when_it_does(
    past: Room, site: Site
) -> None:
    paper = Newspaper(site)
    past.source(SOURCE.format(base=paper.publish(*(past.clock - n * HOUR for n in range(9)))))
    past.refresh()
    assert about(0.5, wait(past)[0])
    waits = [(past.refresh(later=6 * HOUR), wait(past)[0])[1] for _ in range(4)]
    assert waits == sorted(waits)
    assert about(24 / 8, waits[-1])
    assert (wait(past)[1], state(past).unchanged) == ("nothing new for 1 day", 4)
    paper.publish(past.clock + HOUR)
    assert past.refresh(later=2 * HOUR).new == 1
    assert wait(past)[0] < 1
    assert state(past).unchanged == 0


def test_what_a_feed_asks_for_holds_while_it_is_as_it_was(past: Room, site: Site) -> None:
    paper = Newspaper(site, head="<ttl>180</ttl>")
    past.source(SOURCE.format(base=paper.publish(*(past.clock - n * HOUR for n in range(9)))))
    past.refresh()
    assert wait(past) == (3, "its feed says that nothing is new until then")
    past.refresh(later=3 * HOUR)  # answered by 304, without a word of it
    assert wait(past)[0] == 3
    paper.head = ""
    paper.publish(past.clock)
    past.refresh(later=3 * HOUR)
    assert wait(past)[0] < 1


def test_what_a_server_asks_for_is_heeded_and_again_while_all_is_as_it_was(
    room: Room, site: Site
) -> None:
    paper = Newspaper(site, headers={"Cache-Control": "max-age=7200"})
    room.source(SOURCE.format(base=paper.publish(*(room.clock - n * HOUR for n in range(9)))))
    with room.open() as app:
        for now in (room.clock, room.clock + 3 * HOUR):  # the second answer is a 304
            (lease,) = app.store.claim(now, HOUR, names=["news"], force=True)
            refreshed(app, lease, now)
            found = app.store.states()[0]
            assert found.next_check_at is not None
            assert about(2, (found.next_check_at - now) / HOUR)
            assert found.because == "its server says that nothing is new until then"
    assert len(site.requests) == 3  # with robots.txt


def test_a_failure_makes_it_wait_longer_each_time_and_says_how_many_there_were(
    room: Room, site: Site
) -> None:
    room.source(SOURCE.format(base=site.at("/feed", TooManyRequests(code=500))))
    waits = [(room.refresh(), wait(room)[0])[1] for _ in range(3)]
    assert [0.9 * 2**n <= hours <= 1.1 * 2**n for n, hours in enumerate(waits, 1)] == [True] * 3
    assert state(room).because == "after 3 failures in a row"
    site.at("/feed", TooManyRequests("86400"))
    room.refresh()
    hours, because = wait(room)
    assert hours > 23
    assert because == "its server asks for peace until then"


def test_an_article_that_could_not_be_had_is_tried_again_before_the_next_is_expected(
    room: Room, site: Site
) -> None:
    site.at("/a/1", TooManyRequests(code=500))
    feed = (
        '<rss version="2.0"><channel><title>News</title><item><guid>1</guid><title>One</title>'
        f"<link>{site.url('/a/1')}</link><pubDate>{format_datetime(room.clock - 40 * HOUR)}"
        "</pubDate></item></channel></rss>"
    )
    room.source(SOURCE.format(base=site.at("/feed", Conditional(feed, media_type="text/xml"))))
    room.refresh()
    hours, because = wait(room)
    assert about(0.25, hours)
    assert because == "there is more of it to be read"


def test_a_manual_source_says_that_it_waits_for_a_person(room: Room, site: Site) -> None:
    room.source(SOURCE.format(base=Newspaper(site).publish(room.clock)) + 'every = "manual"\n')
    room.refresh()
    assert state(room).next_check_at is None
    assert state(room).because == "only when you ask for it"


def test_quiet_hours_are_kept_in_the_sources_zone(past: Room, site: Site) -> None:
    text = 'every = "1h"\nquiet = "22:00-06:00"\ntimezone = "Europe/Berlin"\n'
    past.source(SOURCE.format(base=Newspaper(site).publish(past.clock)) + text)
    berlin = ZoneInfo("Europe/Berlin")
    evening = past.clock.astimezone(berlin).replace(hour=21, minute=30)
    past.clock = evening.astimezone(UTC)
    past.refresh()
    found = state(past)
    six = evening.replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert found.next_check_at is not None
    assert six <= found.next_check_at <= six + 5 * MINUTE
    assert found.because == "quiet until 06:00, as you say"


def test_missed_runs_are_made_up_for_by_one(past: Room, site: Site) -> None:
    """A machine that slept for a week looks at a source once, not a hundred times."""
    past.source(SOURCE.format(base=Newspaper(site).publish(past.clock)) + 'every = "1h"\n')
    past.refresh()
    past.clock += timedelta(days=7)
    with past.open() as app:
        looks = 0
        while leases := app.store.claim(past.clock, HOUR, due_only=True, in_turn=True):
            refreshed(app, leases[0], past.clock)
            looks += 1
    assert looks == 1
    assert about(1, wait(past)[0])


def test_a_clock_that_is_put_back_or_was_far_ahead_silences_nothing(room: Room, site: Site) -> None:
    room.source(SOURCE.format(base=Newspaper(site).publish(room.clock)))
    right = room.clock
    room.refresh(later=timedelta(days=4_000))
    room.clock = right
    with room.open() as app:
        assert app.store.claim(right + MINUTE, HOUR, due_only=True)


def test_a_source_for_leap_years_waits_for_one(room: Room, site: Site) -> None:
    text = 'every = "0 6 29 2 *"\n'
    room.source(SOURCE.format(base=Newspaper(site).publish(room.clock)) + text)
    room.refresh()
    with room.open() as app:
        assert app.store.claim(datetime.now(UTC), HOUR, due_only=True) == []
    assert state(room).because == 'by "0 6 29 2 *", as you say'


def test_articles_whose_turn_comes_later_are_not_left_until_there_are_new_ones(
    room: Room, site: Site
) -> None:
    blog = Blog(articles=7)
    room.source(f'kind = "listing"\nurl = "{site.at("/", blog)}"\n[fetch]\nmax_articles = 3\n')
    room.refresh()
    hours, because = wait(room)
    assert about(SHORTEST / HOUR, hours)
    assert because == "there is more of it to be read"


def batch(*, is_intrinsic: bool, status: Status = "held") -> Quarantined:
    reason = Reason("wall", "it is a wall", "", is_intrinsic)
    return Quarantined(1, "news", NOON, NOON, 1, status, (reason,), 1, frozenset(), "", 0)


def test_what_brings_a_source_back_sooner_is_what_failed_or_is_to_be_confirmed() -> None:
    later = NOON + HOUR
    read = Resource("/a", Validators(), look_at=NOON + MINUTE)
    failed = Resource("/b", Validators(), look_at=later, looks=1)
    given_up = Resource("/c", Validators(), looks=11)
    assert again_at([read, given_up], None, NOON) is None
    assert again_at([read, failed], None, NOON) == later
    held, decided = batch(is_intrinsic=False), batch(is_intrinsic=False, status="dropped")
    yours = batch(is_intrinsic=True)
    assert again_at([failed], Guarded(batches=(yours, held)), NOON) == NOON + CONFIRMING
    assert again_at([], Guarded(batches=(yours, decided)), NOON) is None
