"""Totals: one value out of many rows, the same on either store. The sum of nothing is 0, all else of nothing is blank."""

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, type_coerce
from sqlalchemy.types import TypeEngine

from mailuo.formulas.code import Code, code, leaf
from mailuo.formulas.columns import NUMBER_COLUMN, ColumnKind, NumberColumn, PlacesColumn, ScaledColumn, column_type
from mailuo.formulas.numbers import sortable
from mailuo.formulas.postgres import exact, quotient
from mailuo.formulas.types import TEXTS, Kind, Type

_INTEGER = column_type(ColumnKind.INTEGER)
_LENGTH = column_type(ColumnKind.DURATION)
_MILLION = 1_000_000


def aggregate(function: str, of: ColumnElement[Any] | None, type_: Type, dialect: str) -> ColumnElement[Any]:
    """The `count`, `sum`, `avg`, `min` or `max` of a column over the rows of a query; the count of rows without one."""
    if of is None or function == "count":
        return type_coerce(func.count() if of is None else func.count(of), _INTEGER)
    duration = type_.kind is Kind.DURATION
    match function:
        case "sum":
            return _length_sum(of, dialect) if duration else _sum(of, dialect)
        case "avg":
            return _length_average(of, dialect) if duration else _average(of, dialect)
        case "min" | "max":
            return _extreme(function, of, type_, dialect)
    raise ValueError(function)


def _places(type_: TypeEngine[Any]) -> int | None:
    """The fixed places of an amount."""
    return type_.places if isinstance(type_, (ScaledColumn, PlacesColumn)) else None


def _sum(of: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    places = _places(of.type)
    result: TypeEngine[Any] = NUMBER_COLUMN if places is None else PlacesColumn(places)
    if dialect == "postgresql":
        found = exact(code("coalesce(sum((", leaf(of), ")::numeric), 0)"))
        return (found if places is None else code("round(", found, f", {places})")).element(result)
    if isinstance(of.type, NumberColumn):
        # SQLite does not even ask Python for the sum of no rows
        nothing = f"'{sortable(Decimal(0))}'"
        return code("CASE WHEN count(", leaf(of), f") = 0 THEN {nothing} ELSE mailuo_sum(", leaf(of), ") END").element(
            result
        )
    value = leaf(of)
    parts = (
        code("coalesce(sum((", value, f") / {_MILLION}), 0)"),
        code("coalesce(sum((", value, f") % {_MILLION}), 0)"),
    )
    return code("mailuo_add(", parts[0], ", ", parts[1], f", {places or 0})").element(result)


def _average(of: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    value = leaf(of)
    if dialect == "postgresql":
        mean = code("sum((", value, ")::numeric)"), code("nullif(count(", value, "), 0)::numeric")
        return exact(quotient(*mean)).element(NUMBER_COLUMN)
    form = "number" if isinstance(of.type, NumberColumn) else f"#{_places(of.type) or 0}"
    return code("mailuo_avg(", value, f", '{form}')").element(NUMBER_COLUMN)


def _length_sum(of: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    summed = code("coalesce(sum(", leaf(of), "), 0)")
    return (code("(", summed, ")::bigint") if dialect == "postgresql" else summed).element(_LENGTH)


def _length_average(of: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    value = leaf(of)
    if dialect == "postgresql":
        return code("round(round(sum(", value, "), 40) / nullif(count(", value, "), 0))::bigint").element(_LENGTH)

    def mean(total: Code, count: Code) -> Code:
        half = code("(abs(", total, ") + ", count, " / 2)")
        return code("CASE WHEN ", total, " < 0 THEN -(", half, " / ", count, ") ELSE ", half, " / ", count, " END")

    found = mean(code("sum(", value, ")"), code("count(", value, ")"))
    return code("CASE WHEN count(", value, ") > 0 THEN ", found, " END").element(_LENGTH)


def _extreme(function: str, of: ColumnElement[Any], type_: Type, dialect: str) -> ColumnElement[Any]:
    value = leaf(of)
    if dialect == "postgresql" and type_.kind is Kind.BOOLEAN:
        return code(f"bool_{'and' if function == 'min' else 'or'}(", value, ")").element(of.type)
    if dialect == "postgresql" and type_.kind in TEXTS:
        return code(f"{function}((", value, ') COLLATE "C")').element(of.type)
    if dialect == "postgresql" and type_.kind in (Kind.TAGS, Kind.OTHER):
        return code(f"{function}((", value, ")::text)").element(of.type)
    return code(f"{function}(", value, ")").element(of.type)
