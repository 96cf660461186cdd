"""Ranges: which moments, days and lengths of time formulas count with; what lies outside is blank."""

from datetime import UTC, date, datetime, timedelta, tzinfo

FIRST_DAY = date(1, 1, 3)
LAST_DAY = date(9999, 12, 29)
_FIRST = datetime(1, 1, 3, tzinfo=UTC)
_LAST = datetime(9999, 12, 29, tzinfo=UTC)
MOST_MICROS = 10**18
"""No length of time reaches this many microseconds, some 31,000 years."""


def moment_or_blank(start: datetime, length: timedelta) -> datetime | None:
    """So much later; None outside the range."""
    try:
        return clamped_moment(start + length)
    except OverflowError:
        return None


def clamped_moment(found: datetime) -> datetime | None:
    """The moment; None outside the range."""
    return found if _FIRST < found < _LAST else None


def clamped_day(found: date) -> date | None:
    """The day; None outside the range."""
    return found if FIRST_DAY < found < LAST_DAY else None


def span_or_blank(micros: int) -> timedelta | None:
    """The length of so many microseconds; None outside the range."""
    return timedelta(microseconds=micros) if -MOST_MICROS < micros < MOST_MICROS else None


def local(at: datetime, zone: tzinfo) -> datetime | None:
    """The wall clock at a moment, without its zone; None at the very ends of time."""
    try:
        return at.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return None


def instant(wall: datetime, zone: tzinfo) -> datetime | None:
    """The moment at which a wall clock shows this: the later of two, and as if before a gap, as PostgreSQL has it."""
    offsets = [wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta(0) for fold in (0, 1)]
    try:
        return clamped_moment((wall - min(offsets)).replace(tzinfo=UTC))
    except OverflowError:
        return None
