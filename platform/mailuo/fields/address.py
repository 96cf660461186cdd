"""A postal address: text with its own widget and mask."""

import re
from dataclasses import dataclass
from typing import ClassVar

from mailuo.fields.field_type import MASKED, Schema
from mailuo.fields.text import Text

_TO_DISTRICT = re.compile(
    r"(?:.{2,12}?(?:省|自治区|特别行政区))?(?:.{1,12}?(?:市|自治州|地区|盟))?(?:.{1,10}?(?:区|县|旗|市))?"
)


@dataclass(frozen=True)
class Address(Text):
    """A postal address as it is written on an envelope."""

    max_length: int = 500

    name: ClassVar[str] = "address"
    zh: ClassVar[str] = "地址"
    en: ClassVar[str] = "address"
    widget: ClassVar[str] = "address"
    options: ClassVar[Schema] = {}

    def mask(self, value: object) -> str | None:
        """The address up to its district: `浙江省杭州市西湖区****`."""
        if value is None:
            return None
        known = _TO_DISTRICT.match(str(value))
        return f"{known[0] if known else ''}{MASKED}"
