"""An e-mail address: text with its own check, widget and mask."""

import re
from dataclasses import dataclass
from typing import ClassVar

from mailuo.base.problems import Problem
from mailuo.fields.field_type import MASKED, Schema, found
from mailuo.fields.messages import NOT_EMAIL
from mailuo.fields.text import Text

_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}", re.ASCII)
_LONGEST = 254


@dataclass(frozen=True)
class Email(Text):
    """An e-mail address, kept as written."""

    name: ClassVar[str] = "email"
    zh: ClassVar[str] = "邮箱"
    en: ClassVar[str] = "e-mail"
    widget: ClassVar[str] = "email"
    options: ClassVar[Schema] = {}

    def check(self, value: object) -> Problem | None:
        """Refuses what no mail could be sent to."""
        text = str(value)
        return None if len(text) <= _LONGEST and _EMAIL.fullmatch(text) else NOT_EMAIL(found=found(value))

    def mask(self, value: object) -> str | None:
        """The first letter and the host: `z****@example.com`."""
        if value is None:
            return None
        name, _, host = str(value).rpartition("@")
        return f"{name[:1]}{MASKED}@{host}"
