"""What feeds say of how often they are worth asking, and what they say that cannot be meant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.models import Page, Patience
from feeder.sources.feed import Feed
from feeder.sources.feeds.document import parse
from feeder.sources.feeds.patience import patience_of

HOUR = timedelta(hours=1)
SY = "http://purl.org/rss/1.0/modules/syndication/"


def told(head: str) -> Patience | None:
    item = "<item><title>One</title><guid>1</guid><description>A text.</description></item>"
    return patience_of(parse(f'<rss xmlns:sy="{SY}"><channel>{head}{item}</channel></rss>').root)


def period(word: str, frequency: str = "") -> str:
    times = f"<sy:updateFrequency>{frequency}</sy:updateFrequency>" if frequency else ""
    return f"<sy:updatePeriod>{word}</sy:updatePeriod>{times}"


@pytest.mark.parametrize(
    ("head", "least"),
    [
        ("<ttl>90</ttl>", 1.5 * HOUR),
        ("<ttl> 90\n</ttl>", 1.5 * HOUR),
        (period("hourly"), HOUR),
        (period("\n\thourly\t", "\n\t1\t"), HOUR),
        (period("daily", "4"), 6 * HOUR),
        ("<sy:updateFrequency>3</sy:updateFrequency>", 8 * HOUR),
        ("<ttl>30</ttl>" + period("Hourly", "1"), HOUR),
        (period("yearly"), 24 * HOUR),
        ("<ttl>99999999</ttl>", 24 * HOUR),
    ],
)
def test_the_time_between_two_changes(head: str, least: timedelta) -> None:
    assert told(head) == Patience(least)


def test_hours_and_days_without_a_change() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in (22, 23, 24, 1))
    head = (
        f"<skipHours>{hours}</skipHours><skipDays><day>Saturday</day><day>sunday</day></skipDays>"
    )
    assert told(head) == Patience(None, frozenset({22, 23, 0, 1}), frozenset({5, 6}))


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<ttl/>",
        "<ttl>0</ttl>",
        "<ttl>-60</ttl>",
        "<ttl>an hour</ttl>",
        "<ttl>" + "9" * 5_000 + "</ttl>",
        "<ttl>٦٠</ttl>",
        period("now and then"),
        period("hourly", "100000"),
        "<skipHours><hour>25</hour><hour>noon</hour></skipHours>",
        "<skipHours>" + "".join(f"<hour>{n}</hour>" for n in range(24)) + "</skipHours>",
        "<skipDays>" + "".join(
            f"<day>{day}day</day>" for day in "Mon Tues Wednes Thurs Fri Satur Sun".split()
        ) + "</skipDays>",
    ],
)  # fmt: skip
def test_what_says_nothing_or_never(head: str) -> None:
    assert told(head) is None


@given(st.text(max_size=12), st.text(max_size=12), st.lists(st.text(max_size=4), max_size=30))
def test_whatever_stands_there_is_a_day_at_most(ttl: str, word: str, hours: list[str]) -> None:
    def escaped(text: str) -> str:
        return "".join(f"&#{ord(c)};" for c in text if c.isprintable())

    skipped = "".join(f"<hour>{escaped(hour)}</hour>" for hour in hours)
    head = f"<ttl>{escaped(ttl)}</ttl>{period(escaped(word))}<skipHours>{skipped}</skipHours>"
    found = told(head) or Patience()
    assert found.least is None or timedelta(0) < found.least <= 24 * HOUR
    assert len(found.hours) < 24


def test_a_source_reports_what_its_feed_says() -> None:
    feed = (
        "<rss><channel><ttl>60</ttl><item><title>One</title><link>https://x.example/1</link>"
        "<description>A text.</description></item></channel></rss>"
    )
    page = Page("https://x.example/f", "https://x.example/f", feed.encode(), "text/xml")
    assert Feed(url="https://x.example/f").discover(page).patience == Patience(HOUR)
