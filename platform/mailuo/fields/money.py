"""Money: exact to the cent, in one currency."""

from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import ClassVar

from mailuo.base.problems import Language
from mailuo.fields.field_type import Schema
from mailuo.fields.number import LIMITS, Number
from mailuo.formulas.columns import ColumnKind

_SIGNS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True)
class Money(Number):
    """An amount of money; "19.999" in a field of two places is refused, not rounded."""

    digits: int = 2
    currency: str | None = None

    name: ClassVar[str] = "money"
    zh: ClassVar[str] = "金额"
    en: ClassVar[str] = "money"
    widget: ClassVar[str] = "money"
    column: ClassVar[ColumnKind | None] = ColumnKind.MONEY
    options: ClassVar[Schema] = {
        "currency": {
            "type": "string",
            "pattern": "^[A-Z]{3}$",
            "description": "货币，默认取工作区的 / currency, the workspace's unless said",
        },
        "places": {
            "type": "integer",
            "minimum": 0,
            "maximum": 6,
            "description": "小数位数，默认 2 / decimals, 2 unless said",
        },
        **LIMITS,
    }

    @property
    def sign(self) -> str:
        """What stands before an amount: the currency's sign, or its letters and a space."""
        return _SIGNS.get(self.currency or "", f"{self.currency} " if self.currency else "")

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """Thousands apart, all places, the currency's sign before: `¥24,980.00`."""
        amount = value if isinstance(value, Decimal) else Decimal(0)
        return f"{'-' if amount < 0 else ''}{self.sign}{abs(amount):,f}"

    def to_json(self, value: object, zone: tzinfo) -> object:
        """Decimal text, so that no reader makes a binary float of it."""
        return f"{value:f}" if isinstance(value, Decimal) else value
