"""A choice: one of the declared options, stored by its id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from types import MappingProxyType
from typing import ClassVar, Self

from mailuo.base.near import nearest
from mailuo.base.problems import Language, Problem
from mailuo.fields.field_type import FieldType, Schema, found
from mailuo.fields.messages import NOT_OPTION, NOT_OPTION_NEAR
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

COLORS = ("grey", "teal", "blue", "indigo", "purple", "pink", "red", "orange", "yellow", "green")
_MOST_LISTED = 8

OPTIONS: Schema = {
    "options": {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^[A-Za-z0-9_]{1,24}$"},
        "additionalProperties": {
            "anyOf": [
                {"type": "string", "minLength": 1, "description": "标题 / title"},
                {
                    "type": "object",
                    "properties": {
                        "title": {"type": "string", "minLength": 1, "description": "人们看到的名字 / what people see"},
                        "color": {"enum": list(COLORS), "description": "标签颜色 / colour of the chip"},
                        "was": {"type": "string", "description": "改名前的编号 / the id before renaming"},
                    },
                    "required": ["title"],
                    "additionalProperties": False,
                },
            ]
        },
        "description": "选项：编号: 标题 / options: id: title",
    }
}


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen."""

    id: str
    title: str
    color: str | None = None
    was: str | None = None


@dataclass(frozen=True)
class Choice(FieldType):
    """One of the options; people may write its id or its title."""

    choices: Mapping[str, Option] = field(default_factory=lambda: MappingProxyType({}))

    name: ClassVar[str] = "choice"
    zh: ClassVar[str] = "单选"
    en: ClassVar[str] = "choice"
    widget: ClassVar[str] = "choice"
    column: ClassVar[ColumnKind | None] = ColumnKind.TEXT
    options: ClassVar[Schema] = OPTIONS
    needed: ClassVar[tuple[str, ...]] = ("options",)

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Self:
        """The type with the options as declared: a title, or a title with a colour."""
        return cls(choices_of(options.get("options")))

    @property
    def formula_type(self) -> Type:
        """A choice with its options' titles."""
        return Type(Kind.CHOICE, options={option.id: option.title for option in self.choices.values()})

    def read(self, raw: object, zone: tzinfo) -> object:
        """The option's id, found by id first, then by title."""
        return read_option(raw, self.choices)

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """The option's title."""
        option = self.choices.get(str(value))
        return option.title if option else str(value)


def choices_of(declared: object) -> Mapping[str, Option]:
    """The options by id, in the order in which they were written."""
    entries = declared if isinstance(declared, Mapping) else {}
    return MappingProxyType({key: _option(key, value) for key, value in entries.items()})


def _option(key: str, declared: object) -> Option:
    if isinstance(declared, Mapping):
        return Option(key, str(declared.get("title", key)), declared.get("color"), declared.get("was"))
    return Option(key, str(declared))


def read_option(raw: object, choices: Mapping[str, Option]) -> str | Problem:
    """The id of the option that a text names by id or title, or the Problem with a near name."""
    text = str(raw).strip() if isinstance(raw, (str, int)) and not isinstance(raw, bool) else ""
    if text in choices:
        return text
    by_title = {option.title: option.id for option in choices.values()}
    if text in by_title:
        return by_title[text]
    near = nearest(text, [*choices, *by_title]) if text else None
    if near:
        return NOT_OPTION_NEAR(found=found(raw), near=near)
    listed = [f"{option.title} ({option.id})" for option in choices.values()][:_MOST_LISTED]
    return NOT_OPTION(found=found(raw), options=", ".join(listed) + (" …" if len(choices) > _MOST_LISTED else ""))
