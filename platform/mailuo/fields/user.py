"""A user: a person by name, or a role (`role:…`) that is meant as a whole."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from mailuo.fields.field_type import Schema, found
from mailuo.fields.messages import NOT_TEXT
from mailuo.fields.text import Text


@dataclass(frozen=True)
class User(Text):
    """The name of a person, or `role:<id>`; who is meant is resolved on writing."""

    max_length: int = 100

    name: ClassVar[str] = "user"
    zh: ClassVar[str] = "人员"
    en: ClassVar[str] = "user"
    widget: ClassVar[str] = "user"
    options: ClassVar[Schema] = {}

    def read(self, raw: object, zone: tzinfo) -> object:
        """The name without its surrounding blanks."""
        return (raw.strip() or None) if isinstance(raw, str) else NOT_TEXT(found=found(raw))
