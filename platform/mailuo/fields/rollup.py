"""A rollup: one value out of many linked records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, Self, cast

from mailuo.fields.computed import UNKNOWN, Computed
from mailuo.fields.field_type import FieldType, Schema
from mailuo.formulas.types import Type

RollupFunction = Literal["count", "sum", "avg", "min", "max"]


@dataclass(frozen=True)
class Rollup(Computed):
    """`function` over `field` of the records that the links `links` name; `count` needs no field."""

    links: str = ""
    field: str | None = None
    function: RollupFunction = "count"
    result: Type = UNKNOWN
    target: FieldType | None = None

    name: ClassVar[str] = "rollup"
    zh: ClassVar[str] = "汇总"
    en: ClassVar[str] = "rollup"
    options: ClassVar[Schema] = {
        "of": {"type": "string", "description": "本表的“关联多条”字段 / a links field of this table"},
        "field": {"type": "string", "description": "那张表的字段 / a field of that table"},
        "fn": {"enum": ["count", "sum", "avg", "min", "max"], "description": "怎样汇总 / how the values become one"},
    }
    needed: ClassVar[tuple[str, ...]] = ("of", "fn")

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Self:
        """The rollup as declared."""
        field = options.get("field")
        return cls(
            links=str(options.get("of", "")),
            field=None if field is None else str(field),
            function=cast(RollupFunction, options.get("fn", "count")),
        )

    @property
    def formula_type(self) -> Type:
        """A number, or for `min` and `max` the type of the field."""
        return self.result

    @property
    def like(self) -> FieldType | None:
        """The field that is rolled up, where its sum, least or greatest value is of its own kind."""
        return self.target if self.function in ("sum", "min", "max") else None
