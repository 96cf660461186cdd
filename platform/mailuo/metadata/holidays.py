"""Statutory holidays and make-up working days, by country and year.

What a workspace declares under `days:` always wins. Here stands what the state announced, taken from a library that
knows the years announced so far; a year it does not know is None, and `holiday_warnings` says so to the admins.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import chinese_calendar  # type: ignore[import-untyped]

from mailuo.base.problems import Message, Problems
from mailuo.metadata.model import Calendar

NO_HOLIDAYS = Message(
    "no_holidays",
    zh="日历“{title}”没有 {year} 年的法定节假日数据：在 days 里写明放假和补班的日子，否则按每周时间计算",
    en="the calendar '{title}' knows no statutory holidays of {year}: declare them under days, or the weekly hours count",
)


@dataclass(frozen=True, slots=True)
class Holidays:
    """What differs from an ordinary week in one year."""

    off: frozenset[date]
    """Days without work: also the Saturdays and Sundays among them, for those who work on weekends."""
    on: frozenset[date]
    """Saturdays and Sundays that are worked instead (调休补班)."""


@cache
def holidays_of(country: str, year: int) -> Holidays | None:
    """The holidays of a year, or None where they are not announced or not known."""
    works = _SOURCES[country]
    try:
        said = {day: works(day) for day in _days(year)}
    except NotImplementedError:
        return None
    return Holidays(
        off=frozenset(day for day, worked in said.items() if worked is False),
        on=frozenset(day for day, worked in said.items() if worked),
    )


def holiday_warnings(calendars: Mapping[str, Calendar], year: int) -> Problems:
    """A warning for each calendar that follows holidays nobody has given for the year."""
    return tuple(
        NO_HOLIDAYS(path=f"calendars.{calendar.id}", title=calendar.title, year=year)
        for calendar in calendars.values()
        if calendar.holidays
        and holidays_of(calendar.holidays, year) is None
        and not any(day.year == year for day in calendar.days)
    )


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


def _china(day: date) -> bool | None:
    """Whether the state has a day worked or off; None where it says nothing and the week decides."""
    holiday, name = chinese_calendar.get_holiday_detail(day)
    return None if name is None else not holiday


_SOURCES: Mapping[str, Callable[[date], bool | None]] = MappingProxyType({"china": _china})
