"""Computed fields: what they share is that nobody writes them."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import ClassVar

from mailuo.base.moments import format_duration, format_moment
from mailuo.base.problems import Language
from mailuo.fields.boolean import Boolean
from mailuo.fields.day import Date
from mailuo.fields.duration import Duration
from mailuo.fields.field_type import MASKED, FieldType
from mailuo.fields.messages import COMPUTED
from mailuo.fields.moment import Datetime
from mailuo.fields.number import Number
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

_SHOWN_AS: dict[type, FieldType] = {
    bool: Boolean(),
    Decimal: Number(),
    datetime: Datetime(),
    date: Date(),
    timedelta: Duration(),
}


@dataclass(frozen=True)
class Computed(FieldType):
    """A field whose value follows from others when it is asked for; it has no column."""

    column: ClassVar[ColumnKind | None] = None
    widget: ClassVar[str] = "computed"

    @property
    @abstractmethod
    def formula_type(self) -> Type:
        """The type of what is computed."""

    def read(self, raw: object, zone: tzinfo) -> object:
        """Always the Problem that computed fields are not written."""
        return COMPUTED()

    @property
    def like(self) -> FieldType | None:
        """The stored field whose values these are, where there is one: they are written and masked alike."""
        return None

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """The value in the words of the field it comes from, or of a stored field of its kind."""
        like = self.like or _SHOWN_AS.get(type(value))
        if like:
            return like.words(value, language, zone)
        if isinstance(value, (tuple, list)):
            return ("、" if language == "zh" else ", ").join(map(str, value))
        options = self.formula_type.options or {}
        return options.get(str(value), str(value))

    def mask(self, value: object) -> str | None:
        """As the field it comes from is masked."""
        if value is None:
            return None
        return self.like.mask(value) if self.like else MASKED

    def to_json(self, value: object, zone: tzinfo) -> object:
        """The value as the field it comes from writes it, or as JSON writes its kind."""
        if self.like:
            return self.like.to_json(value, zone)
        if isinstance(value, datetime):
            return format_moment(value, zone)
        if isinstance(value, timedelta):
            return format_duration(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return Number().to_json(value, zone)
        return list(value) if isinstance(value, tuple) else value


UNKNOWN = Type(Kind.OTHER)
"""What a computed field is before its declaration has been resolved."""
