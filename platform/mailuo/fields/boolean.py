"""Yes or no."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from mailuo.base.problems import Language
from mailuo.fields.field_type import FieldType, found
from mailuo.fields.messages import NOT_BOOLEAN
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

_YES = frozenset({"true", "yes", "y", "1", "是", "有", "对", "√"})
_NO = frozenset({"false", "no", "n", "0", "否", "无", "不", "×"})


@dataclass(frozen=True)
class Boolean(FieldType):
    """Yes or no; blank is neither."""

    name: ClassVar[str] = "boolean"
    zh: ClassVar[str] = "是否"
    en: ClassVar[str] = "yes or no"
    widget: ClassVar[str] = "boolean"
    column: ClassVar[ColumnKind | None] = ColumnKind.BOOLEAN

    @property
    def formula_type(self) -> Type:
        """True or false."""
        return Type(Kind.BOOLEAN)

    def read(self, raw: object, zone: tzinfo) -> object:
        """True or false of JSON, or of the words that spreadsheets use."""
        if isinstance(raw, bool):
            return raw
        word = str(raw).strip().lower() if isinstance(raw, (str, int)) else ""
        if word in _YES or word in _NO:
            return word in _YES
        return NOT_BOOLEAN(found=found(raw))

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """是 or 否, Yes or No."""
        if language == "zh":
            return "是" if value else "否"
        return "Yes" if value else "No"
