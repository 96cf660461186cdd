"""The columns of a table page: which are shown, what each is called, and how one sorts by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailuo.fields import Computed, Link, Links
from mailuo_web.pages.looks import Look
from mailuo_web.pages.subject import Subject

LIFELINE, WAITING, SINCE = "lifeline", "waiting", "since"
FLOW_COLUMNS = (LIFELINE, WAITING, SINCE)
_USUAL = 7
_NUMERIC = ("number", "money", "score", "rating", "rollup", "duration")
_TIMES = ("date", "datetime")
_LONG = ("long_text", "json", "geo", "links", "signature")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `style` is its class, `sort` the name one sorts by (blank: none)."""

    id: str
    title: str
    style: str = ""
    sort: str = ""


def chosen_columns(subject: Subject, view: Look | None, wished: Sequence[str]) -> tuple[Column, ...]:
    """The columns to show: the wished ones, else the view's, else the usual ones."""
    known = all_columns(subject)
    names = (
        [name for name in wished if any(column.id == name for column in known)] or _declared(view) or _usual(subject)
    )
    key = subject.label_field()
    ordered = dict.fromkeys([*([key] if key else []), *names])
    if subject.flow and not wished and LIFELINE not in ordered:
        ordered = dict.fromkeys([*([key] if key else []), *FLOW_COLUMNS, *names])
    return tuple(column_of(subject, name) for name in ordered if is_seen(subject, name))


def all_columns(subject: Subject) -> tuple[Column, ...]:
    """Every column that could be shown."""
    names: list[str] = [*(FLOW_COLUMNS if subject.flow else ()), *subject.readable()]
    names += ["status"] if subject.flow else []
    names += [*(subject.flow.nodes if subject.flow else ()), "created_at", "updated_at"]
    return tuple(column_of(subject, name) for name in names)


def column_of(subject: Subject, name: str) -> Column:
    """The column of a field, node, system field, path, or of the flow's own three."""
    if name in FLOW_COLUMNS:
        style = {LIFELINE: "life", SINCE: "num since"}.get(name, "")
        return Column(name, subject.say(f"grid.{name}"), style)
    field = subject.table.fields.get(name)
    if name == subject.label_field():
        return Column(name, subject.title_of(name), "key", _sort(subject, name))
    kind = field.type.name if field else ""
    moment = field is None and "." not in name and name != "status"
    numeric = kind in _NUMERIC or kind in _TIMES or moment
    return Column(name, subject.title_of(name), "num" if numeric else "", _sort(subject, name))


def _sort(subject: Subject, name: str) -> str:
    field = subject.table.fields.get(name)
    if field and (isinstance(field.type, Links) or field.type.name in (*_LONG, "file", "image", "tags", "choices")):
        return ""
    path = tuple(name.split("."))
    return name if subject.running.policy.access(subject.actor).asks(subject.table.id, path) else ""


def is_seen(subject: Subject, name: str) -> bool:
    """Whether something of the column is seen by the actor."""
    if name in FLOW_COLUMNS:
        return subject.flow is not None
    if name in subject.table.fields:
        return name in subject.access.readable
    return subject.asks(name)


def _declared(view: Look | None) -> list[str]:
    """A view's columns; with the lifeline comes what it waits for, and since when."""
    columns = view.columns if view else ()
    return [name for one in columns for name in (FLOW_COLUMNS if one == LIFELINE else (one,))]


def _usual(subject: Subject) -> list[str]:
    """The first few fields that tell something short."""
    usual = [name for name in subject.readable() if _short(subject, name)]
    return [*(FLOW_COLUMNS if subject.flow else ()), *usual[:_USUAL]]


def _short(subject: Subject, name: str) -> bool:
    field = subject.table.fields[name]
    return not field.hidden and not isinstance(field.type, Computed) and field.type.name not in _LONG


def needed_expansions(subject: Subject, columns: Iterable[Column]) -> tuple[str, ...]:
    """What a list of these columns has to expand: links that are shown by name, and the lifeline."""
    links = [
        column.id
        for column in columns
        if column.id in subject.table.fields and isinstance(subject.table.fields[column.id].type, Link)
    ]
    return (*links, "lifeline") if subject.flow else tuple(links)
