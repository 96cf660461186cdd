"""Moments: a date with a time, kept in UTC, written and shown in the workspace's zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import ClassVar

from mailuo.base.moments import format_moment, parse_moment
from mailuo.base.problems import Language
from mailuo.fields.field_type import FieldType, found
from mailuo.fields.messages import NOT_MOMENT
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

_BARE_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SPREADSHEET = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2}) (\d{1,2}:\d\d(?::\d\d)?)", re.ASCII)


@dataclass(frozen=True)
class Datetime(FieldType):
    """A moment; a text without an offset is in the workspace's zone, a bare date is no moment."""

    name: ClassVar[str] = "datetime"
    zh: ClassVar[str] = "时间"
    en: ClassVar[str] = "date and time"
    widget: ClassVar[str] = "datetime"
    column: ClassVar[ColumnKind | None] = ColumnKind.MOMENT

    @property
    def formula_type(self) -> Type:
        """A moment."""
        return Type(Kind.MOMENT)

    def read(self, raw: object, zone: tzinfo) -> object:
        """The moment in UTC that an RFC 3339 text, or `2026/1/5 9:30` of a spreadsheet, names."""
        if isinstance(raw, datetime):
            return (raw if raw.tzinfo else raw.replace(tzinfo=zone)).astimezone(UTC)
        if not isinstance(raw, str) or _BARE_DATE.fullmatch(raw.strip()):
            return NOT_MOMENT(found=found(raw))
        value = parse_moment(_SPREADSHEET.sub(_as_iso, raw.strip()), zone)
        return NOT_MOMENT(found=found(raw)) if value is None else value

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """`2026-01-15 09:30`, in the zone."""
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)

    def to_json(self, value: object, zone: tzinfo) -> object:
        """RFC 3339 with the zone's offset."""
        return format_moment(value, zone) if isinstance(value, datetime) else value


def _as_iso(match: "re.Match[str]") -> str:
    year, month, day, time = match.groups()
    return (
        f"{year}-{int(month):02}-{int(day):02}T{time:0>5}"
        if time.count(":") == 1
        else f"{year}-{int(month):02}-{int(day):02}T{time:0>8}"
    )
