"""A phone number: text with its own check, widget and mask."""

import re
from dataclasses import dataclass
from typing import ClassVar

from mailuo.base.problems import Problem
from mailuo.fields.field_type import MASKED, Schema, found
from mailuo.fields.messages import NOT_PHONE
from mailuo.fields.text import Text

_PHONE = re.compile(r"\+?[0-9](?:[0-9 ()-]{3,22})[0-9]", re.ASCII)


@dataclass(frozen=True)
class Phone(Text):
    """A phone number, kept as written."""

    name: ClassVar[str] = "phone"
    zh: ClassVar[str] = "电话"
    en: ClassVar[str] = "phone"
    widget: ClassVar[str] = "phone"
    options: ClassVar[Schema] = {}

    def check(self, value: object) -> Problem | None:
        """Refuses what nobody could dial."""
        return None if _PHONE.fullmatch(str(value)) else NOT_PHONE(found=found(value))

    def mask(self, value: object) -> str | None:
        """The first three and the last four digits: `138****0000`."""
        if value is None:
            return None
        digits = str(value)
        return f"{digits[:3]}{MASKED}{digits[-4:]}" if len(digits) >= 10 else f"{MASKED}{digits[-2:]}"
