"""What headers say: when to come back, how long an answer is fresh, what it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feeder.fetch.freshness import fresh_until
from feeder.fetch.media import charset_of, media_type_of
from feeder.fetch.retry import http_date, retry_after
from tests.fetch.clocks import NOON

ODD = "Fri, 31 Dec 9999 23:59:59 -2300"
"""A date that is one only where it is local."""


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 3600 ", 3600),
        ("0", 60),
        ("1", 60),
        ("9" * 5_000, 86_400),
        ("Fri, 27 Nov 2026 12:10:00 GMT", 600),
        ("Friday, 27-Nov-26 12:10:00 GMT", 600),
        ("Fri Nov 27 12:10:00 2026", 600),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 60),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
    ],
)
def test_retry_after_is_seconds_or_a_date_between_a_minute_and_a_day(
    value: str, seconds: int
) -> None:
    assert retry_after(value, NOON) == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    [None, "", "soon", "-1", "1.5", "1e9", "12 hours", "٣٠", "0x10", "120, 60", "x" * 10**6, ODD],
)
def test_a_retry_after_that_is_neither_tells_nothing(value: str | None) -> None:
    assert retry_after(value, NOON) is None


@pytest.mark.parametrize("value", [ODD, "1 Jan 0000", "", "0", "-"])
def test_dates_that_are_none_are_none(value: str) -> None:
    assert http_date(value) is None


EXPIRES = {"expires": "Fri, 27 Nov 2026 12:30:00 GMT", "date": "Fri, 27 Nov 2026 12:20:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": 'MAX-AGE = "600"'}, 600),
        ({"cache-control": "max-age=600", "age": "200"}, 400),
        ({"cache-control": "max-age=99999999"}, 86_400),
        ({"cache-control": "max-age=60"} | EXPIRES, 60),
        (EXPIRES, 600),
        ({"expires": EXPIRES["expires"]}, 1_800),
    ],
)
def test_an_answer_is_fresh_as_long_as_it_says_and_a_day_at_most(
    headers: dict[str, str], seconds: int
) -> None:
    assert fresh_until(headers, NOON) == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cache-control": "max-age=0"},
        {"cache-control": "no-cache, max-age=600"},
        {"cache-control": "max-age=600, no-store"},
        {"cache-control": 'no-cache="set-cookie", max-age=600'},
        {"cache-control": "s-maxage=600"},
        {"cache-control": "max-age=600", "age": "600"},
        {"cache-control": "max-age=soon"},
        {"expires": "0"},
        {"expires": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ],
)
def test_an_answer_that_is_not_fresh_or_tells_nothing(headers: dict[str, str]) -> None:
    assert fresh_until(headers, NOON) is None


@pytest.mark.parametrize(
    ("told", "media_type", "charset"),
    [
        ("text/html", "text/html", None),
        ("Text/HTML; Charset=UTF-8", "text/html", "UTF-8"),
        ('text/html; charset="windows-1251"', "text/html", "windows-1251"),
        ("text/html;charset='gb2312'", "text/html", "gb2312"),
        ("text/html; charset = koi8-r; boundary=x", "text/html", "koi8-r"),
        ("application/rss+xml, text/xml; charset=latin1", "application/rss+xml", "latin1"),
        ("text/html; x-charset=no; charset=yes", "text/html", "yes"),
        ("html", None, None),
        ("", None, None),
        ("; charset=utf-8", None, "utf-8"),
        ("text/html; charset=", "text/html", None),
        ("text/html; " + "x" * 10**6 + "charset=utf-8", "text/html", None),
    ],
)
def test_content_types_are_read_as_they_are_written(
    told: str, media_type: str | None, charset: str | None
) -> None:
    assert (media_type_of(told), charset_of(told)) == (media_type, charset)
