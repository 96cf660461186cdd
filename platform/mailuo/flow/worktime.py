"""Working time: a declared calendar as sums of worked microseconds, so that any span is two look-ups.

What the company says under `days` wins over the state's holidays and make-up days, those over the week. A window
over midnight belongs to the day on which it begins.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mailuo.base.moments import micros, moment
from mailuo.metadata.holidays import holidays_of
from mailuo.metadata.model import Calendar, Manifest, Window

_MONDAY = 0
_FURTHEST_YEARS = 20
_FIRST_YEAR, _LAST_YEAR = 1900, 9990
"""What lies before and after these years is not counted: somebody wrote a wrong number."""
MICROSECOND = timedelta(microseconds=1)


class _Year(NamedTuple):
    """The stretches of work that begin in a year: where each starts and ends, and what was worked before it."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int


class WorkingTime:
    """A calendar that counts: how much is worked between two moments, and when so much will have been."""

    def __init__(self, calendar: Calendar, zone: tzinfo) -> None:
        self._calendar = calendar
        self._zone = zone
        self._year = cache(self._make_year)

    def worked_between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the span from start to end is worked; negative when it runs backwards."""
        if end < start:
            return -self.worked_between(end, start)
        start, end = self._counted(start), self._counted(end)
        first, last = self._local_year(start), self._local_year(end)
        full = sum(self._year(year).total for year in range(first, last))
        return timedelta(microseconds=full + self._within(last, micros(end)) - self._within(first, micros(start)))

    def add(self, start: datetime, worked: timedelta) -> datetime | None:
        """The first moment by which so much has been worked since the start; None if that never comes."""
        if worked <= timedelta(0):
            return start
        start = self._counted(start)
        year = self._local_year(start)
        sought = self._within(year, micros(start)) + worked // MICROSECOND
        for ahead in range(year, min(year + _FURTHEST_YEARS, _LAST_YEAR)):
            block = self._year(ahead)
            if sought <= block.total:
                return moment(_reached(block, sought))
            sought -= block.total
        return None

    def stretches(self, first_year: int, last_year: int) -> tuple[list[int], list[int], list[int]]:
        """Where work starts and ends in these years, and what was worked before each start; in microseconds."""
        starts: list[int] = []
        ends: list[int] = []
        before: list[int] = []
        total = 0
        for year in range(first_year, last_year + 1):
            block = self._year(year)
            starts += block.starts
            ends += block.ends
            before += [total + worked for worked in block.before[: len(block.starts)]]
            total += block.total
        return starts, ends, before

    def _within(self, year: int, at: int) -> int:
        """What is worked from the beginning of a year to a moment in it."""
        block = self._year(year)
        place = bisect_right(block.starts, at) - 1
        return 0 if place < 0 else block.before[place] + min(at, block.ends[place]) - block.starts[place]

    def _counted(self, at: datetime) -> datetime:
        """The moment, or the end of what is counted that lies nearest."""
        if _FIRST_YEAR <= at.year < _LAST_YEAR:
            return at
        return datetime(_FIRST_YEAR if at.year < _FIRST_YEAR else _LAST_YEAR, 1, 1, tzinfo=self._zone)

    def _local_year(self, at: datetime) -> int:
        return at.astimezone(self._zone).year

    def _make_year(self, year: int) -> _Year:
        low, high = (micros(datetime(each, 1, 1, tzinfo=self._zone)) for each in (year, year + 1))
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(self._stretches(year)):
            start, end = max(start, low), min(end, high)
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            elif start < end:
                starts.append(start)
                ends.append(end)
        before = [0]
        for start, end in zip(starts, ends, strict=True):
            before.append(before[-1] + end - start)
        return _Year(starts, ends, before, before[-1])

    def _stretches(self, year: int) -> Iterator[tuple[int, int]]:
        """Every window that touches a year, from the last day of the year before."""
        day = date(year, 1, 1) - timedelta(days=1)
        while day.year <= year:
            for window in self._windows(day):
                end_day = day if window.end > window.start else day + timedelta(days=1)
                yield (
                    micros(datetime.combine(day, window.start, self._zone)),
                    micros(datetime.combine(end_day, window.end, self._zone)),
                )
            day += timedelta(days=1)

    def _windows(self, day: date) -> tuple[Window, ...]:
        calendar, weekday = self._calendar, day.weekday()
        own = calendar.days.get(day)
        if own is not None:
            return own
        holidays = holidays_of(calendar.holidays, day.year) if calendar.holidays else None
        if holidays and day in holidays.off:
            return ()
        if holidays and day in holidays.on:
            return calendar.weekly.get(weekday) or calendar.weekly.get(_MONDAY, ())
        return calendar.weekly.get(weekday, ())


def _reached(block: _Year, sought: int) -> int:
    """The first moment of a year by which so much has been worked in it."""
    place = max(bisect_right(block.before, sought - 1) - 1, 0)
    return block.starts[place] + sought - block.before[place]


def calendars_of(manifest: Manifest) -> Mapping[str, WorkingTime]:
    """The working time of each declared calendar."""
    zone = ZoneInfo(manifest.workspace.timezone)
    return {name: WorkingTime(calendar, zone) for name, calendar in manifest.calendars.items()}
