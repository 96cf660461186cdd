"""Writers: what makes JSON of the driver's values, without an object in between where that comes to the same.

A list of fifty records holds some two thousand values, so each call that a value is spared counts.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from mailuo.base.moments import format_moment
from mailuo.fields import FieldType, Money, Number
from mailuo.formulas.columns import MomentColumn, NumberColumn, ScaledColumn, TruthColumn
from mailuo.formulas.numbers import DIGITS, of_sortable
from mailuo.storage.prepared import Convert, from_driver

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SIGN = -len("+08:00")
_REMEMBERED = 16_384


def writer(column: TypeEngine[Any], type_: FieldType | None, dialect: Dialect, zone: ZoneInfo) -> Convert | None:
    """What makes JSON of a driver's value of a column; None where it is JSON already. Blanks are the caller's."""
    if type(column) is MomentColumn:
        return moment_writer(zone)
    read = from_driver(column, dialect)
    if type_ is None or type(type_).to_json is FieldType.to_json:
        return bool if read is not None and isinstance(column, TruthColumn) else read
    write = type_.to_json
    if isinstance(column, NumberColumn) and type(type_).to_json is Number.to_json:
        return _number if dialect.name == "sqlite" else lambda raw: write(raw, zone)
    if isinstance(column, ScaledColumn) and type(type_).to_json is Money.to_json and dialect.name == "sqlite":
        return _amount_writer(column.places)
    return (lambda raw: write(raw, zone)) if read is None else (lambda raw: write(read(raw), zone))


@lru_cache(maxsize=8)
def moment_writer(zone: ZoneInfo) -> Callable[[int], str]:
    """What makes RFC 3339 in the zone of microseconds since 1970, without an object in between where that is exact.

    A record says the same moment several times, and lists are read again and again: the latest texts are remembered.
    """

    @lru_cache(maxsize=_REMEMBERED)
    def write(micros: int) -> str:
        seconds, rest = divmod(micros, 1_000_000)
        local = datetime.fromtimestamp(seconds, zone)
        text = (local.replace(microsecond=rest) if rest else local).isoformat()
        return text if text[_SIGN] in "+-" else format_moment(_EPOCH + timedelta(microseconds=micros), zone)

    return write


def _number(text: str) -> int | float:
    """The JSON number of a sortable text: such a text has digits behind the point only where the number is no whole one."""
    if text[0] != "1":
        value = of_sortable(text)
        return int(value) if value == value.to_integral_value() else float(value)
    digits = text[1:]
    if len(digits) <= DIGITS:
        return int(digits.ljust(DIGITS, "0"))
    return float(f"{digits[:DIGITS]}.{digits[DIGITS:]}")


def _amount_writer(places: int) -> Callable[[int], str]:
    """What makes the decimal text of an amount of smallest units."""
    if not places:
        return str
    least = places + 1

    def write(units: int) -> str:
        digits = str(units).zfill(least + (units < 0))
        return f"{digits[:-places]}.{digits[-places:]}"

    return write
