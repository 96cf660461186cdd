"""A bar code: text that is scanned."""

from dataclasses import dataclass
from typing import ClassVar

from mailuo.fields.field_type import MASKED
from mailuo.fields.text import Text


@dataclass(frozen=True)
class Barcode(Text):
    """What a scanner reads: short text, shown as a code when printed."""

    max_length: int = 200

    name: ClassVar[str] = "barcode"
    zh: ClassVar[str] = "条码"
    en: ClassVar[str] = "bar code"
    widget: ClassVar[str] = "barcode"

    def mask(self, value: object) -> str | None:
        """Nothing of it."""
        return None if value is None else MASKED
