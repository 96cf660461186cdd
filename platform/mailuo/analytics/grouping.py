"""Grouping: the SQL of a question, and how its rows become numbers.

Sums and counts are taken by the database, quotients and what lies between two values by Python, in exact decimals. A
span between two moments is measured in whole microseconds and only its result turned into hours or days.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, select, true, type_coerce

from mailuo.analytics.measure import Measure
from mailuo.analytics.question import Dimension, Question
from mailuo.base.moments import format_duration, format_moment
from mailuo.formulas import Formula
from mailuo.formulas.sql import aggregate
from mailuo.formulas.tree import Call
from mailuo.formulas.types import Kind
from mailuo.records.reach import Reach

_SPANS = {"HOURS": Decimal(3_600_000_000), "DAYS": Decimal(86_400_000_000)}
_UNIT = Decimal(1).scaleb(-10)
_FEWEST_MOMENTS = 2
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its dimensions as the answer has them, the measured value, how many values went into it."""

    dimensions: tuple[object, ...]
    value: object
    count: int
    total: Decimal | int | None = None


@dataclass(frozen=True)
class Grouping:
    """One question over some rows."""

    question: Question
    reach: Reach
    conditions: Sequence[ColumnElement[bool]]
    zone: tzinfo
    places: int | None
    """The places of what is measured where it is money."""

    def statement(self, by: Sequence[Dimension], limit: int) -> Select[Any]:
        """The groups in the order of their dimensions, blanks last; then the count, then what the measure needs."""
        keys = [self.reach.formula(dimension.formula) for dimension in by]
        value = self._value()
        labelled = [key.label(f"d{place}") for place, key in enumerate(keys)]
        measured = [] if value is None else [value.label("m")]
        inner = select(*labelled, *measured).select_from(self.reach.rows).where(*self.conditions)
        if not labelled and not measured:
            inner = select(true().label("one")).select_from(self.reach.rows).where(*self.conditions)
        share = self.question.measure.share
        rows = _ranked(inner, len(keys)) if share is not None else inner.subquery("rows")
        groups = [rows.c[f"d{place}"] for place in range(len(keys))]
        query = select(*groups, *self._aggregates(rows)).select_from(rows).group_by(*groups)
        for dimension, key in zip(by, groups, strict=True):
            query = query.order_by(key.is_(None), *_places(dimension, key), key)
        return query.limit(limit)

    def groups(self, rows: Sequence[Row], by: Sequence[Dimension]) -> list[Group]:
        """The groups of the rows that the statement gives; those without any value are left out."""
        shows = [self._shown(dimension) for dimension in by]
        found = []
        for row in rows:
            dimensions = tuple(None if raw is None else show(raw) for show, raw in zip(shows, row, strict=False))
            count, *rest = row[len(by) :]
            if count or not by:
                found.append(Group(dimensions, self.answer(int(count or 0), rest), int(count or 0), self._total(rest)))
        return found

    def answer(self, count: int, rest: Sequence[Any]) -> object:
        """The measured value of a group."""
        measure = self.question.measure
        if measure.id == "count":
            return count
        if measure.share is not None:
            return self._between(measure, count, rest)
        if measure.id in ("min", "max"):
            return self._scaled(rest[0])
        if measure.id == "distinct":
            return int(rest[0])
        total = _number(rest[0]) or Decimal(0)
        if measure.id == "sum":
            return self._amount(total / self._scale)
        return self._amount(total / self._scale / count) if count else None

    def _between(self, measure: Measure, count: int, rest: Sequence[Any]) -> object:
        """The value so far along the sorted ones, between two of them by the straight line."""
        assert measure.share is not None
        low, high = _number(rest[0]), _number(rest[1])
        if low is None:
            return None
        along = measure.share * (count - 1) % 1
        between = low + ((low if high is None else high) - low) * along.numerator / along.denominator
        return self._amount(between / self._scale)

    def _total(self, rest: Sequence[Any]) -> Decimal | int | None:
        return _number(rest[0]) if self.question.measure.id in ("sum", "avg", "rate") and rest else None

    def whole(self, groups: Sequence[Group]) -> object | None:
        """The measure over all groups where it follows from theirs; None where the records must be asked again."""
        count = sum(group.count for group in groups)
        match self.question.measure.id:
            case "count":
                return count
            case "sum" | "avg" | "rate":
                return self.answer(count, [sum((group.total or Decimal(0) for group in groups), Decimal(0))])
        return None

    # The SQL

    @property
    def _span(self) -> Call | None:
        value = self.question.value
        tree = value.tree if value is not None else None
        if isinstance(tree, Call) and tree.name in _SPANS and self.question.measure.id not in ("count", "distinct"):
            return tree if all(arg.type.kind is Kind.MOMENT for arg in tree.args) else None
        return None

    @property
    def _scale(self) -> Decimal:
        return _SPANS[self._span.name] if self._span else Decimal(1)

    def _value(self) -> ColumnElement[Any] | None:
        formula = self.question.value
        if formula is None:
            return None
        span = self._span
        if span is None or len(span.args) != _FEWEST_MOMENTS:
            return self.reach.formula(formula)
        start, end = (self.reach.formula(_part(formula, arg)) for arg in span.args)
        return type_coerce(end, BigInteger) - type_coerce(start, BigInteger)

    def _aggregates(self, rows: Any) -> list[ColumnElement[Any]]:
        """The count of what was measured, then what the measure needs."""
        measure, formula = self.question.measure, self.question.value
        if formula is None:
            return [func.count()]
        value = rows.c.m
        there = func.count(value)
        if measure.id == "count":
            return [func.count(case((value, 1))) if formula.type.kind is Kind.BOOLEAN else there]
        if measure.id == "rate":
            return [there, func.sum(case((value, 1), else_=0))]
        if measure.id == "distinct":
            return [there, func.count(value.distinct())]
        if measure.share is not None:
            before = cast((rows.c.n - 1) * measure.share.numerator, BigInteger)
            low = (before - before % measure.share.denominator) / measure.share.denominator + 1
            return [there, _picked(rows, value, low), _picked(rows, value, low + 1)]
        if measure.id in ("min", "max"):
            return [there, type_coerce(getattr(func, measure.id)(value), value.type)]
        if self._span is not None:
            return [there, func.sum(value)]
        return [there, aggregate("sum", value, formula.type, self.reach.running.dialect)]

    # The answer

    def _scaled(self, raw: object) -> object:
        number = _number(raw)
        return self._amount(number / self._scale) if number is not None else shown(raw, self.zone)

    def _amount(self, value: Decimal) -> object:
        """A number as JSON has it; money as text with its places."""
        if self.places is not None:
            return f"{_rounded(value, Decimal(1).scaleb(-self.places)):f}"
        return _plain(_rounded(value, _UNIT))

    def _shown(self, dimension: Dimension) -> Callable[[object], object]:
        grain = dimension.grain
        return grain.shown if grain else lambda raw: shown(raw, self.zone)


def shown(raw: object, zone: tzinfo) -> object:
    """A value as JSON has it."""
    match raw:
        case Decimal():
            return _plain(raw)
        case datetime():
            return format_moment(raw, zone)
        case date():
            return raw.isoformat()
        case timedelta():
            return format_duration(raw)
    return raw


def _ranked(inner: Select[Any], dimensions: int) -> Any:
    """The rows that have a value, numbered in its order within their group, with how many there are."""
    rows = inner.subquery("values")
    groups = [rows.c[f"d{place}"] for place in range(dimensions)]
    number = func.row_number().over(partition_by=groups, order_by=rows.c.m)
    count = func.count().over(partition_by=groups)
    query = select(*groups, rows.c.m, number.label("i"), count.label("n")).where(rows.c.m.is_not(None))
    return query.subquery("rows")


def _picked(rows: Any, value: ColumnElement[Any], place: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value at a place of the order."""
    return type_coerce(func.max(case((rows.c.i == place, value))), value.type)


def _places(dimension: Dimension, key: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Choices in the order in which they were declared."""
    options = dimension.formula.type.options if dimension.formula.type.kind is Kind.CHOICE else None
    if not options or dimension.grain:
        return []
    return [case({option: place for place, option in enumerate(options)}, value=key, else_=len(options))]


def _part(formula: Formula, node: Any) -> Formula:
    """A part of a formula as one of its own."""
    return Formula(formula.text, node, node.type, formula.reads, formula.functions, formula.calendars)


def _number(raw: object) -> Decimal | None:
    if raw is None or isinstance(raw, (str, bool, date, timedelta)):
        return None
    return raw if isinstance(raw, Decimal) else Decimal(str(raw))


def _rounded(value: Decimal, unit: Decimal) -> Decimal:
    return value.quantize(unit, rounding="ROUND_HALF_UP")


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
