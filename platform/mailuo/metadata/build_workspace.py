"""The workspace and its calendars: what holds everywhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailuo.base.problems import Place
from mailuo.metadata import messages
from mailuo.metadata.findings import CALENDAR, Findings
from mailuo.metadata.model import Calendar, Window, Workspace
from mailuo.metadata.part import Part, Written

RESERVED_SOURCES = frozenset({"automation", "clock", "verdict", "manual", "form", "role"})

_RETENTION = MappingProxyType(
    {
        "inbox": timedelta(days=90),
        "calls": timedelta(days=90),
        "runs": timedelta(days=180),
        "trash": timedelta(days=90),
        "audit": timedelta(days=3 * 365),
    }
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))", re.ASCII)
_DAY = timedelta(days=1)


def build_workspace(part: Part | None, default_zone: str, findings: Findings) -> Workspace:
    """The workspace as declared; what it leaves out has the usual value."""
    written = part or Part(Place(""), "")
    said = written.part("workspace") if isinstance(written.get("workspace"), Part) else written
    name = written.plain("workspace")
    retention = {key: value for key in _RETENTION if isinstance(value := said.part("retention").span(key), timedelta)}
    return Workspace(
        title=said.plain("title") or name or "Mailuo",
        timezone=_zone(said.text("timezone"), default_zone, findings),
        languages=tuple(str(word) for word in said.words("languages")) or ("zh", "en"),
        currency=said.plain("currency") or "CNY",
        calendar=said.plain("calendar"),
        sources=_sources(said.part("sources"), findings),
        retention={**_RETENTION, **retention},
        quiet_hours=next(iter(_windows(_quiet(said), findings)), None),
    )


def _quiet(part: Part) -> tuple[Written, ...]:
    word = part.text("quiet_hours")
    return () if word is None else (word,)


def sources_of(part: Part | None) -> tuple[Written, ...]:
    """The sources that a workspace declares itself, as they are written."""
    if part is None:
        return ()
    said = part.part("workspace") if isinstance(part.get("workspace"), Part) else part
    return tuple(said.part("sources"))


def _zone(word: Written | None, default: str, findings: Findings) -> str:
    if word is None:
        return default
    try:
        ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        findings.add(messages.UNKNOWN_ZONE, word)
        return default
    return str(word)


def _sources(part: Part, findings: Findings) -> Mapping[str, str]:
    for name in part:
        if name in RESERVED_SOURCES:
            findings.add(messages.RESERVED_SOURCE, name)
    return {str(name): part.plain(name) or str(name) for name in part}


def check_calendar_of(part: Part | None, calendars: Mapping[str, Calendar], findings: Findings) -> None:
    """Reports a default calendar that is not declared."""
    if part is not None:
        said = part.part("workspace") if isinstance(part.get("workspace"), Part) else part
        word = said.text("calendar")
        if word is not None:
            findings.name(word, calendars, CALENDAR)


def build_calendar(name: Written, part: Part, findings: Findings) -> Calendar:
    """Working hours as declared."""
    weekly: dict[int, tuple[Window, ...]] = {}
    for days in part.part("weekly"):
        numbers = _weekdays(days, findings)
        if weekly.keys() & set(numbers):
            findings.add(messages.WEEKDAY_TWICE, days)
        windows = _windows(part.part("weekly").words(days), findings)
        weekly |= dict.fromkeys(numbers, windows)
    special = part.part("days")
    days_ = {date.fromisoformat(day): _windows(special.words(day), findings) for day in special if _is_date(day)}
    return Calendar(str(name), part.plain("title") or str(name), weekly, part.plain("holidays"), days_)


def _weekdays(word: Written, findings: Findings) -> tuple[int, ...]:
    """The days, 0 = Monday, that `mon`, `mon-sat`, `fri-mon` or `mon,wed` name."""
    numbers: list[int] = []
    for piece in word.replace(" ", "").split(","):
        first, _, last = piece.partition("-")
        if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
            findings.add(messages.WEEKDAYS, word)
            return ()
        start, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
        numbers += [number % 7 for number in range(start, end + 1 if end >= start else end + 8)]
    return tuple(numbers)


def _windows(words: tuple[Written, ...], findings: Findings) -> tuple[Window, ...]:
    windows: list[Window] = []
    busy_until = timedelta(0)
    for word in words:
        span = _span(word)
        if span is None:
            findings.add(messages.WINDOW, word)
        elif span.start < busy_until:
            findings.add(messages.WINDOWS_OVERLAP, word)
        else:
            busy_until = span.end
            windows.append(Window(_clock(span.start), _clock(span.end % _DAY)))
    return tuple(windows)


@dataclass(frozen=True, slots=True)
class _Span:
    start: timedelta
    end: timedelta


def _span(word: str) -> _Span | None:
    """When a window begins and ends, from its day's midnight; an end not later than the start is on the next day."""
    match = _WINDOW.fullmatch(word.replace(" ", ""))
    if not match:
        return None
    start = timedelta(hours=int(match[1]), minutes=int(match[2]))
    end = timedelta(hours=int(match[3] or match[5]), minutes=int(match[4] or match[6]))
    return _Span(start, end if end > start else end + _DAY)


def _clock(since_midnight: timedelta) -> time:
    minutes = since_midnight // timedelta(minutes=1)
    return time(minutes // 60 % 24, minutes % 60)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
