"""Public forms: what an outsider with a link sees and sends: one form, one record, one answer, no account."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import redirect, request
from flask.typing import ResponseReturnValue

from mailuo.automations.forms import Opened
from mailuo.base.problems import Problem, Refusal
from mailuo.fields import Choice, Choices, FieldType, Money, Score
from mailuo.fields.rating import Rating
from mailuo.metadata.model import Field
from mailuo_web.http.asking import application, language
from mailuo_web.http.bodies import json_object
from mailuo_web.http.route import ANYBODY, route
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.inputs import InputView, Option
from mailuo_web.pages.page import bare_page

_SCALE, _MANY = "scale", "choices"
_WIDGETS = {
    "number": "number", "money": "number", "date": "date", "datetime": "datetime-local", "long_text": "long_text",
    "choice": "choice", "choices": _MANY, "boolean": "boolean", "phone": "tel", "email": "email", "url": "url",
    "score": _SCALE, "rating": _SCALE,
}  # fmt: skip
_DONE = 409


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form as the page draws it."""

    title: str
    about: str
    help: str
    fields: tuple[InputView, ...]
    done: bool = False
    problem: str = ""


@route(blueprint, "/f/<form>/<token>", ANYBODY)
def public_form(form: str, token: str) -> ResponseReturnValue:
    """The form, or thanks where it has been filled in."""
    opened = application().forms.opened(form, token)
    return bare_page("public_form.html", form=_page(opened, {}, ()))


@route(blueprint, "/f/<form>/<token>", ANYBODY, methods=("POST",))
def fill_in(form: str, token: str) -> ResponseReturnValue:
    """Thanks; the form again, with what is wrong, for what cannot be taken."""
    forms = application().forms
    opened = forms.opened(form, token)
    if request.mimetype == "application/json":
        forms.fill_in(form, token, json_object())
        return {"done": True}, 201
    values = _sent(opened)
    try:
        forms.fill_in(form, token, values)
    except Refusal as refusal:
        again = forms.opened(form, token)
        status = _DONE if again.done else 422
        return bare_page("public_form.html", status, form=_page(again, values, refusal.problems))
    return redirect(request.path, 303)


def _sent(opened: Opened) -> dict[str, object]:
    """What was filled in: of each field of the form what was sent, if anything."""
    sent: dict[str, object] = {}
    for name in opened.form.fields:
        many = _widget(opened.table.fields[name].type) == _MANY
        found: object = request.form.getlist(name) if many else request.form.get(name, "").strip()
        if found:
            sent[name] = found
    return sent


def _page(opened: Opened, values: Mapping[str, object], problems: tuple[Problem, ...]) -> FormPage:
    said = {problem.field: problem.text(language()) for problem in problems}
    fields = [_input(opened.table.fields[name], values.get(name)) for name in opened.form.fields]
    shown = tuple(replace(field, problem=said.get(field.id, "")) for field in fields)
    other = "；".join(text for name, text in said.items() if name not in opened.form.fields)
    return FormPage(opened.form.title, opened.about, opened.form.help or "", shown, opened.done, other)


def _input(field: Field, value: object) -> InputView:
    return InputView(
        id=field.id,
        dom=f"f-{field.id}",
        title=field.title,
        widget=_widget(field.type),
        value=value if isinstance(value, str) else "",
        required=field.required,
        sign=field.type.sign.strip() if isinstance(field.type, Money) else "",
        help=field.help or "",
        options=_options(field.type, value),
    )


def _widget(type_: FieldType) -> str:
    return _WIDGETS.get(type_.name, "text")


def _options(type_: FieldType, value: object) -> tuple[Option, ...]:
    held = value if isinstance(value, list) else [value]
    if isinstance(type_, (Choice, Choices)):
        return tuple(Option(each.id, each.title, each.id in held) for each in type_.choices.values())
    if isinstance(type_, Rating):
        return _scale(1, type_.max, value)
    return _scale(int(type_.min), int(type_.max), value) if isinstance(type_, Score) else ()


def _scale(least: int, most: int, value: object) -> tuple[Option, ...]:
    return tuple(Option(str(number), str(number), str(number) == value) for number in range(least, most + 1))
