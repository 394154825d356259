"""Dates as people and programs write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.dates import LONGEST, find_date, read_date


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("13 September 2023", "af"),
        ("الأربعاء، 13 سبتمبر 2023", "ar"),
        ("13\u200f/09\u200f/2023", "ar"),
        ("13 верасня 2023\u202fг.", "be"),
        ("13.09.2023 г.", "bg"),
        ("বুধবার, ১৩ সেপ্টেম্বর, ২০২৩", "bn"),
        ("13 de setembre del 2023", "ca"),
        ("2023 ئەیلوول 13", "ckb"),
        ("13. září 2023", "cs"),
        ("Dydd Mercher, 13 Medi 2023", "cy"),
        ("onsdag den 13. september 2023", "da"),
        ("Mittwoch, 13. September 2023", "de"),
        ("13 Σεπτεμβρίου 2023", "el"),
        ("Sep 13, 2023", "en"),
        ("September 13th, 2023", "en"),
        ("9/13/2023", "en"),
        ("2023-Septembro-13", "eo"),
        ("13 de septiembre de 2023", "es"),
        ("2023(e)ko irailaren 13(a)", "eu"),
        ("۱۳ سپتامبر ۲۰۲۳", "fa"),
        ("13. syyskuuta 2023", "fi"),
        ("13 sept. 2023", "fr"),
        ("13 Meán Fómhair 2023", "ga"),
        ("13 בספטמבר 2023", "he"),
        ("१३ सितंबर २०२३", "hi"),
        ("13. rujna 2023.", "hr"),
        ("2023. szeptember 13.", "hu"),
        ("13 սեպտեմբերի, 2023 թ.", "hy"),
        ("2023年9月13日", "ja"),
        ("2023/09/13", "ja"),
        ("13 სექტემბერი, 2023", "ka"),
        ("2023\u202fж. 13 қыркүйек", "kk"),
        ("2023년 9월 13일", "ko"),
        ("2023. 9. 13.", "ko"),
        ("2023 m. rugsėjo 13 d.", "lt"),
        ("2023. gada 13. septembris", "lv"),
        ("2023\u202fоны 9-р сарын 13", "mn"),
        ("13 września 2023", "pl"),
        ("13 de set. de 2023", "pt"),
        ("13 сент. 2023\u202fг.", "ru"),
        ("13. 9. 2023", "sk"),
        ("13 ก.ย. 2566", "th"),
        ("13 Eylül 2023 Çarşamba", "tr"),
        ("13 вер. 2023 р.", "uk"),
        ("13-sentabr, 2023", "uz"),
        ("13 tháng 9, 2023", "vi"),
        ("9月 13, 2023", "zh"),
        ("۲۲ شهریور ۱۴۰۲", "fa"),
        ("2023 оны 9 сарын 13", "mn"),
    ],
)
def test_a_day_in_many_languages(text: str, language: str) -> None:
    found = find_date(text, language)
    assert found is not None
    assert found.moment.date() == date(2023, 9, 13)


def test_a_month_that_two_languages_share_follows_the_language() -> None:
    polish, croatian = (read_date("3 listopada 2023", language) for language in ("pl", "hr"))
    assert polish is not None and polish.month == 11
    assert croatian is not None and croatian.month == 10


def test_slashes_are_american_only_in_english() -> None:
    english, french = (read_date("03/04/2023", language) for language in ("en", "fr"))
    assert english is not None and (english.month, english.day) == (3, 4)
    assert french is not None and (french.month, french.day) == (4, 3)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-06-03", datetime(2024, 6, 3, tzinfo=UTC)),
        ("2024-06-03T10:00:00Z", datetime(2024, 6, 3, 10, tzinfo=UTC)),
        (
            "Mon, 03 Jun 2024 10:00:00 +0200",
            datetime(2024, 6, 3, 10, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("April 15, 2024 at 5:12 pm", datetime(2024, 4, 15, 17, 12, tzinfo=UTC)),
        ("15 April 2024 12:05 am", datetime(2024, 4, 15, 0, 5, tzinfo=UTC)),
        ("7 April 2024 10:00 +05:30", datetime(2024, 4, 7, 4, 30, tzinfo=UTC)),
    ],
)
def test_times_and_zones(text: str, moment: datetime) -> None:
    assert read_date(text) == moment


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "May", "2024", "31 February 2024", "version 1.2.3", "12345", "9" * 400],
)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


def test_a_sentence_with_a_date_is_no_date_but_holds_one() -> None:
    text = "The bridge was opened on 3 June 2024 by the mayor"
    assert read_date(text) is None
    found = find_date(text)
    assert found is not None
    assert text[found.start : found.end] == "3 June 2024"


def test_dateparser_is_asked_only_where_the_caller_has_the_time() -> None:
    assert read_date("13.09.23", "de") is None
    assert read_date("13.09.23", "de", thoroughly=True) == datetime(2023, 9, 13, tzinfo=UTC)
    assert read_date("13.09.23", "no such language", thoroughly=True) is None


@given(st.text(max_size=LONGEST + 20))
def test_any_text_gives_a_date_or_none(text: str) -> None:
    found = find_date(text)
    assert found is None or 0 <= found.start < found.end <= len(text)
    read = read_date(text)
    assert read is None or read.tzinfo is not None
