"""Patterns: moments as other systems write them: RFC 3339, numbers since 1970, or `yyyy-MM-dd HH:mm:ss` and the like."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from mailuo.base.moments import EPOCH, format_moment

_SECOND, _MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)
_PATTERN = re.compile("yyyy|MM|dd|HH|mm|ss")
_CODES = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}


def moment_text(at: datetime, format_: str, zone: tzinfo) -> str:
    """A moment as the other side writes it."""
    if format_ == "seconds":
        return str((at - EPOCH) // _SECOND)
    if format_ == "milliseconds":
        return str((at - EPOCH) // _MILLISECOND)
    if format_ == "iso":
        return format_moment(at.replace(microsecond=0), zone)
    return at.astimezone(zone).strftime(_code_of(format_))


def moment_by(text: str, pattern: str, zone: tzinfo) -> datetime | None:
    """The moment that a text of such a pattern names; None where it does not have its form."""
    try:
        local = datetime.strptime(text, _code_of(pattern))  # noqa: DTZ007 - its zone is the next line
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _code_of(pattern: str) -> str:
    return _PATTERN.sub(lambda match: _CODES[match[0]], pattern.replace("%", "%%"))
