"""Cron: when something is due by the clock on the wall, `minute hour day month weekday`, in a time zone. Pure.

Days of the month and of the week are joined by *or* where both are given, as everywhere. A time that the clocks skip
comes when they have skipped it; one that they run through twice comes once.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_ITEM = re.compile(r"(?:(\*)|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:/(\d{1,3}))?", re.ASCII)
_LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_SUNDAY = 7
_FARTHEST = 366 * 8
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cron:
    """A checked schedule; weekdays count from 0 for Sunday."""

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool
    """Whether a day counts by its number or by its weekday: both are given."""

    def next_after(self, after: datetime, zone: tzinfo) -> datetime | None:
        """The first moment after this one; None where there is none within eight years."""
        day = after.astimezone(zone).date()
        for step in range(-1, _FARTHEST):
            for found in self._on(day + step * _DAY, zone):
                if found > after:
                    return found
        return None

    def _on(self, day: date, zone: tzinfo) -> list[datetime]:
        if not self._counts(day):
            return []
        clocks = (time(hour, minute) for hour in self.hours for minute in self.minutes)
        return sorted({_instant(datetime.combine(day, clock), zone) for clock in clocks})

    def _counts(self, day: date) -> bool:
        by_number, by_weekday = day.day in self.days, day.isoweekday() % _SUNDAY in self.weekdays
        return day.month in self.months and (by_number or by_weekday if self.either else by_number and by_weekday)


def parse_cron(text: str) -> Cron | None:
    """The schedule that a text of five fields names, or None."""
    written = text.lower().split()
    if len(written) != len(_LIMITS):
        return None
    fields = [_field(each, *limits, names) for each, limits, names in zip(written, _LIMITS, _NAMES, strict=True)]
    if any(not each for each in fields):
        return None
    minutes, hours, days, months, weekdays = fields
    either = not written[2].startswith("*") and not written[4].startswith("*")
    whole = frozenset(day % _SUNDAY for day in weekdays)
    return Cron(text, tuple(sorted(minutes)), tuple(sorted(hours)), days, months, whole, either)


_NAMES: tuple[dict[str, int], ...] = (
    {},
    {},
    {},
    {name: place for place, name in enumerate(_MONTHS, 1)},
    {name: place for place, name in enumerate(_DAYS)},
)


def _field(text: str, least: int, most: int, names: dict[str, int]) -> frozenset[int]:
    """The numbers that a field names; none where it is wrong."""
    found: set[int] = set()
    for item in text.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            return frozenset()
        star, first, last, step = match.groups()
        start = least if star else _number(first, names)
        end = most if star or (step and not last) else _number(last or first, names)
        if not (least <= start <= end <= most) or step == "0":
            return frozenset()
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)


def _number(word: str, names: dict[str, int]) -> int:
    return names.get(word, int(word) if word.isdecimal() and len(word) <= 2 else -1)


def _instant(clock: datetime, zone: tzinfo) -> datetime:
    """The moment when a clock in the zone shows this; the first time, or after the gap where it never does."""
    found = clock.replace(tzinfo=zone).astimezone(UTC)
    back = found.astimezone(zone).replace(tzinfo=None)
    if back == clock:
        return found
    before = (clock - _DAY).replace(tzinfo=zone).utcoffset() or timedelta(0)
    after = (clock + _DAY).replace(tzinfo=zone).utcoffset() or timedelta(0)
    return (clock - before).replace(tzinfo=UTC) if after > before else found
