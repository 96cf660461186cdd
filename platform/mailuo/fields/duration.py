"""Durations: lengths of time."""

from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import ClassVar

from mailuo.base.moments import format_duration, parse_duration
from mailuo.base.problems import Language
from mailuo.fields.field_type import FieldType, found
from mailuo.fields.messages import NOT_DURATION
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

_UNITS = (
    (timedelta(days=1), "天", "d"),
    (timedelta(hours=1), "小时", "h"),
    (timedelta(minutes=1), "分", "min"),
    (timedelta(seconds=1), "秒", "s"),
)


@dataclass(frozen=True)
class Duration(FieldType):
    """A length of time, written `2h30m` or `7d`."""

    name: ClassVar[str] = "duration"
    zh: ClassVar[str] = "时长"
    en: ClassVar[str] = "duration"
    widget: ClassVar[str] = "duration"
    column: ClassVar[ColumnKind | None] = ColumnKind.DURATION

    @property
    def formula_type(self) -> Type:
        """A duration."""
        return Type(Kind.DURATION)

    def read(self, raw: object, zone: tzinfo) -> object:
        """The length that a text like `2h30m` names."""
        if isinstance(raw, timedelta):
            return raw
        length = parse_duration(raw) if isinstance(raw, str) else None
        return NOT_DURATION(found=found(raw)) if length is None else length

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """`2 小时 30 分`, `2 h 30 min`."""
        if not isinstance(value, timedelta):
            return str(value)
        parts, rest = [], abs(value)
        for size, zh, en in _UNITS:
            count, rest = divmod(rest, size)
            if count:
                parts.append(f"{count} {zh if language == 'zh' else en}")
        text = " ".join(parts) or ("0 秒" if language == "zh" else "0 s")
        return f"-{text}" if value < timedelta(0) else text

    def to_json(self, value: object, zone: tzinfo) -> object:
        """Text like `2h30m`."""
        return format_duration(value) if isinstance(value, timedelta) else value
