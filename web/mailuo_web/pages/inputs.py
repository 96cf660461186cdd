"""Inputs: how a field of a table is asked for in a form, in a cell, or as evidence of a node."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from mailuo.fields import Choice, Choices, Computed, File, Link, Money
from mailuo.metadata.model import Field
from mailuo.records import Sight
from mailuo_web.pages.subject import Subject

_WIDGETS = {
    "text": "text",
    "address": "text",
    "barcode": "text",
    "user": "text",
    "duration": "text",
    "geo": "text",
    "tags": "text",
    "phone": "tel",
    "email": "email",
    "url": "url",
    "number": "number",
    "money": "number",
    "score": "number",
    "rating": "number",
    "date": "date",
    "datetime": "datetime-local",
    "long_text": "long_text",
    "json": "long_text",
    "choice": "choice",
    "choices": "choices",
    "boolean": "boolean",
    "file": "file",
    "image": "file",
    "signature": "file",
    "link": "link",
}
_WIDE = ("address", "url", "choices", "tags")
_FULL = ("long_text", "json")
_RIGHT = ("number", "money", "score", "rating", "rollup")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen."""

    id: str
    title: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class InputView:
    """An input as its macro draws it; `shown` is what is read where it cannot be written."""

    id: str
    dom: str
    title: str
    widget: str
    value: str = ""
    shown: str = ""
    kind: str = ""
    required: bool = False
    help: str = ""
    locked: str = ""
    problem: str = ""
    size: str = ""
    href: str = ""
    exact: str = ""
    number: bool = False
    sign: str = ""
    accept: str = ""
    capture: bool = False
    to: str = ""
    options: tuple[Option, ...] = ()
    limits: tuple[tuple[str, str], ...] = ()
    conditional: bool = False
    hidden: bool = False

    @property
    def described(self) -> bool:
        """Whether there is help to point at."""
        return bool(self.help)


def input_of(
    subject: Subject, field: Field, value: object, *, birth: bool = False, place: str = "f", asked: bool = False
) -> InputView:
    """The input of a field with its present value, read-only where the actor may not write it and is not asked to."""
    locked = None if asked else _lock(subject, field, birth)
    widget = "fixed" if locked is not None else _WIDGETS.get(field.type.widget, "text")
    shown = subject.shown_value(field.id, value)
    return InputView(
        id=field.id,
        dom=f"{place}-{field.id}",
        title=field.title,
        widget=widget,
        value=written(subject, field, value),
        shown=shown or (subject.say("file.none") if widget == "file" else ""),
        kind=field.type.name,
        required=field.required and locked is None,
        help=field.help or "",
        locked=locked or "",
        size=_size(field),
        href=_href(subject, field, value),
        exact=subject.exact(value),
        number=field.type.name in _RIGHT or (isinstance(value, (int, Decimal)) and not isinstance(value, bool)),
        sign=field.type.sign.strip() if isinstance(field.type, Money) else "",
        accept=_accepted(field),
        capture=field.type.name == "image",
        to=field.type.to if isinstance(field.type, Link) else "",
        options=_options(subject, field, value),
    )


def _lock(subject: Subject, field: Field, birth: bool) -> str | None:
    """Why the field cannot be written here, blank where no reason needs saying, None when it can."""
    key = subject.table.key
    if key and key.field == field.id and (not birth or key.pattern):
        return subject.say("form.locked.key")
    if subject.access.sight(field.id) is Sight.MASKED:
        return subject.say("form.locked.masked")
    if field.readonly or isinstance(field.type, Computed):
        return subject.say("form.locked.readonly")
    allowed = subject.access.gives(field.id) if birth else subject.access.changes(field.id)
    return None if allowed else ""


def written(subject: Subject, field: Field, value: object) -> str:
    """The value as the input holds it; what is not touched is never sent, so a moment may be shown to the minute."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(subject.zone)
        return local.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (date, int)):
        return str(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return _written_object(subject, field, value)
    told = field.type.to_json(value, subject.zone)
    return str(told) if told is not None else ""


def _written_object(subject: Subject, field: Field, value: Mapping[str, object]) -> str:
    """A file by its id, a linked record by its key, a place as latitude and longitude."""
    if isinstance(field.type, Link):
        target = subject.running.manifest.tables[field.type.to]
        return str((value.get(target.key.field) if target.key else None) or value["id"])
    if "sha256" in value:
        return str(value["id"])
    return field.type.show(value, "en", subject.zone)


def _options(subject: Subject, field: Field, value: object) -> tuple[Option, ...]:
    if isinstance(field.type, (Choice, Choices)):
        held = set(value) if isinstance(value, tuple) else {value}
        return tuple(Option(one.id, one.title, one.id in held) for one in field.type.choices.values())
    if field.type.name == "boolean":
        say = subject.say
        words = (("", ""), ("true", say("yes")), ("false", say("no")))
        chosen = "" if value is None else "true" if value else "false"
        return tuple(Option(id_, title, id_ == chosen) for id_, title in words)
    return ()


def _size(field: Field) -> str:
    return "full" if field.type.name in _FULL else "wide" if field.type.name in _WIDE else ""


def _href(subject: Subject, field: Field, value: object) -> str:
    if isinstance(field.type, File) and isinstance(value, Mapping):
        return f"/api/v1/files/{value['id']}"
    return ""


def _accepted(field: Field) -> str:
    if field.type.name in ("image", "signature"):
        return "image/*"
    return ",".join(field.type.accept) if isinstance(field.type, File) else ""
