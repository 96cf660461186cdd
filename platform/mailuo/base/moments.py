"""Moments and durations: reading and writing them, and their whole-microsecond numbers.

Moments are aware datetimes in UTC. Text follows RFC 3339; a naked text (no offset) is read in the zone given, and of a
second nothing smaller than a millionth is kept.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC)
"""The ends of the calendar: all moments between them can be written in every zone."""

_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d{0,6})?)?(Z|z|[+-]\d\d:\d\d)?)?", re.ASCII
)
_DURATION = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)), ("s", timedelta(seconds=1)))
_LONGEST = timedelta(days=36_500)


def micros(moment_: datetime) -> int:
    """Whole microseconds since 1970-01-01T00:00Z."""
    return (moment_ - EPOCH) // MICROSECOND


def moment(micros_: int) -> datetime:
    """The moment so many microseconds after 1970-01-01T00:00Z."""
    return EPOCH + timedelta(microseconds=micros_)


def later(start: datetime, length: timedelta) -> datetime:
    """So much later; the end of the calendar where that lies beyond it."""
    return start + min(length, _LAST - start)


def parse_moment(text: str, zone: tzinfo) -> datetime | None:
    """The moment a text names, or None; a naked text is in the zone, a bare date is its midnight.

    Moments that some zone could not write, a day at either end of the calendar, are none.
    """
    parsed = parse_any_moment(text, zone)
    return parsed if parsed is not None and _FIRST <= parsed <= _LAST else None


def parse_any_moment(text: str, zone: tzinfo) -> datetime | None:
    """The same with the ends of the calendar, which a formula may compare with."""
    match = _MOMENT.fullmatch(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups(default="")
    try:
        local = datetime(  # noqa: DTZ001 - its zone is the next line
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), int(fraction.ljust(6, "0") or 0)
        )
        return local.replace(tzinfo=_offset(offset) if offset else zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> tzinfo:
    parsed = datetime.fromisoformat(f"2000-01-01T00:00:00{text.upper()}").tzinfo
    if parsed is None:
        raise ValueError(text)
    return parsed


def format_moment(moment_: datetime, zone: tzinfo) -> str:
    """RFC 3339 with the zone's offset; microseconds only where there are any.

    Before zones were counted in whole minutes their offsets cannot be written: such moments are in UTC.
    """
    local = moment_.astimezone(zone)
    if (local.utcoffset() or _MINUTE) % _MINUTE:
        local = moment_.astimezone(UTC)
    return local.isoformat(timespec="microseconds" if local.microsecond else "seconds")


def parse_duration(text: str) -> timedelta | None:
    """The length a text like `2h30m`, `7d` or `90s` names, or None; at most a hundred years."""
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()):
        return None
    weeks, days, hours, minutes, seconds = (int(part[:12]) if part else 0 for part in match.groups())
    if max(weeks, days, hours, minutes, seconds) > 10**10:
        return None
    try:
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
    return length if length <= _LONGEST else None


def format_duration(length: timedelta) -> str:
    """The shortest text that `parse_duration` reads back: `1d2h`, `90s` as `1m30s`."""
    parts, rest = [], length
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
