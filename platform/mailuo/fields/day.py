"""Dates: a day without a time of day."""

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import ClassVar

from mailuo.fields.field_type import FieldType, found
from mailuo.fields.messages import NOT_DATE
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

_DATE = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T]00:00(?::00)?)?|(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII
)


@dataclass(frozen=True)
class Date(FieldType):
    """A calendar day."""

    name: ClassVar[str] = "date"
    zh: ClassVar[str] = "日期"
    en: ClassVar[str] = "date"
    widget: ClassVar[str] = "date"
    column: ClassVar[ColumnKind | None] = ColumnKind.DATE

    @property
    def formula_type(self) -> Type:
        """A date."""
        return Type(Kind.DATE)

    def read(self, raw: object, zone: tzinfo) -> object:
        """The day that an ISO text, or `2026/1/5` of a spreadsheet, names; impossible days are refused."""
        if isinstance(raw, datetime):
            return raw.astimezone(zone).date() if raw.tzinfo else raw.date()
        if isinstance(raw, date):
            return raw
        match = _DATE.fullmatch(raw.strip()) if isinstance(raw, str) else None
        if not match:
            return NOT_DATE(found=found(raw))
        year, month, day = (match[1], match[3], match[4]) if match[1] else (match[5], match[6], match[7])
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            return NOT_DATE(found=found(raw))

    def to_json(self, value: object, zone: tzinfo) -> object:
        """ISO text."""
        return value.isoformat() if isinstance(value, date) else value
