"""A score: a whole number on a scale."""

from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import ClassVar

from mailuo.base.problems import Problem
from mailuo.fields.field_type import FieldType, Schema, found
from mailuo.fields.messages import NOT_WHOLE
from mailuo.fields.number import limits_problem, read_decimal
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type


@dataclass(frozen=True)
class Score(FieldType):
    """A whole number from `min` to `max`; 0 to 10 unless said otherwise."""

    min: int = 0
    max: int = 10

    name: ClassVar[str] = "score"
    zh: ClassVar[str] = "分值"
    en: ClassVar[str] = "score"
    widget: ClassVar[str] = "score"
    column: ClassVar[ColumnKind | None] = ColumnKind.INTEGER
    options: ClassVar[Schema] = {
        "min": {
            "type": "integer",
            "minimum": -1000,
            "maximum": 1000,
            "description": "最小值，默认 0 / least value, 0 unless said",
        },
        "max": {
            "type": "integer",
            "minimum": -1000,
            "maximum": 1000,
            "description": "最大值，默认 10 / greatest value, 10 unless said",
        },
    }

    @property
    def formula_type(self) -> Type:
        """A number."""
        return Type(Kind.NUMBER)

    def read(self, raw: object, zone: tzinfo) -> object:
        """The whole number, or the Problem."""
        value = read_decimal(raw)
        if not isinstance(value, Decimal):
            return value
        if value.adjusted() > 6 or value != value.to_integral_value():
            return NOT_WHOLE(found=found(raw))
        return int(value)

    def check(self, value: object) -> Problem | None:
        """Refuses what is off the scale."""
        return limits_problem(value, self.min, self.max)
