"""Grains: how finely a time is told apart when records are counted by it.

A grain is a formula over the field, so that it means the same on every store; what the formula gives becomes the
value of the answer: the first day of the week, month or quarter, else a number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Shown = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class Grain:
    """One way to tell times apart: its titles, its formula, the type of the answer, and what makes the answer."""

    zh: str
    en: str
    formula: str
    type: str
    shown: Shown


def _whole(value: object) -> object:
    return int(value) if isinstance(value, Decimal) else value


def _day(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _month(value: object) -> object:
    """The first day of the month whose number, counted from year 0, this is."""
    if not isinstance(value, Decimal):
        return value
    year, month = divmod(int(value), 12)
    return date(year, month + 1, 1).isoformat()


def _quarter(value: object) -> object:
    """The first day of the quarter whose number, counted from year 0, this is."""
    if not isinstance(value, Decimal):
        return value
    year, quarter = divmod(int(value), 4)
    return date(year, quarter * 3 + 1, 1).isoformat()


GRAINS: Mapping[str, Grain] = {
    "hour_of_day": Grain("几点", "hour of day", "HOUR({%s})", "number", _whole),
    "weekday": Grain("星期", "weekday", "WEEKDAY({%s})", "number", _whole),
    "day": Grain("日", "day", "DATE({%s})", "date", _day),
    "week": Grain("周", "week", 'DATEADD(DATE({%s}), 1 - WEEKDAY({%s}), "days")', "date", _day),
    "month": Grain("月", "month", "YEAR({%s}) * 12 + MONTH({%s}) - 1", "date", _month),
    "quarter": Grain("季度", "quarter", "YEAR({%s}) * 4 + ROUND((MONTH({%s}) - 2) / 3, 0)", "date", _quarter),
}


def formula_of(grain: Grain, name: str) -> str:
    """The text of a grain's formula over a field."""
    return grain.formula.replace("%s", name)
