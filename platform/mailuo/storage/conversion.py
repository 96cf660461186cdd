"""Conversions: how a stored value becomes one of a wider type, losing nothing. Pure."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

Conversion = Callable[[object, ZoneInfo], object]


def _same(value: object, zone: ZoneInfo) -> object:
    return value


def _decimal(value: object, zone: ZoneInfo) -> object:
    return Decimal(str(value))


def _one(value: object, zone: ZoneInfo) -> object:
    return (value,)


def _midnight(value: object, zone: ZoneInfo) -> object:
    return datetime.combine(value, time(), zone).astimezone(UTC) if isinstance(value, date) else None


_WIDER: dict[tuple[str, str], Conversion] = {
    ("integer", "decimal"): _decimal,
    ("integer", "money"): _decimal,
    ("decimal", "decimal"): _same,
    ("money", "money"): _same,
    ("money", "decimal"): _same,
    ("date", "moment"): _midnight,
    ("text", "list"): _one,
}


def conversion_of(old_form: str | None, new_form: str | None) -> Conversion | None:
    """How values of one form become values of another; None when that could lose something."""
    if not old_form or not new_form:
        return None
    _, old_kind, old_places = old_form.split(":")
    _, new_kind, new_places = new_form.split(":")
    if old_kind in ("decimal", "money") and int(new_places) < int(old_places):
        return None
    return _WIDER.get((old_kind, new_kind))
