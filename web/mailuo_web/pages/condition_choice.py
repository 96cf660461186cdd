"""What a clicked condition may say about a field: the relations and values that fit its type."""

from dataclasses import dataclass

from mailuo_web.pages.grid import Choice
from mailuo_web.pages.subject import Subject

_OPS = {
    "choice": ("eq", "ne", "blank", "filled"),
    "choices": ("has", "blank", "filled"),
    "tags": ("has", "blank", "filled"),
    "boolean": ("true", "false", "blank"),
    "number": ("eq", "ge", "le", "blank", "filled"),
    "moment": ("ge", "le", "blank", "filled"),
    "text": ("contains", "eq", "ne", "blank", "filled"),
    "node": ("due", "reached", "blank", "ge", "le"),
    "exact": ("eq", "ne", "blank", "filled"),
}
_KINDS = {
    "choice": "choice",
    "choices": "choices",
    "tags": "tags",
    "boolean": "boolean",
    "number": "number",
    "money": "number",
    "score": "number",
    "rating": "number",
    "rollup": "number",
    "date": "moment",
    "datetime": "moment",
    "link": "exact",
    "user": "exact",
    "duration": "exact",
}
_INPUTS = {"number": "number", "moment": "datetime-local", "node": "datetime-local"}


@dataclass(frozen=True, slots=True)
class ConditionChoice:
    """The relations to choose from, and how the value is asked for."""

    ops: tuple[Choice, ...]
    options: tuple[Choice, ...]
    input: str
    step: str


def choice_for(subject: Subject, name: str) -> ConditionChoice:
    """What can be said about a name of the table."""
    kind = kind_of(subject, name)
    ops = tuple(Choice(op, subject.say(f"op.{op}")) for op in _OPS[kind])
    options = tuple(Choice(key, title) for key, title in subject.words.options.get(name, {}).items())
    field = subject.table.fields.get(name)
    input_ = "date" if field and field.type.name == "date" else _INPUTS.get(kind, "text")
    return ConditionChoice(ops, options, input_, "any" if kind == "number" else "")


def kind_of(subject: Subject, name: str) -> str:
    """The kind of condition that fits a field, node or system field."""
    field = subject.table.fields.get(name)
    if field is not None:
        return _KINDS.get(field.type.name, "text")
    if name in ("closed", "disputed"):
        return "boolean"
    return "choice" if name == "status" else "node"
