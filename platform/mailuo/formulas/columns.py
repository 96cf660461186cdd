"""Columns: how a value of each kind is stored on either store.

PostgreSQL has exact types for everything. SQLite's integers have 64 bits: amounts of at most three places are integers
of their smallest unit, all other decimals are texts that sort as the numbers do. Moments and durations are whole
microseconds on both.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import orjson
from sqlalchemy import BigInteger, Boolean, Date, Integer, Numeric, Text
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from mailuo.base.moments import MICROSECOND, micros, moment
from mailuo.formulas.numbers import of_sortable, sortable, trimmed

_MOST_SCALED = 3
_SIX = 6
_FIFTEEN = 15
Convert = Callable[[Any], Any]


class ColumnKind(Enum):
    """The kinds of columns."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"
    DURATION = "duration"
    LIST = "list"
    JSON = "json"


class TextColumn(TypeDecorator[str]):
    """Text that compares by code point."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text, collated by its bytes."""
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())

    @property
    def python_type(self) -> type[str]:
        """Text."""
        return str

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Nothing: both drivers give texts."""
        return


class _Stored(TypeDecorator[Any]):
    """A type whose values SQLite stores as something else; `to` and `of` convert where the store needs it."""

    impl: Any = Text
    native: TypeEngine[Any] = Text()
    on_sqlite: TypeEngine[Any] = Text()

    def __init_subclass__(cls) -> None:
        """Lets statements that use the type be cached; SQLAlchemy looks for the word in each class itself."""
        super().__init_subclass__()
        cls.cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL's own type, or SQLite's nearest."""
        return dialect.type_descriptor(self.native if dialect.name == "postgresql" else self.on_sqlite)

    def converts(self, dialect: Dialect) -> "tuple[Convert, Convert] | None":
        """What turns values into stored ones and back; None where the driver takes and gives them."""
        return None if dialect.name == "postgresql" else (self.to, self.of)

    def to(self, value: Any) -> Any:
        """The stored value."""
        return value

    def of(self, value: Any) -> Any:
        """The value of a stored one."""
        return value

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        """What turns a value into what the driver takes."""
        pair = self.converts(dialect)
        if pair is None:
            return self.impl_instance_of(dialect).bind_processor(dialect)
        return _unless_blank(pair[0])

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        """What turns the driver's value into a Python value."""
        pair = self.converts(dialect)
        if pair is None:
            return self.impl_instance_of(dialect).result_processor(dialect, coltype)
        return _unless_blank(pair[1])

    def impl_instance_of(self, dialect: Dialect) -> TypeEngine[Any]:
        """The dialect's own type."""
        return self.load_dialect_impl(dialect).dialect_impl(dialect)


def _unless_blank(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


class TruthColumn(_Stored):
    """Yes or no; 1 or 0 on SQLite."""

    coerce_to_is_types = (type(None), bool)  # `IS true`, where a parameter would be no SQL
    cache_ok = True
    impl = Boolean
    native = Boolean()
    on_sqlite = Integer()

    def to(self, value: Any) -> Any:
        """1 or 0."""
        return int(value)

    def of(self, value: Any) -> Any:
        """True or False."""
        return bool(value)


class NumberColumn(_Stored):
    """An exact decimal; on SQLite a text that sorts as the number does."""

    cache_ok = True
    impl = Numeric
    native = Numeric()

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        """The number without superfluous zeros, on both stores."""
        return _unless_blank(trimmed) if dialect.name == "postgresql" else super().result_processor(dialect, coltype)

    def to(self, value: Any) -> Any:
        """The sortable text."""
        return sortable(Decimal(value))

    def of(self, value: Any) -> Any:
        """The number."""
        return of_sortable(value)


class PlacesColumn(NumberColumn):
    """An exact decimal shown with fixed places."""

    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places
        self.native = Numeric(_FIFTEEN + _FIFTEEN + places, places)
        self._unit = Decimal(1).scaleb(-places)

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        """The number with all its places."""
        return None if dialect.name == "postgresql" else super().result_processor(dialect, coltype)

    def of(self, value: Any) -> Any:
        """The number with all its places."""
        return of_sortable(value).quantize(self._unit)


class ScaledColumn(_Stored):
    """An exact decimal with few places; on SQLite an integer of its smallest unit."""

    cache_ok = True
    impl = Numeric
    on_sqlite = Integer()

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places
        self.native = Numeric(_FIFTEEN + places, places)

    def to(self, value: Any) -> Any:
        """The number of smallest units."""
        return int(Decimal(value).scaleb(self.places))

    def of(self, value: Any) -> Any:
        """The number with all its places."""
        return Decimal(value).scaleb(-self.places)


class MomentColumn(_Stored):
    """A moment in whole microseconds since 1970."""

    cache_ok = True
    impl = BigInteger
    native = BigInteger()
    on_sqlite = Integer()

    def converts(self, dialect: Dialect) -> "tuple[Convert, Convert] | None":
        """The same on both stores."""
        return micros, moment


class DurationColumn(MomentColumn):
    """A length of time in whole microseconds."""

    cache_ok = True

    def converts(self, dialect: Dialect) -> "tuple[Convert, Convert] | None":
        """The same on both stores."""
        return _length_micros, _length


class DateColumn(_Stored):
    """A day; ISO text on SQLite."""

    cache_ok = True
    impl = Date
    native = Date()

    def to(self, value: Any) -> Any:
        """ISO text."""
        return value.isoformat()

    def of(self, value: Any) -> Any:
        """The day."""
        return date.fromisoformat(value)


class JsonColumn(_Stored):
    """Any JSON, as it was written."""

    cache_ok = True
    native = JSON(none_as_null=True)

    def to(self, value: Any) -> Any:
        """The JSON text."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def of(self, value: Any) -> Any:
        """What the text says."""
        return json.loads(value)


class ListColumn(_Stored):
    """A list of texts, read as a tuple."""

    cache_ok = True
    native = JSONB(none_as_null=True)

    def converts(self, dialect: Dialect) -> "tuple[Convert, Convert] | None":
        """JSON text on SQLite; PostgreSQL's driver takes and gives lists."""
        if dialect.name != "postgresql":
            return self.to, self.of
        inner = self.native.dialect_impl(dialect).bind_processor(dialect)
        return (lambda value: inner(list(value)) if inner else list(value)), tuple

    def to(self, value: Any) -> Any:
        """The JSON text."""
        return json.dumps(list(value), ensure_ascii=False, separators=(",", ":"))

    def of(self, value: Any) -> Any:
        """The texts."""
        return tuple(orjson.loads(value))


_TEXT = TextColumn()
_FIXED: dict[ColumnKind, TypeEngine[Any]] = {
    ColumnKind.TEXT: _TEXT,
    ColumnKind.INTEGER: Integer(),
    ColumnKind.BOOLEAN: TruthColumn(),
    ColumnKind.DATE: DateColumn(),
    ColumnKind.MOMENT: MomentColumn(),
    ColumnKind.DURATION: DurationColumn(),
    ColumnKind.LIST: ListColumn(),
    ColumnKind.JSON: JsonColumn(),
}
NUMBER_COLUMN = NumberColumn()
"""The type of a computed number."""


def column_type(kind: ColumnKind, places: int = 0) -> TypeEngine[Any]:
    """The type of a column of this kind; `places` counts for decimals."""
    if kind is ColumnKind.DECIMAL:
        return _DECIMAL
    if kind is ColumnKind.MONEY:
        return ScaledColumn(places) if places <= _MOST_SCALED else PlacesColumn(places)
    return _FIXED[kind]


def _length_micros(value: timedelta) -> int:
    return value // MICROSECOND


def _length(value: int) -> timedelta:
    return timedelta(microseconds=value)


class _DecimalColumn(NumberColumn):
    native = Numeric(_FIFTEEN + _SIX, _SIX)


_DECIMAL = _DecimalColumn()
