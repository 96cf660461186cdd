"""A formula field: its value is computed from the record's other values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, Self

from mailuo.base.problems import Language
from mailuo.fields.computed import UNKNOWN, Computed
from mailuo.fields.field_type import Schema
from mailuo.fields.money import Money
from mailuo.formulas import Formula
from mailuo.formulas.types import Type


@dataclass(frozen=True)
class FormulaField(Computed):
    """The value of a formula; `formula` is None only until the declaration has been resolved.

    `money` is the kind of money that it comes to, where it does: people read it as such; JSON has a number, as of all formulas.
    """

    text: str = ""
    formula: Formula | None = None
    money: Money | None = None

    name: ClassVar[str] = "formula"
    zh: ClassVar[str] = "公式"
    en: ClassVar[str] = "formula"
    options: ClassVar[Schema] = {
        "formula": {"type": "string", "format": "formula", "description": "公式 / the formula"}
    }
    needed: ClassVar[tuple[str, ...]] = ("formula",)

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Self:
        """The formula field as declared, not yet compiled."""
        return cls(text=str(options.get("formula", "")))

    @property
    def formula_type(self) -> Type:
        """The type of the formula's value."""
        return self.formula.type if self.formula else UNKNOWN

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """Money with its sign and the places that it has, rounded half away from zero."""
        if self.money is None or not isinstance(value, Decimal):
            return super().words(value, language, zone)
        places = Decimal(1).scaleb(-self.money.places)
        return self.money.words(value.quantize(places, ROUND_HALF_UP), language, zone)
