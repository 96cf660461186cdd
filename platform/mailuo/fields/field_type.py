"""The field type: what every kind of field can do with a value.

A type is a frozen dataclass of its options; it knows no SQL and no HTML. A type may be declared as another:
it then inherits the other's reading and adds its own check and widget (`Phone` is a `Text`).
"""

import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar, Self

from mailuo.base.problems import Language, Problem
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Type

Schema = Mapping[str, object]
MASKED = "****"


@dataclass(frozen=True)
class FieldType:
    """One kind of field with its options.

    It is no `ABC`: to ask a value of such a class what it is takes eight times as long, and types are asked all day.
    """

    name: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]
    widget: ClassVar[str]
    column: ClassVar[ColumnKind | None]
    options: ClassVar[Schema] = {}
    """The JSON Schema properties of the type's own options."""
    needed: ClassVar[tuple[str, ...]] = ()
    """The options that must be given."""

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Self:
        """The type with these declared options; a missing one takes its default."""
        return cls(**options)

    @property
    @abstractmethod
    def formula_type(self) -> Type:
        """What a formula sees when it names the field."""

    @property
    def places(self) -> int:
        """Decimals of the stored number; 0 where there is none."""
        return 0

    def parse(self, raw: object, zone: tzinfo) -> object:
        """The value that JSON or a spreadsheet's text stands for, or the Problem; blank is None."""
        if raw is None or raw == "":
            return None
        value = self.read(raw, zone)
        if value is None or isinstance(value, Problem):
            return value
        return self.check(value) or value

    @abstractmethod
    def read(self, raw: object, zone: tzinfo) -> object:
        """The unchecked value of a raw one that is not blank, or the Problem."""

    def check(self, value: object) -> Problem | None:
        """What is wrong with a value of the right Python type, or None."""
        return None

    def show(self, value: object, language: Language, zone: tzinfo) -> str:
        """The value as people read it; blank is empty."""
        return "" if value is None else self.words(value, language, zone)

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """The words for a value that is not blank."""
        return str(value)

    def to_json(self, value: object, zone: tzinfo) -> object:
        """The value as the API writes it; `parse` reads it back to the same value."""
        return value

    def mask(self, value: object) -> str | None:
        """What a role sees that may see this field only masked; blank stays blank."""
        return None if value is None else MASKED


def found(raw: object) -> str:
    """A raw value as an error may quote it: short, on one line, nothing invisible; what is no text or number as JSON."""
    plain = json.dumps(raw, ensure_ascii=False, default=str) if isinstance(raw, bool | list | dict) else str(raw)
    text = "".join(character if character.isprintable() else "·" for character in plain[:41])
    return f"{text[:40]}…" if len(text) > 40 else text
