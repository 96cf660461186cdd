"""Numbers: exact decimals, never binary floats."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Any, ClassVar, Self

from mailuo.base.problems import Language, Problem
from mailuo.fields.field_type import FieldType, Schema, found
from mailuo.fields.messages import NOT_NUMBER, NUMBER_TOO_LARGE, TOO_LARGE, TOO_MANY_PLACES, TOO_SMALL
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

_PLAIN = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?|[+-]?\.\d+", re.ASCII)
_LARGEST_DIGITS = 15
_LONGEST_TEXT = 64

LIMITS: Schema = {
    "min": {"type": "number", "description": "最小值 / least value"},
    "max": {"type": "number", "description": "最大值 / greatest value"},
}


@dataclass(frozen=True)
class Number(FieldType):
    """A decimal number with so many places; more places than declared are refused, not rounded."""

    digits: int = 4
    min: Decimal | None = None
    max: Decimal | None = None
    unit: str | None = None

    name: ClassVar[str] = "number"
    zh: ClassVar[str] = "数字"
    en: ClassVar[str] = "number"
    widget: ClassVar[str] = "number"
    column: ClassVar[ColumnKind | None] = ColumnKind.DECIMAL
    options: ClassVar[Schema] = {
        "places": {
            "type": "integer",
            "minimum": 0,
            "maximum": 6,
            "description": "小数位数，默认 4 / decimals, 4 unless said",
        },
        "unit": {"type": "string", "description": "单位，例如 mm / unit, such as mm"},
        **LIMITS,
    }

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Self:
        """The type with these options; `places` is kept as `digits`, because it is also the stored scale."""
        renamed: dict[str, Any] = {("digits" if key == "places" else key): value for key, value in options.items()}
        return cls(**renamed)

    @property
    def formula_type(self) -> Type:
        """A number."""
        return Type(Kind.NUMBER)

    @property
    def places(self) -> int:
        """The declared decimals."""
        return self.digits

    def read(self, raw: object, zone: tzinfo) -> object:
        """The decimal at the type's scale, or the Problem."""
        value = read_decimal(raw)
        if isinstance(value, Problem):
            return value
        if value.adjusted() >= _LARGEST_DIGITS and value:
            return NUMBER_TOO_LARGE()
        return self._scaled(value)

    def _scaled(self, value: Decimal) -> Decimal | Problem:
        exponent = value.normalize().as_tuple().exponent if value else 0
        if isinstance(exponent, int) and -exponent > self.digits:
            return TOO_MANY_PLACES(found=found(value), places=self.digits)
        return value.quantize(Decimal(1).scaleb(-self.digits)) + 0

    def check(self, value: object) -> Problem | None:
        """Refuses what is below `min` or above `max`."""
        return limits_problem(value, self.min, self.max)

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """Thousands apart, no superfluous zeros, the unit after a space."""
        text = f"{value:,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{text} {self.unit}" if self.unit else text

    def to_json(self, value: object, zone: tzinfo) -> object:
        """A JSON number: whole numbers as integers."""
        if not isinstance(value, Decimal):
            return value
        return int(value) if value == value.to_integral_value() else float(value)


def read_decimal(raw: object) -> Decimal | Problem:
    """The finite decimal that a JSON number or a plain text names; scientific text is refused."""
    if isinstance(raw, Decimal):
        return raw if raw.is_finite() else NOT_NUMBER(found=found(raw))
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Decimal(raw) if abs(raw) < 10**_LARGEST_DIGITS else NUMBER_TOO_LARGE()
    if isinstance(raw, float):
        value = Decimal(repr(raw))
        return value if value.is_finite() else NOT_NUMBER(found=found(raw))
    if isinstance(raw, str) and len(raw) <= _LONGEST_TEXT and _PLAIN.fullmatch(raw.strip()):
        return Decimal(raw.strip().replace(",", ""))
    return NOT_NUMBER(found=found(raw))


def limits_problem(value: object, least: Decimal | int | None, most: Decimal | int | None) -> Problem | None:
    """What is wrong with a number outside its limits, or None."""
    if not isinstance(value, (Decimal, int)):
        return None
    if least is not None and value < least:
        return TOO_SMALL(found=value, least=least)
    if most is not None and value > most:
        return TOO_LARGE(found=value, most=most)
    return None
