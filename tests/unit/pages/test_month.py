"""A month in weeks: whole weeks from Monday, its neighbours, and the day's ends in a zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailuo_web.pages.month import Month, bounds, month_at, read_month

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_month_is_shown_in_whole_weeks_from_monday() -> None:
    weeks = list(Month(2026, 11).weeks())
    assert [week[0] for week in weeks] == [
        date(2026, 10, 26),
        date(2026, 11, 2),
        date(2026, 11, 9),
        date(2026, 11, 16),
        date(2026, 11, 23),
        date(2026, 11, 30),
    ]
    assert {len(week) for week in weeks} == {7}
    assert weeks[-1][-1] == date(2026, 12, 6)


def test_a_february_that_begins_on_monday_takes_four_weeks() -> None:
    assert [week[0].day for week in Month(2027, 2).weeks()] == [1, 8, 15, 22]


def test_the_days_of_a_leap_february_are_29() -> None:
    assert (len(Month(2028, 2).days), Month(2028, 2).after) == (29, date(2028, 3, 1))


def test_months_follow_each_other_over_the_year() -> None:
    assert (Month(2026, 12).next, Month(2026, 1).previous) == (Month(2027, 1), Month(2025, 12))
    assert (Month(9998, 12).next, Month(2, 1).previous) == (None, None)


def test_a_month_is_read_as_it_is_written() -> None:
    assert read_month(str(Month(2026, 3))) == Month(2026, 3)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "2026-3", "0001-05", "9999-01", "2026-11-01", "٢٠٢٦-١١"])
def test_what_is_no_month_is_none(text: str) -> None:
    assert read_month(text) is None


def test_the_month_and_its_days_are_those_of_the_zone() -> None:
    assert month_at(datetime(2026, 10, 31, 16, 0, tzinfo=UTC), SHANGHAI) == Month(2026, 11)
    begin, end = bounds(date(2026, 11, 1), SHANGHAI)
    assert (begin, end) == (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), datetime(2026, 11, 1, 16, 0, tzinfo=UTC))


def test_a_day_on_which_the_clocks_go_back_has_25_hours() -> None:
    begin, end = bounds(date(2026, 10, 25), ZoneInfo("Europe/Berlin"))
    assert end - begin == timedelta(hours=25)
