"""A link: the key of one record of another table."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from mailuo.base.problems import Problem
from mailuo.fields.field_type import FieldType, Schema, found
from mailuo.fields.messages import NOT_TEXT
from mailuo.fields.text import control_problem
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

TABLE: Schema = {"to": {"type": "string", "description": "指向的表 / the table it points to"}}
OUTLIVES: Schema = {
    "outlives": {
        "type": "boolean",
        "description": "指向的记录可以删掉，编号照留 / whether the record pointed to may be deleted; the key stays",
    }
}


@dataclass(frozen=True)
class Link(FieldType):
    """The key of a record of `to` (its id where that table has no key); that it exists is checked on writing."""

    to: str = ""
    outlives: bool = False

    name: ClassVar[str] = "link"
    zh: ClassVar[str] = "关联一条"
    en: ClassVar[str] = "link"
    widget: ClassVar[str] = "link"
    column: ClassVar[ColumnKind | None] = ColumnKind.TEXT
    options: ClassVar[Schema] = {**TABLE, **OUTLIVES}
    needed: ClassVar[tuple[str, ...]] = ("to",)

    @property
    def formula_type(self) -> Type:
        """A link to the table."""
        return Type(Kind.LINK, table=self.to)

    def read(self, raw: object, zone: tzinfo) -> object:
        """The key's text; whole numbers of a spreadsheet become text."""
        if isinstance(raw, str):
            return raw.strip() or None
        if isinstance(raw, int) and not isinstance(raw, bool):
            return str(raw)
        return NOT_TEXT(found=found(raw))

    def check(self, value: object) -> Problem | None:
        """Refuses invisible characters."""
        return control_problem(str(value))
