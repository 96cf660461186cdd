"""Text of several lines, shown as text (never as HTML; decision 031)."""

from dataclasses import dataclass
from typing import ClassVar

from mailuo.fields.field_type import MASKED
from mailuo.fields.text import Text


@dataclass(frozen=True)
class LongText(Text):
    """A text of several lines."""

    max_length: int = 100_000

    name: ClassVar[str] = "long_text"
    zh: ClassVar[str] = "多行文本"
    en: ClassVar[str] = "long text"
    widget: ClassVar[str] = "long_text"

    def mask(self, value: object) -> str | None:
        """Nothing of it."""
        return None if value is None else MASKED
