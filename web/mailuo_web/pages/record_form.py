"""The generated form of a record: its fields in sections, in the order in which they were declared."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from mailuo.base.problems import Problem
from mailuo.fields import Computed, File, Link, Links
from mailuo.formulas import evaluate
from mailuo.metadata.model import Field
from mailuo_web.pages.inputs import InputView, input_of
from mailuo_web.pages.subject import Subject

_SECTIONS = ("main", "contact", "links", "texts", "computed")


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of inputs."""

    title: str
    fields: tuple[InputView, ...]


@dataclass(frozen=True, slots=True)
class FormView:
    """A form: its sections, whether anything can be written, whether it makes a new record."""

    sections: tuple[Section, ...]
    editable: bool
    new: bool = False


def form_of(
    subject: Subject, values: Mapping[str, object], *, birth: bool = False, without: Collection[str] = ()
) -> FormView:
    """The form of a record, or of a new one, without some fields; read-only for those who may not change it."""
    groups: dict[str, list[InputView]] = {name: [] for name in _SECTIONS}
    for name in subject.access.readable:
        field = subject.table.fields[name]
        if name not in without and _fits(subject, field, birth):
            view = input_of(subject, field, values.get(name), birth=birth)
            if view.widget != "fixed" or view.shown:
                groups[_section(field)].append(_conditional(view, field, shows(subject, field, values)))
    sections = tuple(
        Section(subject.say(f"record.section.{name}"), tuple(fields)) for name, fields in groups.items() if fields
    )
    writable = any(one.widget != "fixed" for section in sections for one in section.fields)
    return FormView(sections, writable, birth)


def _fits(subject: Subject, field: Field, birth: bool) -> bool:
    """Whether the field belongs into the form now."""
    if field.hidden or isinstance(field.type, Links):
        return False
    if birth and (isinstance(field.type, Computed) or field.readonly or not subject.access.gives(field.id)):
        return False
    key = subject.table.key
    return not (birth and key and key.field == field.id and key.pattern)


def _conditional(view: InputView, field: Field, shown: bool) -> InputView:
    return view if field.visible_when is None else replace(view, conditional=True, hidden=not shown)


def shows(subject: Subject, field: Field, values: Mapping[str, object]) -> bool:
    """Whether the field's `visible_when` holds, for what the actor can see of the values."""
    if field.visible_when is None:
        return True
    context = subject.running.context(subject.now, subject.actor)
    return evaluate(field.visible_when, lambda path: values.get(".".join(path)), context) is True


def shown_fields(subject: Subject, raw: Mapping[str, object]) -> list[str]:
    """The conditional fields that a form shows while it holds these values; what cannot be read counts as blank."""
    values: dict[str, object] = {}
    for name in subject.access.readable:
        value = subject.table.fields[name].type.parse(raw.get(name), subject.zone)
        values[name] = None if isinstance(value, Problem) else value
    fields = (subject.table.fields[name] for name in subject.access.readable)
    return [field.id for field in fields if field.visible_when is not None and shows(subject, field, values)]


def _section(field: Field) -> str:
    if isinstance(field.type, Computed):
        return "computed"
    if isinstance(field.type, File) or field.type.name in ("long_text", "tags", "json"):
        return "texts"
    if isinstance(field.type, Link):
        return "links"
    return "contact" if field.personal else "main"


def defaults(subject: Subject) -> Mapping[str, object]:
    """The values that a new record begins with."""
    return {key: field.default for key, field in subject.table.fields.items() if field.default is not None}
