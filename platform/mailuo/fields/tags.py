"""Tags: any number of short free words."""

import re
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from mailuo.base.problems import Language, Problem
from mailuo.fields.field_type import FieldType, found
from mailuo.fields.messages import NOT_LIST, NOT_TEXT, TOO_LONG, TOO_MANY
from mailuo.fields.text import control_problem
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

_SEPARATORS = re.compile(r"[,，;；、\n]")
_MOST = 100
_LONGEST = 100


@dataclass(frozen=True)
class Tags(FieldType):
    """Free words, each once, in the order given; a text is split at commas."""

    name: ClassVar[str] = "tags"
    zh: ClassVar[str] = "标签"
    en: ClassVar[str] = "tags"
    widget: ClassVar[str] = "tags"
    column: ClassVar[ColumnKind | None] = ColumnKind.LIST

    @property
    def formula_type(self) -> Type:
        """Tags."""
        return Type(Kind.TAGS)

    def read(self, raw: object, zone: tzinfo) -> object:
        """The words without their surrounding blanks, doubles left out; None when there are none."""
        words = read_words(raw)
        return words if isinstance(words, Problem) else words or None

    def check(self, value: object) -> Problem | None:
        """Refuses too many, too long and invisible ones."""
        words = value if isinstance(value, tuple) else ()
        if len(words) > _MOST:
            return TOO_MANY(found=len(words), most=_MOST)
        return next((problem for word in words if (problem := _word_problem(word))), None)

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """The words with commas between."""
        return ("、" if language == "zh" else ", ").join(value) if isinstance(value, tuple) else str(value)

    def to_json(self, value: object, zone: tzinfo) -> object:
        """A list of texts."""
        return list(value) if isinstance(value, tuple) else value


def read_words(raw: object) -> tuple[str, ...] | Problem:
    """The different words of a list, or of a text split at commas."""
    if isinstance(raw, str):
        raw = _SEPARATORS.split(raw)
    if not isinstance(raw, (list, tuple)):
        return NOT_LIST(found=found(raw))
    for item in raw:
        if not isinstance(item, str):
            return NOT_TEXT(found=found(item))
    return tuple(dict.fromkeys(word.strip() for word in raw if word.strip()))


def _word_problem(word: str) -> Problem | None:
    return TOO_LONG(found=len(word), most=_LONGEST) if len(word) > _LONGEST else control_problem(word)
