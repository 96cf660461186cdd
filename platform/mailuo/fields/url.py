"""A web address: text with its own check and widget."""

import re
from dataclasses import dataclass
from typing import ClassVar

from mailuo.base.problems import Problem
from mailuo.fields.field_type import MASKED, Schema, found
from mailuo.fields.messages import NOT_URL
from mailuo.fields.text import Text

_URL = re.compile(r"https?://[^\s/?#@\\<>\"]+(?:[/?#][^\s<>\"\\]*)?", re.IGNORECASE)
_LONGEST = 2_000


@dataclass(frozen=True)
class Url(Text):
    """A web address; only http and https, so that a click runs nothing."""

    name: ClassVar[str] = "url"
    zh: ClassVar[str] = "网址"
    en: ClassVar[str] = "web address"
    widget: ClassVar[str] = "url"
    options: ClassVar[Schema] = {}

    def check(self, value: object) -> Problem | None:
        """Refuses every other scheme, and names and passwords before the host."""
        text = str(value)
        fits = len(text) <= _LONGEST and text.isprintable() and _URL.fullmatch(text)
        return None if fits else NOT_URL(found=found(value))

    def mask(self, value: object) -> str | None:
        """Nothing of it."""
        return None if value is None else MASKED
