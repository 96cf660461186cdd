"""PostgreSQL: the idioms with which it is made to count as the language says.

What would have to be written twice, to test it before it is used, goes through ranges instead: the intersection of
`[x, …)` with the allowed range has x as its lower end, or none.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, literal
from sqlalchemy.types import TypeEngine

from mailuo.formulas.code import Code, code, leaf, let
from mailuo.formulas.columns import NUMBER_COLUMN, ColumnKind, column_type
from mailuo.formulas.formula import Context
from mailuo.formulas.numbers import DIGITS, PLACES
from mailuo.formulas.ranges import FIRST_DAY, LAST_DAY, MOST_MICROS
from mailuo.formulas.types import TEXTS, Kind, Type

_LIMIT = f"{10**DIGITS}::numeric"
_DAY = 86_400_000_000
_FIRST = -62135424000000000  # 0001-01-03T00:00Z
_LAST = 253402041600000000  # 9999-12-29T00:00Z
_COLUMNS = {
    Kind.NUMBER: NUMBER_COLUMN,
    Kind.BOOLEAN: column_type(ColumnKind.BOOLEAN),
    Kind.DATE: column_type(ColumnKind.DATE),
    Kind.MOMENT: column_type(ColumnKind.MOMENT),
    Kind.DURATION: column_type(ColumnKind.DURATION),
    Kind.TAGS: column_type(ColumnKind.LIST),
}
_CASTS = {
    Kind.NUMBER: "numeric",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.MOMENT: "bigint",
    Kind.DURATION: "bigint",
    Kind.TAGS: "jsonb",
}


def column_of(type_: Type) -> TypeEngine[Any]:
    """The column type of a computed value."""
    return _COLUMNS.get(type_.kind, column_type(ColumnKind.TEXT))


@dataclass(frozen=True)
class Builder:
    """What functions may ask for while their code is built."""

    context: Context

    @property
    def zone(self) -> Code:
        """The workspace's zone."""
        return self.text(str(self.context.zone))

    def text(self, value: str) -> Code:
        """A text as a bound value."""
        return leaf(literal(value, Text()))

    def constant(self, value: object, type_: Type) -> Code:
        """A value as a bound value."""
        if value is None:
            return self.blank(type_)
        return leaf(literal(value, column_of(type_)))

    def blank(self, type_: Type) -> Code:
        """Nothing, of a type."""
        return Code(f"NULL::{_CASTS.get(type_.kind, 'text')}", (), simple=True)

    def now(self) -> Code:
        """The moment, under its name."""
        return leaf(now_of(self.context))


def now_of(context: Context) -> ColumnElement[Any]:
    """The moment, as a named value."""
    return bindparam(context.moment, context.now, type_=column_type(ColumnKind.MOMENT))


def me_of(context: Context) -> ColumnElement[Any]:
    """Who asks, as a named value."""
    return bindparam("me", context.me, type_=column_type(ColumnKind.TEXT))


def exact(value: Code) -> Code:
    """The number rounded to ten places, half away from zero; blank outside the range."""
    return code(
        "nullif(lower(numrange(round(", value, f", {PLACES}), NULL) * numrange(-{_LIMIT}, {_LIMIT}, '()')), -{_LIMIT})"
    )


def quotient(above: Code, below: Code) -> Code:
    """The quotient with so many places that rounding it once more is still right."""
    return code("round(", above, ", 40) / ", below)


def _within(value: Code, first: int, last: int) -> Code:
    return code("nullif(lower(int8range((", value, f")::bigint, NULL) * int8range({first}, {last})), {first})")


def within_moments(value: Code) -> Code:
    """Microseconds since 1970; blank outside the range of moments."""
    return _within(value, _FIRST, _LAST)


def length(value: Code) -> Code:
    """Microseconds, out of any number; blank outside the range of lengths."""
    most = f"{MOST_MICROS}::numeric"
    return code("nullif(lower(numrange(", value, f", NULL) * numrange(-{most}, {most}, '()')), -{most})::bigint")


def within_days(value: Code) -> Code:
    """A day; blank outside the range."""
    first, last = f"'{FIRST_DAY.isoformat()}'::date", f"'{LAST_DAY.isoformat()}'::date"
    return code("nullif(lower(daterange((", value, f")::date, NULL) * daterange({first}, {last})), {first})")


def local(sql: Builder, at: Code) -> Code:
    """The wall clock at a moment: a timestamp without zone."""

    def shown(given: Code) -> Code:
        return code(
            "((timestamp '1970-01-01' + make_interval(days => (", given, f" / {_DAY})::integer) + mod(", given,
            f", {_DAY}::bigint) * interval '1 microsecond') AT TIME ZONE 'UTC' AT TIME ZONE ", sql.zone, ")",
        )  # fmt: skip

    return let(shown, at)


def instant(sql: Builder, wall: Code) -> Code:
    """The moment at which a wall clock shows this, in microseconds; blank outside the range."""
    return within_moments(code("extract(epoch FROM (", wall, ") AT TIME ZONE ", sql.zone, ") * 1000000"))


def text(value: Code) -> Code:
    """A text; the empty one is blank."""
    return code("nullif(", value, ", '')")


def whole(value: Code, least: int, most: int) -> Code:
    """The whole part of a number between two limits, as an integer; blank where it is blank."""

    def clamped(given: Code) -> Code:
        return code(
            "CASE WHEN ", given, " IS NOT NULL THEN least(greatest(trunc(", given, f"), {least}), {most})::integer END"
        )

    return let(clamped, value)


def is_text(type_: Type) -> bool:
    """Whether values of the type are texts."""
    return type_.kind in TEXTS or type_.kind is Kind.BLANK
