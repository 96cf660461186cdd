"""Spans: how long it is from one moment to another, by the wall clock or by working time."""

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import ARRAY, BigInteger, literal

from mailuo.base.moments import MICROSECOND, micros
from mailuo.formulas import messages
from mailuo.formulas.adapting import adapt, literal_text
from mailuo.formulas.code import Code, code, leaf, let
from mailuo.formulas.formula import Context
from mailuo.formulas.function import Asked, Function, said
from mailuo.formulas.numbers import ratio
from mailuo.formulas.postgres import Builder, exact, quotient
from mailuo.formulas.tree import Call, Constant
from mailuo.formulas.types import MOMENT, NUMBER, TEXT, Kind, Type

_HOUR = 3_600_000_000
_DAY = 86_400_000_000
FIRST_YEAR, LAST_YEAR = 2010, 2045
"""Working time is counted within these years; outside it is blank."""


def _check(asked: Asked) -> Type:
    asked.count(2, 2)
    kinds = (Kind.MOMENT, Kind.DATE) if asked.function.name == "DAYS" else (Kind.MOMENT,)
    for place, other in ((0, 1), (1, 0)):
        beside = asked.args[other].type
        adapt(asked, place, beside if beside.kind in kinds else MOMENT)
        asked.want(place, *kinds)
    first, second = (node.type.kind for node in asked.args)
    if first is not second:
        raise asked.wrong(messages.NOT_TOGETHER, **said("left", first), **said("right", second))
    return NUMBER


def _span(unit: int, first: date, second: date) -> Decimal | None:
    if isinstance(first, datetime) and isinstance(second, datetime):
        return ratio((second - first) // MICROSECOND, unit)
    return Decimal((second - first).days)


def _pg_span(unit: int, call: Call, first: Code, second: Code) -> Code:
    if call.args[0].type.kind is Kind.DATE:
        return code("(", second, " - ", first, ")::numeric")
    return exact(quotient(code("(", second, " - ", first, ")::numeric"), Code(f"{unit}::numeric")))


HOURS = Function(
    "HOURS", "HOURS(from, to)", "从前到后的小时数，带小数", "the hours from one moment to another, with fractions", _check,
    lambda context, first, second: _span(_HOUR, first, second),
    lambda sql, call, first, second: _pg_span(_HOUR, call, first, second),
)  # fmt: skip
DAYS = Function(
    "DAYS", "DAYS(from, to)", "从前到后的天数；时间带小数", "the days from one date or moment to another; between moments with fractions", _check,
    lambda context, first, second: _span(_DAY, first, second),
    lambda sql, call, first, second: _pg_span(_DAY, call, first, second),
)  # fmt: skip


def _check_work(asked: Asked) -> Type:
    asked.count(2, 3)
    for place in (0, 1):
        adapt(asked, place, MOMENT)
        asked.want(place, Kind.MOMENT)
    if len(asked.args) > 2:
        asked.args[2] = Constant(literal_text(asked, 2, "日历名", "the calendar's name"), TEXT)
    return NUMBER


@lru_cache(maxsize=64)
def bounds(zone: tzinfo) -> tuple[datetime, datetime]:
    """Between which moments working time is counted."""
    return datetime(FIRST_YEAR, 1, 1, tzinfo=zone), datetime(LAST_YEAR + 1, 1, 1, tzinfo=zone)


def _worked(context: Context, first: datetime, second: datetime, name: str | None = None) -> Decimal | None:
    calendar = context.calendars.get(name or context.calendar or "")
    low, high = bounds(context.zone)
    if calendar is None or not (low <= first < high and low <= second < high):
        return None
    worked: timedelta = calendar.worked_between(first, second)
    return ratio(worked // MICROSECOND, _HOUR)


def _pg_worked(sql: Builder, call: Call, first: Code, second: Code, name: Code | None = None) -> Code:
    given = call.args[2] if len(call.args) > 2 else None
    wanted = str(given.value) if isinstance(given, Constant) else sql.context.calendar or ""
    calendar = sql.context.calendars.get(wanted)
    if calendar is None:
        return sql.blank(NUMBER)
    low, high = (micros(each) for each in bounds(sql.context.zone))
    starts, ends, before = (
        leaf(literal(list(each), ARRAY(BigInteger))) for each in calendar.stretches(FIRST_YEAR, LAST_YEAR)
    )

    def until(at: Code) -> Code:
        """What is worked from the beginning of the first year to a moment."""

        def at_place(place: Code) -> Code:
            since = code("least(", at, ", (t.ends)[", place, "]) - (t.starts)[", place, "] + (t.before)[", place, "]")
            return code("CASE WHEN ", place, " = 0 THEN 0 ELSE ", since, " END")

        return let(at_place, code("width_bucket(", at, ", t.starts)"))

    def between(a: Code, b: Code) -> Code:
        inside = code(a, f" >= {low} AND ", a, f" < {high} AND ", b, f" >= {low} AND ", b, f" < {high}")
        table = code("(SELECT ", starts, " AS starts, ", ends, " AS ends, ", before, " AS before OFFSET 0) AS t")
        return code("CASE WHEN ", inside, " THEN (SELECT (", until(b), ") - (", until(a), ") FROM ", table, ") END")

    return exact(quotient(code("(", let(between, first, second), ")::numeric"), Code(f"{_HOUR}::numeric")))


WORKHOURS = Function(
    "WORKHOURS", 'WORKHOURS(from, to, "calendar"?)', f"按日历算的工作小时数（{FIRST_YEAR} 到 {LAST_YEAR} 年）；不写用工作区的日历",
    f"the working hours from one moment to another ({FIRST_YEAR} to {LAST_YEAR}); by the workspace's calendar where none is named",
    _check_work, _worked, _pg_worked,
)  # fmt: skip
