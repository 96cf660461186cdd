"""A formula field: its value is computed from the record's other values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from mailuo.fields.computed import UNKNOWN, Computed
from mailuo.fields.field_type import Schema
from mailuo.formulas import Formula
from mailuo.formulas.types import Type


@dataclass(frozen=True)
class FormulaField(Computed):
    """The value of a formula; `formula` is None only until the declaration has been resolved."""

    text: str = ""
    formula: Formula | None = None

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
