"""A month laid out in weeks: which days it shows, where each begins and ends, and how the months beside it are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_DAY = timedelta(days=1)
_WEEK = 7
_EARLIEST, _LATEST = 2, 9998


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one year."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def after(self) -> date:
        """The first day that is no longer in it."""
        return self._moved(1).first

    @property
    def previous(self) -> "Month | None":
        """The month before it; None where the calendar ends."""
        return _within(self._moved(-1))

    @property
    def next(self) -> "Month | None":
        """The month after it; None where the calendar ends."""
        return _within(self._moved(1))

    @property
    def days(self) -> tuple[date, ...]:
        """Its days in order."""
        return tuple(self.first + number * _DAY for number in range((self.after - self.first).days))

    def weeks(self) -> Iterator[tuple[date, ...]]:
        """The weeks that touch it, each from Monday to Sunday: the days of other months fill the first and the last."""
        monday = self.first - self.first.weekday() * _DAY
        while monday < self.after:
            yield tuple(monday + number * _DAY for number in range(_WEEK))
            monday += _WEEK * _DAY

    def _moved(self, months: int) -> "Month":
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)


def month_at(moment: datetime, zone: ZoneInfo) -> Month:
    """The month in which a moment is for the people of a zone."""
    local = moment.astimezone(zone)
    return Month(local.year, local.month)


def read_month(text: str) -> Month | None:
    """The month that a text like 2026-11 names, or None."""
    match = _WRITTEN.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    return _within(Month(int(match[1]), int(match[2])))


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments at which a day begins and ends in a zone."""
    begin, end = (datetime(each.year, each.month, each.day, tzinfo=zone) for each in (day, day + _DAY))
    return begin.astimezone(UTC), end.astimezone(UTC)


def _within(month: Month) -> Month | None:
    return month if _EARLIEST <= month.year <= _LATEST else None
