"""Statutory holidays: what the state announced, and a warning for years it has not."""

from datetime import date

from mailuo.metadata.holidays import holiday_warnings, holidays_of
from mailuo.metadata.model import Calendar


def test_make_up_days_are_worked_and_holidays_are_not() -> None:
    year = holidays_of("china", 2026)
    assert year is not None
    assert date(2026, 1, 1) in year.off
    assert date(2026, 2, 14) in year.on
    assert all(day.weekday() >= 5 for day in year.on)


def test_the_saturday_within_a_holiday_is_off_and_ordinary_weekends_are_left_to_the_week() -> None:
    year = holidays_of("china", 2026)
    assert year is not None
    assert date(2026, 2, 21) in year.off
    assert date(2026, 2, 7) not in year.off | year.on


def test_a_year_without_data_is_no_error_but_a_warning() -> None:
    calendar = Calendar("desk", "前台", {}, "china", {})
    assert holidays_of("china", 2099) is None
    assert [warning.code for warning in holiday_warnings({"desk": calendar}, 2099)] == ["no_holidays"]
    assert holiday_warnings({"desk": calendar}, 2026) == ()


def test_a_calendar_with_declared_days_or_without_holidays_warns_of_nothing() -> None:
    declared = Calendar("desk", "前台", {}, "china", {date(2099, 1, 1): ()})
    plain = Calendar("lab", "检验", {}, None, {})
    assert holiday_warnings({"desk": declared, "lab": plain}, 2099) == ()
