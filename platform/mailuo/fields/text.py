"""Text on one line, or what people paste into one."""

from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from typing import Any, ClassVar

import re2  # type: ignore[import-untyped]

from mailuo.base.problems import Problem
from mailuo.fields.field_type import FieldType, Schema, found
from mailuo.fields.messages import CONTROL_CHARACTER, NOT_TEXT, PATTERN, TOO_LONG
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

_ALLOWED_CONTROLS = frozenset("\t\n\r")


@dataclass(frozen=True)
class Text(FieldType):
    """Any text; bidirectional marks are kept (pages isolate them), control characters are refused."""

    max_length: int = 10_000
    pattern: str | None = None

    name: ClassVar[str] = "text"
    zh: ClassVar[str] = "文本"
    en: ClassVar[str] = "text"
    widget: ClassVar[str] = "text"
    column: ClassVar[ColumnKind | None] = ColumnKind.TEXT
    options: ClassVar[Schema] = {
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100_000,
            "description": "最多几个字 / most characters",
        },
        "pattern": {
            "type": "string",
            "format": "regex",
            "description": "整段文字须符合的正则表达式 / expression the whole text must fit",
        },
    }

    @property
    def formula_type(self) -> Type:
        """Text."""
        return Type(Kind.TEXT)

    def read(self, raw: object, zone: tzinfo) -> object:
        """The text as written; whole numbers of a spreadsheet become text, other things are refused."""
        if isinstance(raw, str):
            return raw
        if isinstance(raw, int) and not isinstance(raw, bool):
            return str(raw)
        return NOT_TEXT(found=found(raw))

    def check(self, value: object) -> Problem | None:
        """Refuses what is too long, invisible, or does not fit the pattern."""
        text = str(value)
        if len(text) > self.max_length:
            return TOO_LONG(found=len(text), most=self.max_length)
        return control_problem(text) or self._pattern_problem(text)

    def _pattern_problem(self, text: str) -> Problem | None:
        if self.pattern is None or _compiled(self.pattern).fullmatch(text):
            return None
        return PATTERN(found=found(text), pattern=self.pattern)

    def mask(self, value: object) -> str | None:
        """The first character: `张*`."""
        return None if value is None else f"{str(value)[:1]}*"


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)


def control_problem(text: str) -> Problem | None:
    """What is wrong with the first character that no store or page could carry, or None."""
    if text.isprintable():
        return None
    for position, character in enumerate(text, start=1):
        code = ord(character)
        if (code < 32 and character not in _ALLOWED_CONTROLS) or 127 <= code < 160 or 0xD800 <= code < 0xE000:
            return CONTROL_CHARACTER(position=position, found=f"U+{code:04X}")
    return None
