"""Outlines: the names of a table before its formulas are compiled.

Formulas may name fields of any table, formula fields among them, so all outlines exist before the first formula is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mailuo.base.problems import Message, Problem
from mailuo.fields import FIELD_TYPES, Choice, Choices, Computed, FieldType, Money, Number, Score, Text
from mailuo.formulas.types import Kind, Type
from mailuo.metadata import messages
from mailuo.metadata.findings import EXIT, FIELD, NODE, Findings, Noun
from mailuo.metadata.model import Table, Workspace
from mailuo.metadata.part import Part, Written, bare

SYSTEM_FIELDS: Mapping[str, Type] = {
    "id": Type(Kind.TEXT),
    "created_at": Type(Kind.MOMENT),
    "created_by": Type(Kind.TEXT),
    "updated_at": Type(Kind.MOMENT),
    "updated_by": Type(Kind.TEXT),
    "version": Type(Kind.NUMBER),
    "status": Type(Kind.CHOICE),
    "status_since": Type(Kind.MOMENT),
    "disputed": Type(Kind.BOOLEAN),
    "closed": Type(Kind.BOOLEAN),
    "alerts_opened": Type(Kind.NUMBER),
}
"""The fields that every table has without declaring them."""

RESERVED = frozenset({*SYSTEM_FIELDS, "deleted_at", "lifeline"})


@dataclass(frozen=True, slots=True)
class FieldOutline:
    """A field's title and type; `part` is where it is declared, None once its manifest is complete."""

    title: str
    type: FieldType
    part: Part | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """The names of a table: its fields, nodes and exits, each with its title."""

    id: str
    fields: Mapping[str, FieldOutline]
    nodes: Mapping[str, str] = field(default_factory=dict)
    exits: Mapping[str, str] = field(default_factory=dict)
    generated: str | None = None
    """The field that holds the key, where the key is made by a pattern."""

    @property
    def titles(self) -> Mapping[str, str]:
        """The title of every declared name, by id."""
        return {**{key: each.title for key, each in self.fields.items()}, **self.nodes, **self.exits}

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that can be asked for, system fields last."""
        return (*self.fields, *self.nodes, *self.exits, *SYSTEM_FIELDS)


def stored_field(
    word: Written, outline: Outline, findings: Findings, computed: Message = messages.COMPUTED_FIELD
) -> str | None:
    """The name of a field that is stored, so that it can be written; reported, and None, if it is computed or unknown."""
    found = outline.fields.get(word)
    if found and isinstance(found.type, Computed):
        findings.add(computed, word)
        return None
    return findings.name(word, outline.fields, FIELD)


def outline_of(table: Table) -> Outline:
    """The outline of a finished table."""
    flow = table.flow
    return Outline(
        table.id,
        {key: FieldOutline(each.title, each.type) for key, each in table.fields.items()},
        {key: node.title for key, node in flow.nodes.items()} if flow else {},
        {key: exit_.title for key, exit_ in flow.exits.items()} if flow else {},
        table.key.field if table.key and table.key.pattern else None,
    )


def read_outline(name: Written, part: Part, workspace: Workspace, findings: Findings) -> Outline:
    """The outline of a declared table; names borne twice are reported."""
    fields = _fields(part, workspace, findings)
    flow = part.part("flow")
    nodes = {key: each.plain("title") or str(key) for key, each in flow.named("nodes")}
    exits = {key: each.plain("title") or str(key) for key, each in flow.named("exits")}
    _report_doubles(((FIELD, fields), (NODE, nodes), (EXIT, exits)), findings)
    return Outline(
        str(name),
        {str(key): each for key, each in fields.items()},
        {str(key): title for key, title in nodes.items()},
        {str(key): title for key, title in exits.items()},
        part.part("key").plain("field") if "pattern" in part.part("key") else None,
    )


def _fields(part: Part, workspace: Workspace, findings: Findings) -> dict[Written, FieldOutline]:
    """The declared fields; a key field that is not among them is a text before all others."""
    fields: dict[Written, FieldOutline] = {}
    key = part.part("key").text("field")
    if key is not None and key not in part.part("fields"):
        fields[key] = FieldOutline(str(key), Text())
    for name, each in part.named("fields"):
        fields[name] = _field(name, each, workspace, findings)
    return fields


def _field(name: Written, part: Part, workspace: Workspace, findings: Findings) -> FieldOutline:
    type_ = FIELD_TYPES.get(part.plain("type") or "")
    title = part.plain("title") or str(name)
    if type_ is None:
        return FieldOutline(title, Text(), part, broken=True)
    given = {key: bare(value) for key in type_.options if (value := part.get(key)) is not None}
    built = type_.of(given)
    if isinstance(built, Money) and built.currency is None:
        built = replace(built, currency=workspace.currency)
    findings.problems += _option_problems(part, built)
    return FieldOutline(title, built, part, broken=any(part.get(key) is None for key in type_.needed))


def _option_problems(part: Part, type_: FieldType) -> list[Problem]:
    """What is wrong between the options of a type: titles that are ids, limits that cross."""
    if isinstance(type_, (Choice, Choices)):
        return _title_problems(part.part("options"), type_)
    if isinstance(type_, (Number, Score)) and type_.min is not None and type_.max is not None and type_.min > type_.max:
        where = part.key("min" if "min" in part else "max")
        return [messages.LIMITS_CROSSED(place=where.place, path=where.path, least=type_.min, most=type_.max)]
    return []


def _title_problems(part: Part, type_: Choice | Choices) -> list[Problem]:
    """Choices compare by id and may be written by title: a title must not be another option's id or title."""
    problems, seen = [], set()
    for key in part:
        title = type_.choices[key].title
        message = None
        if title != key and title in type_.choices:
            message = messages.OPTION_TITLE
        elif title in seen:
            message = messages.OPTION_TITLE_TWICE
        if message:
            problems.append(message(place=key.place, path=key.path, found=key, title=title))
        seen.add(title)
    return problems


def _report_doubles(groups: "tuple[tuple[Noun, Mapping[Written, object]], ...]", findings: Findings) -> None:
    seen: dict[str, Noun] = {}
    for noun, names in groups:
        for name in names:
            if name in RESERVED:
                findings.add(messages.RESERVED_NAME, name)
            elif (first := seen.get(name)) is not None:
                findings.add(
                    messages.NAME_TWICE,
                    name,
                    first_zh=first.zh,
                    first_en=first.en,
                    second_zh=noun.zh,
                    second_en=noun.en,
                )
            seen[name] = noun
