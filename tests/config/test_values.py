"""Durations, sizes, rhythms and the other values, as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from feeder.config.every import parse_cron, parse_every
from feeder.config.options import Language, Name, Network, WebUrl, Zone, resolve_path
from feeder.config.quantities import parse_duration, parse_size


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", timedelta(minutes=30)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("1h 30m", timedelta(hours=1, minutes=30)),
        (" 2d ", timedelta(days=2)),
        ("1w1d1h1m1s", timedelta(days=8, hours=1, minutes=1, seconds=1)),
        (0, timedelta(0)),
    ],
)
def test_durations(written: object, meant: timedelta) -> None:
    assert parse_duration(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "30",
        30,
        1.5,
        True,
        False,
        "m",
        "-5m",
        "30m1h",
        "5 minutes",
        "٣m",
        "9" * 99 + "s",
        None,
    ],
)
def test_what_is_no_duration(written: object) -> None:
    with pytest.raises(ValueError, match="expected a duration such as"):
        parse_duration(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("5 MB", 5_000_000),
        ("300 kB", 300_000),
        ("300kb", 300_000),
        ("1 MiB", 1_048_576),
        ("1.5 MB", 1_500_000),
        ("12 B", 12),
        (4096, 4096),
    ],
)
def test_sizes(written: object, meant: int) -> None:
    assert parse_size(written) == meant


@pytest.mark.parametrize("written", ["", "5", "MB", "-1 MB", "5 Mb/s", "1e6 B", -1, True, 1.5, []])
def test_what_is_no_size(written: object) -> None:
    with pytest.raises(ValueError, match="expected a size such as"):
        parse_size(written)


@pytest.mark.parametrize("written", ["auto", "manual"])
def test_rhythms_with_a_name(written: str) -> None:
    assert parse_every(written) == written


@pytest.mark.parametrize(
    "written", ["0s", "32d", "5w", 0, 30, "often", "", "* * * *", "AUTO", None]
)
def test_what_is_no_rhythm(written: object) -> None:
    with pytest.raises(ValueError, match=r"between one second and 31 days|expected"):
        parse_every(written)


def test_the_bounds_of_an_interval_are_allowed() -> None:
    assert parse_every("1s") == timedelta(seconds=1)
    assert parse_every("31d") == timedelta(days=31)


def test_a_cron_expression_is_read_as_crontab_does() -> None:
    cron = parse_cron("*/20 8-10,22  * * mon-fri")
    assert cron.expression == "*/20 8-10,22 * * mon-fri"
    friday = datetime(2026, 3, 6, 22, 40, tzinfo=UTC)
    assert cron.next_after(friday, ZoneInfo("UTC")) == datetime(2026, 3, 9, 8, tzinfo=UTC)


def test_sunday_is_0_and_7() -> None:
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    days = {
        parse_cron(f"0 0 * * {d}").next_after(monday, ZoneInfo("UTC")) for d in ("0", "7", "sun")
    }
    assert days == {datetime(2026, 3, 8, tzinfo=UTC)}


def test_a_change_of_clocks_neither_loses_nor_doubles_a_time() -> None:
    berlin, half_past_two = ZoneInfo("Europe/Berlin"), parse_cron("30 2 * * *")
    spring = half_past_two.next_after(datetime(2026, 3, 28, 12, tzinfo=UTC), berlin)
    assert spring == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 02:30 does not exist: 03:00
    autumn = half_past_two.next_after(datetime(2026, 10, 24, 12, tzinfo=UTC), berlin)
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of the two
    assert half_past_two.next_after(autumn, berlin) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_in_an_hour_that_comes_twice_what_was_due_is_past_the_second_time() -> None:
    berlin, moment = ZoneInfo("Europe/Berlin"), datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert moment.astimezone(berlin).fold == 1
    after = parse_cron("30 2 * * *").next_after(moment, berlin)
    assert after == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_what_is_due_each_hour_is_so_in_each_that_there_is() -> None:
    berlin, hourly = ZoneInfo("Europe/Berlin"), parse_cron("0 * * * *")
    for day, hours in ((datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
                       (datetime(2026, 10, 24, 22, tzinfo=UTC), 25)):  # fmt: skip
        times = [day]
        while times[-1] < day + timedelta(hours=hours):
            times.append(hourly.next_after(times[-1], berlin))
        assert times == [day + timedelta(hours=n) for n in range(hours + 1)]


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.sampled_from(["30 2 * * *", "*/5 1-3 * * *", "0 */2 * * sun", "59 1 28-31 3,10 *"]),
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC"]),
)
def test_a_cron_expression_is_never_due_in_the_past(
    moment: datetime, expression: str, key: str
) -> None:
    now = moment.replace(tzinfo=UTC)
    assert parse_cron(expression).next_after(now, ZoneInfo(key)) > now


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("60 * * * *", "bad minute"),
        ("* 24 * * *", "bad hour"),
        ("* * 0 * *", "bad day-of-month"),
        ("* * * 13 *", "bad month"),
        ("* * * * 8", "bad day-of-week"),
        ("* * * * mond", "bad day-of-week"),
        ("5-1 * * * *", "bad minute"),
        ("*/0 * * * *", "bad minute"),
        ("1,,2 * * * *", "bad minute"),
        ("* * * * ٣", "bad day-of-week"),
        ("0 0 30 2 *", "bad day-of-month"),
    ],
)
def test_what_cron_would_refuse(written: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_every(written)


@given(st.text(max_size=20))
def test_any_text_is_a_value_or_a_complaint(text: str) -> None:
    for parse in (parse_every, parse_size, parse_duration):
        try:
            parse(text)
        except ValueError as error:
            assert str(error)


@pytest.mark.parametrize(
    "tag", ["en", "pt-BR", "zh-Hant", "sr-Latn-RS", "es-419", "de-1996", "en-x-us"]
)
def test_languages(tag: str) -> None:
    assert TypeAdapter(Language).validate_python(tag) == tag


@pytest.mark.parametrize("tag", ["", "e", "english", "en_US", "en-", "en-US-US", "日本", "en\n"])
def test_what_is_no_language(tag: str) -> None:
    with pytest.raises(ValidationError, match="BCP 47"):
        TypeAdapter(Language).validate_python(tag)


@pytest.mark.parametrize("name", ["a", "0", "a-b", "x" * 64])
def test_names(name: str) -> None:
    assert TypeAdapter(Name).validate_python(name) == name


@pytest.mark.parametrize("name", ["", "A", "a b", "a/b", "..", "ä", "x" * 65, "a\n", "a.b"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(ValidationError, match="a name is"):
        TypeAdapter(Name).validate_python(name)


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "example.org", "//example.org/", "http://", "http://a b/", "http://x:y/",
     "http://[::1", "javascript:alert(1)", "https://example.org/\n", "http://\u202e/", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_web_address(url: str) -> None:
    with pytest.raises(ValidationError, match="expected a web address"):
        TypeAdapter(WebUrl).validate_python(url)


@pytest.mark.parametrize("zone", ["Mars/Base", "America", "../etc/passwd", "", 5, "/etc/localtime"])
def test_what_is_no_time_zone(zone: object) -> None:
    with pytest.raises(ValidationError, match="no such time zone"):
        TypeAdapter(Zone).validate_python(zone)


def test_time_zones_and_networks_are_read() -> None:
    assert TypeAdapter(Zone).validate_python("Europe/Kyiv") == ZoneInfo("Europe/Kyiv")
    assert TypeAdapter(Network).validate_python("fd00::/8") == ip_network("fd00::/8")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("a/b", "/base/a/b"), ("/a", "/a"), ("a/../b", "/base/a/../b"), ("/a/../b", "/a/../b")],
)
def test_paths_start_at_the_base(written: str, meant: str) -> None:
    assert resolve_path(Path(written), Path("/base")) == Path(meant)


@pytest.mark.parametrize("written", ["..", "../a", "a/../../b", "./../a"])
def test_a_relative_path_stays_in_the_base(written: str) -> None:
    with pytest.raises(ValueError, match="a path outside"):
        resolve_path(Path(written), Path("/base"))
