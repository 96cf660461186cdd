"""Working time: calendars with windows, holidays and make-up days."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailuo.flow.worktime import WorkingTime
from mailuo.metadata.model import Calendar, Window

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING, AFTERNOON = Window(time(8), time(12)), Window(time(13, 30), time(18))
NIGHT = Window(time(22), time(6))
DAY = (MORNING, AFTERNOON)
FACTORY = Calendar("factory", "", dict.fromkeys(range(6), DAY), "china", {date(2026, 2, 14): (MORNING,)})
PLAIN = Calendar("plain", "", dict.fromkeys(range(5), DAY), None, {})
NIGHTS = Calendar("nights", "", dict.fromkeys(range(5), (NIGHT,)), None, {date(2026, 1, 14): ()})


def at(text: str) -> datetime:
    """A moment in Shanghai: `01-15 09:00` of 2026."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


WORKED = [
    (PLAIN, "01-15 09:00", "01-15 11:00", 2),
    (PLAIN, "01-15 11:00", "01-15 14:30", 2),  # over lunch
    (PLAIN, "01-15 17:00", "01-16 09:00", 2),  # over night
    (PLAIN, "01-16 17:00", "01-19 09:00", 2),  # Friday to Monday
    (PLAIN, "01-17 00:00", "01-18 23:59", 0),  # a weekend
    (FACTORY, "01-17 08:00", "01-17 12:00", 4),  # Saturdays are worked here
    (FACTORY, "02-14 08:00", "02-14 18:00", 4),  # what the company says wins over the make-up day
    (FACTORY, "02-15 00:00", "02-24 00:00", 0),  # the spring festival
    (FACTORY, "02-28 08:00", "02-28 18:00", 8.5),  # a make-up Saturday
    (NIGHTS, "01-15 22:00", "01-16 06:00", 8),
    (NIGHTS, "01-16 23:00", "01-18 00:00", 7),  # Friday's night ends on Saturday
    (NIGHTS, "01-18 00:00", "01-19 06:00", 0),  # no night begins on Sunday
    (NIGHTS, "01-14 22:00", "01-15 06:00", 0),  # the night of a day off
    (NIGHTS, "01-14 00:00", "01-14 06:00", 6),  # it still belongs to the day before
]


@pytest.mark.parametrize(("calendar", "start", "end", "hours"), WORKED)
def test_only_what_is_worked_counts(calendar: Calendar, start: str, end: str, hours: float) -> None:
    counted = WorkingTime(calendar, SHANGHAI).worked_between(at(start), at(end))
    assert counted == timedelta(hours=hours)


ADDED = [
    (PLAIN, "01-15 17:00", 2, "01-16 09:00"),
    (PLAIN, "01-15 12:30", 1, "01-15 14:30"),
    (PLAIN, "01-16 16:00", 8.5, "01-19 16:00"),
    (FACTORY, "02-14 11:00", 2, "02-24 09:00"),
    (NIGHTS, "01-16 23:00", 8, "01-19 23:00"),
]


@pytest.mark.parametrize(("calendar", "start", "hours", "expected"), ADDED)
def test_the_moment_by_which_so_much_has_been_worked(
    calendar: Calendar, start: str, hours: float, expected: str
) -> None:
    assert WorkingTime(calendar, SHANGHAI).add(at(start), timedelta(hours=hours)) == at(expected)


def test_a_make_up_day_without_own_windows_takes_mondays() -> None:
    weekdays = Calendar("office", "", {0: (MORNING,), **dict.fromkeys(range(1, 5), DAY)}, "china", {})
    counted = WorkingTime(weekdays, SHANGHAI).worked_between(at("02-28 00:00"), at("03-01 00:00"))
    assert counted == timedelta(hours=4)


def test_a_calendar_in_which_nobody_works_never_comes_to_an_end() -> None:
    idle = WorkingTime(Calendar("idle", "", {}, None, {}), SHANGHAI)
    assert idle.add(at("01-15 09:00"), timedelta(hours=1)) is None


MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2026, 12, 31)).map(lambda naive: naive.replace(tzinfo=SHANGHAI))


@given(st.sampled_from([FACTORY, PLAIN, NIGHTS]), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_adding_is_the_inverse_of_counting(calendar: Calendar, start: datetime, length: timedelta) -> None:
    working = WorkingTime(calendar, SHANGHAI)
    end = working.add(start, length)
    assert end is not None
    assert working.worked_between(start, end) == max(length, timedelta(0))
    assert working.worked_between(end, start) == -length


@given(st.sampled_from([FACTORY, PLAIN, NIGHTS]), MOMENTS, MOMENTS, MOMENTS)
def test_counting_adds_up_over_any_moment_between(
    calendar: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    start, middle, end = sorted((one, two, three))
    working = WorkingTime(calendar, SHANGHAI)
    parts = working.worked_between(start, middle) + working.worked_between(middle, end)
    assert parts == working.worked_between(start, end)
