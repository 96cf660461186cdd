"""Days: calendar and clock, in the workspace's zone."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from mailuo.formulas import messages
from mailuo.formulas.adapting import adapt, literal_text
from mailuo.formulas.code import Code, code, let
from mailuo.formulas.formula import Context
from mailuo.formulas.function import Asked, Function, plainly
from mailuo.formulas.numbers import EXACT
from mailuo.formulas.outside import moment_of as told_moment
from mailuo.formulas.postgres import Builder, instant, local, whole, within_days, within_moments
from mailuo.formulas.ranges import clamped_day, moment_or_blank, span_or_blank
from mailuo.formulas.ranges import instant as moment_of
from mailuo.formulas.ranges import local as wall_clock
from mailuo.formulas.tree import Call, Constant, nodes
from mailuo.formulas.types import DATE as DATE_TYPE
from mailuo.formulas.types import MOMENT, NUMBER, TEXT, Kind, Type

_CALENDAR = {"years": (12, 0), "months": (1, 0), "weeks": (0, 7), "days": (0, 1)}
"""Months and days in each unit of the calendar."""
_CLOCK = {"hours": 3_600_000_000, "minutes": 60_000_000, "seconds": 1_000_000}
_MOST = 5_000_000
"""So many calendar units at most; more is blank."""
_MONTHS = (0, 120_000)
_DAYS = (-719_400, 2_933_000)
"""Between which months since year 0, and days since 1970, PostgreSQL is made to count: a little more than there are."""
_MOST_OF_CLOCK = Decimal(10) ** 12


def _day(context: Context, value: date) -> date | None:
    if isinstance(value, datetime):
        clock = wall_clock(value, context.zone)
        return None if clock is None else clock.date()
    return value


def _check_date(asked: Asked) -> Type:
    asked.count(1, 1)
    adapt(asked, 0, DATE_TYPE)
    asked.want(0, Kind.MOMENT, Kind.DATE)
    return DATE_TYPE


def _pg_date(sql: Builder, call: Call, value: Code) -> Code:
    return code("(", local(sql, value), ")::date") if call.args[0].type.kind is Kind.MOMENT else value


DATE = Function(
    "DATE", "DATE(moment)", "时间所在的那一天", "the day of a moment", _check_date, _day, _pg_date
)  # fmt: skip


def _check_datetime(asked: Asked) -> Type:
    asked.count(1, 1)
    if any(node.type.outside for node in nodes(asked.args[0])):
        asked.want(0, Kind.TEXT)
        return MOMENT
    given = literal_text(asked, 0, "时间", "the moment")
    adapt(asked, 0, MOMENT)
    asked.args[0] = Constant(given, TEXT)
    return MOMENT


@lru_cache(maxsize=1_000)
def moment_written(text: str, zone: tzinfo) -> datetime | None:
    """The moment that a text in a formula names; without an offset it is in the zone."""
    return told_moment(text, zone)


DATETIME = Function(
    "DATETIME", 'DATETIME("2026-01-15T09:30")', "直接写出的时间；没有时区按工作区", "a moment written out; in the workspace's zone where it names none",
    _check_datetime, lambda context, text: moment_written(text, context.zone),
    lambda sql, call, text: sql.constant(moment_written(str(getattr(call.args[0], "value", "")), sql.context.zone), MOMENT),
)  # fmt: skip


def _check_today(asked: Asked) -> Type:
    asked.count(0, 0)
    return DATE_TYPE


TODAY = Function(
    "TODAY", "TODAY()", "今天", "the present day", _check_today, lambda context: _day(context, context.now),
    lambda sql, call: code("(", local(sql, sql.now()), ")::date"),
)  # fmt: skip


def _check_add(asked: Asked) -> Type:
    asked.count(3, 3)
    adapt(asked, 0, MOMENT)
    kind = asked.want(0, Kind.MOMENT, Kind.DATE)
    asked.want(1, Kind.NUMBER)
    written = literal_text(asked, 2, "单位", "the unit").strip().lower()
    unit = written if written.endswith("s") else f"{written}s"
    if unit not in _CALENDAR and unit not in _CLOCK:
        raise asked.wrong(messages.NOT_UNIT, 2, found=written[:40], units=", ".join((*_CALENDAR, *_CLOCK)))
    if kind is Kind.DATE and unit in _CLOCK:
        raise asked.wrong(messages.NOT_UNIT_OF_DATE, 2, found=unit, units=", ".join(_CALENDAR))
    asked.args[2] = Constant(unit, TEXT)
    return asked.args[0].type


def _added(context: Context, start: date, count: Decimal, unit: str) -> object:
    if unit in _CLOCK:
        return _later(start, count, _CLOCK[unit])
    steps = int(count)
    if abs(steps) > _MOST:
        return None
    months, days = _CALENDAR[unit]
    if not isinstance(start, datetime):
        found = _shifted(start, months * steps, days * steps)
        return None if found is None else clamped_day(found)
    clock = wall_clock(start, context.zone)
    there = None if clock is None else _shifted(clock, months * steps, days * steps)
    return moment_of(there, context.zone) if isinstance(there, datetime) else None


def _later(start: date, count: Decimal, micros: int) -> datetime | None:
    assert isinstance(start, datetime)
    if abs(count) >= _MOST_OF_CLOCK:
        return None
    length = span_or_blank(int(EXACT.multiply(count, Decimal(micros)).to_integral_value(ROUND_HALF_UP)))
    return None if length is None else moment_or_blank(start, length)


def _shifted(start: date, months: int, days: int) -> date | None:
    """So many months and days later, month ends clamped; None outside the calendar."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    last = monthrange(year, month + 1)[1]
    try:
        return start.replace(year=year, month=month + 1, day=min(start.day, last)) + timedelta(days=days)
    except OverflowError:
        return None


def _pg_added(sql: Builder, call: Call, start: Code, count: Code, unit: Code) -> Code:
    name = str(getattr(call.args[2], "value", ""))
    if name in _CLOCK:
        return _pg_later(start, count, _CLOCK[name])
    months, days = _CALENDAR[name]
    is_moment = call.args[0].type.kind is Kind.MOMENT
    least, greatest = _MONTHS if months else _DAYS

    def shifted(at: Code, steps: Code) -> Code:
        clock = local(sql, at) if is_moment else code("(", at, ")::timestamp")
        size = f"months => {months} * " if months else f"days => {days} * "
        there = code(clock, f" + make_interval({size}", whole(steps, -_MOST, _MOST), ")")
        found = instant(sql, there) if is_moment else within_days(there)
        reached = (
            code("extract(year FROM ", clock, f") * 12 + {months}")
            if months
            else code("extract(epoch FROM ", clock, f") / 86400 + {days}")
        )
        return code("CASE WHEN ", reached, " * trunc(", steps, f") BETWEEN {least} AND {greatest} THEN ", found, " END")

    return let(shifted, start, count)


def _pg_later(start: Code, count: Code, micros: int) -> Code:
    def added(given: Code) -> Code:
        inside = code(
            "abs(", given, f") < {_MOST_OF_CLOCK}::numeric AND abs(round(", given, f" * {micros})) < {10**18}::numeric"
        )
        sum_ = within_moments(code("(", start, ")::numeric + round(", given, f" * {micros})"))
        return code("CASE WHEN ", inside, " THEN ", sum_, " END")

    return let(added, count)


DATEADD = Function(
    "DATEADD", 'DATEADD(t, n, "days")', "加上 n 个 years、months、weeks、days、hours、minutes、seconds；月末不越月；日历单位取 n 的整数部分",
    "n years, months, weeks, days, hours, minutes or seconds later; month ends stay in the month; calendar units take the whole part of n",
    _check_add, _added, _pg_added,
)  # fmt: skip


def _part(name: str, zh: str, en: str, part: Callable[[date], int], field: str, *kinds: Kind) -> Function:
    def python(context: Context, value: date) -> Decimal | None:
        clock = wall_clock(value, context.zone) if isinstance(value, datetime) else value
        return None if clock is None else Decimal(part(clock))

    def postgres(sql: Builder, call: Call, value: Code) -> Code:
        clock = local(sql, value) if call.args[0].type.kind is Kind.MOMENT else value
        return code(f"extract({field} FROM ", clock, ")::numeric")

    return Function(name, f"{name}(t)", zh, en, plainly(NUMBER, kinds), python, postgres)


def _clock(value: date) -> datetime:
    assert isinstance(value, datetime)
    return value


_BOTH = (Kind.MOMENT, Kind.DATE)
YEAR = _part("YEAR", "年", "the year", lambda value: value.year, "year", *_BOTH)
MONTH = _part("MONTH", "月", "the month", lambda value: value.month, "month", *_BOTH)
DAY = _part("DAY", "日", "the day of the month", lambda value: value.day, "day", *_BOTH)
WEEKDAY = _part(
    "WEEKDAY",
    "星期，1 是星期一",
    "the day of the week, 1 for Monday",
    lambda value: value.isoweekday(),
    "isodow",
    *_BOTH,
)
HOUR = _part("HOUR", "时，0 到 23", "the hour, 0 to 23", lambda value: _clock(value).hour, "hour", Kind.MOMENT)
MINUTE = _part("MINUTE", "分", "the minute", lambda value: _clock(value).minute, "minute", Kind.MOMENT)
