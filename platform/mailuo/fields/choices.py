"""Choices: any number of the declared options, stored by their ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from types import MappingProxyType
from typing import ClassVar, Self

from mailuo.base.problems import Language, Problem
from mailuo.fields.choice import OPTIONS, Option, choices_of, read_option
from mailuo.fields.field_type import FieldType, Schema
from mailuo.fields.tags import read_words
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type


@dataclass(frozen=True)
class Choices(FieldType):
    """Several of the options, each once."""

    choices: Mapping[str, Option] = field(default_factory=lambda: MappingProxyType({}))

    name: ClassVar[str] = "choices"
    zh: ClassVar[str] = "多选"
    en: ClassVar[str] = "choices"
    widget: ClassVar[str] = "choices"
    column: ClassVar[ColumnKind | None] = ColumnKind.LIST
    options: ClassVar[Schema] = OPTIONS
    needed: ClassVar[tuple[str, ...]] = ("options",)

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Self:
        """The type with the options as declared."""
        return cls(choices_of(options.get("options")))

    @property
    def formula_type(self) -> Type:
        """Tags that are compared by the options' ids."""
        return Type(Kind.TAGS, options={option.id: option.title for option in self.choices.values()})

    def read(self, raw: object, zone: tzinfo) -> object:
        """The options' ids, each found by id or title; None when there are none."""
        words = read_words(raw)
        if isinstance(words, Problem):
            return words
        ids = [read_option(word, self.choices) for word in words]
        wrong = next((item for item in ids if isinstance(item, Problem)), None)
        return wrong or tuple(dict.fromkeys(item for item in ids if isinstance(item, str))) or None

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """The options' titles with commas between."""
        ids = value if isinstance(value, tuple) else ()
        titles = [self.choices[item].title if item in self.choices else item for item in ids]
        return ("、" if language == "zh" else ", ").join(titles)

    def to_json(self, value: object, zone: tzinfo) -> object:
        """A list of ids."""
        return list(value) if isinstance(value, tuple) else value
