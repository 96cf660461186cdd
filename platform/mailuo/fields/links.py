"""Links: the records of another table whose link points here."""

from dataclasses import dataclass
from typing import ClassVar

from mailuo.fields.computed import Computed
from mailuo.fields.field_type import Schema
from mailuo.fields.link import TABLE
from mailuo.formulas.types import Kind, Type


@dataclass(frozen=True)
class Links(Computed):
    """The keys of the records of `to` whose link field `by` holds this record's key."""

    to: str = ""
    by: str = ""

    name: ClassVar[str] = "links"
    zh: ClassVar[str] = "关联多条"
    en: ClassVar[str] = "links"
    widget: ClassVar[str] = "links"
    options: ClassVar[Schema] = {
        **TABLE,
        "by": {"type": "string", "description": "那张表里指回来的关联字段 / the link field there that points back"},
    }
    needed: ClassVar[tuple[str, ...]] = ("to", "by")

    @property
    def formula_type(self) -> Type:
        """Links to the table."""
        return Type(Kind.LINKS, table=self.to)
