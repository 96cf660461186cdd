"""Cells: how a value stands in an export, so that an import of it gives the value again. Pure."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

import orjson

from mailuo.base.moments import format_duration, format_moment
from mailuo.exchange.armour import armoured
from mailuo.fields import FieldType, Money
from mailuo.fields.json_value import JsonValue

_PARTING = frozenset(",，;；、\n")
_SHEET_DIGITS = 15
_FIRST_DAY = date(1900, 3, 1)  # earlier ones are counted differently by different spreadsheets

Cell = Callable[[object], object]


def text_cell(type_: FieldType | None, zone: tzinfo) -> Callable[[object], str]:
    """What writes the values of a column as the cells of a CSV."""

    def write(value: object) -> str:
        if value is None:
            return ""
        if isinstance(type_, JsonValue):
            return _json(value)
        match value:
            case str():
                return armoured(value)
            case bool():
                return "true" if value else "false"
            case datetime():
                return format_moment(value, zone)
            case timedelta():
                return format_duration(value)
            case date():
                return value.isoformat()
            case Decimal():
                return _plain(value, type_)
            case list() | tuple():
                return armoured(_words(value))
            case Mapping():
                return str(value["id"]) if "sha256" in value else _json(value)
        return str(value)

    return write


def line_cell(type_: FieldType | None, zone: tzinfo) -> Cell:
    """What writes the values of a column as members of NDJSON: as the API does, with every digit of a number."""

    def write(value: object) -> object:
        match value:
            case Decimal() if not isinstance(type_, Money):
                return orjson.Fragment(_plain(value, type_))
            case datetime():
                return format_moment(value, zone)
        return value if type_ is None or value is None else type_.to_json(value, zone)

    return write


def sheet_cell(type_: FieldType | None, zone: tzinfo) -> Cell:
    """What writes the values of a column as cells of a spreadsheet: numbers and times as such where that is exact."""
    as_text = text_cell(type_, zone)

    def write(value: object) -> object:
        match value:
            case None | bool() | str():
                return value
            case int():
                return value if abs(value) < 10**_SHEET_DIGITS else str(value)
            case Decimal():
                return (
                    float(value) if len(value.normalize().as_tuple().digits) <= _SHEET_DIGITS else _plain(value, type_)
                )
            case datetime():
                return _local(value, zone) or format_moment(value, zone)
            case date() if value >= _FIRST_DAY:
                return value
            case list() | tuple():
                return _words(value)
        return as_text(value)

    return write


def _local(value: datetime, zone: tzinfo) -> datetime | None:
    """The moment as the zone's clocks show it, where they show it once and to the second."""
    local = value.astimezone(zone)
    clear = local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()
    if value.microsecond or not clear or local.date() < _FIRST_DAY:
        return None
    return local.replace(tzinfo=None)


def _plain(value: Decimal, type_: FieldType | None) -> str:
    """All digits and no exponent; without superfluous zeros but for money."""
    text = f"{value:f}"
    return text if isinstance(type_, Money) or "." not in text else text.rstrip("0").rstrip(".")


def _words(words: list[object] | tuple[object, ...]) -> str:
    """The words with commas between; as JSON where a word holds what parts them."""
    if all(isinstance(word, str) and word.strip() == word and _PARTING.isdisjoint(word) for word in words):
        text = ",".join(map(str, words))
        return text if text[:1] not in ("[", "{") else _json(words)
    return _json(words)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
