"""A lookup: a field of the record that a link points to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from mailuo.fields.computed import UNKNOWN, Computed
from mailuo.fields.field_type import FieldType, Schema
from mailuo.formulas.types import Type


@dataclass(frozen=True)
class Lookup(Computed):
    """The value of `field` in the record that the link field `link` points to."""

    link: str = ""
    field: str = ""
    result: Type = UNKNOWN
    target: FieldType | None = None

    name: ClassVar[str] = "lookup"
    zh: ClassVar[str] = "引用"
    en: ClassVar[str] = "lookup"
    options: ClassVar[Schema] = {
        "of": {"type": "string", "description": "本表的关联字段 / a link field of this table"},
        "field": {"type": "string", "description": "那张表的字段 / a field of the table it points to"},
    }
    needed: ClassVar[tuple[str, ...]] = ("of", "field")

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Self:
        """The lookup as declared."""
        return cls(link=str(options.get("of", "")), field=str(options.get("field", "")))

    @property
    def formula_type(self) -> Type:
        """The type of the field that is looked up."""
        return self.result

    @property
    def like(self) -> FieldType | None:
        """The field that is looked up; None for the time of a node or a system field."""
        return self.target
