"""A table's declaration as one actor may see it: what is hidden is absent, and so is what would tell of it."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from mailuo.base.moments import format_duration
from mailuo.fields import Choice, Choices, FieldType, File, Links, Lookup, Number, Option, Rollup
from mailuo.fields.formula import FormulaField
from mailuo.formulas import Formula
from mailuo.metadata.model import Exit, Field, Flow, Form, Node, SortKey, Table, View
from mailuo.records import Actor, Running, Sight, TableAccess

Json = dict[str, Any]


def heading(table: Table) -> Json:
    """What a list of tables says of one."""
    told = {"id": table.id, "title": table.title, "icon": table.icon, "key": table.key.field if table.key else None}
    return {**told, "flow": table.flow is not None}


def declaration(running: Running, actor: Actor, access: TableAccess) -> Json:
    """The declaration of a table, with what the actor may do."""
    table, readable = access.table, frozenset(access.readable)
    views = {key: view for key, view in table.views.items() if running.policy.shows_view(actor, table.id, view)}
    return {
        **heading(table),
        "help": table.help,
        "key": _key(table),
        "fields": {name: _field(running, actor, access, table.fields[name]) for name in access.readable},
        "flow": _flow(running, actor, access, table.flow) if table.flow else None,
        "views": {key: _view(running, actor, access, view) for key, view in views.items()},
        "forms": {key: _form(form, readable) for key, form in table.forms.items()},
        "may": {
            "see": access.sees,
            "create": access.creates,
            "delete": access.deletes,
            "change": [name for name in access.readable if access.changes(name)],
        },
    }


def _key(table: Table) -> Json | None:
    key = table.key
    return None if key is None else {"field": key.field, "pattern": key.pattern, "restart": list(key.restart)}


def _field(running: Running, actor: Actor, access: TableAccess, field: Field) -> Json:
    masked = access.sight(field.id) is Sight.MASKED
    told: Json = {"title": field.title, "type": field.type.name}
    if reads_only_seen(running, actor, access.table.id, _reads(field.type)):
        told |= type_options(field.type)
    marks = ("required", "unique", "readonly", "hidden", "personal")
    told |= {name: True for name in marks if getattr(field, name)}
    told |= {"help": field.help} if field.help else {}
    told |= {"default": plain(field.default)} if field.default is not None and not masked else {}
    visible = field.visible_when
    if visible is not None and reads_only_seen(running, actor, access.table.id, visible.reads):
        told["visible_when"] = visible.text
    return {**told, "masked": True} if masked else told


def _flow(running: Running, actor: Actor, access: TableAccess, flow: Flow) -> Json:
    nodes = {key: _node(running, actor, access, node) for key, node in flow.nodes.items()}
    return {"nodes": nodes, "closed_by": flow.closed_by, "exits": {key: _exit(each) for key, each in flow.exits.items()}}


def _node(running: Running, actor: Actor, access: TableAccess, node: Node) -> Json:
    readable = set(access.readable)
    told: Json = {
        "title": node.title,
        "after": list(node.after),
        "by": [speaker.source for speaker in node.by],
        "requires": [name for name in node.requires if name in readable],
        "evidence": {each.kind.value: "required" if each.required else "optional" for each in node.evidence},
        "confirms": running.policy.may(actor, "confirm", (access.table.id, node.id)),
    }
    if node.when is not None and reads_only_seen(running, actor, access.table.id, node.when.reads):
        told["when"] = node.when.text
    if node.per is not None and node.per in readable:
        told |= {"per": node.per, "reached": node.reached}
    if node.wait is not None:
        told["auto"] = {"wait": format_duration(node.wait)}
    return told | ({"skippable": True} if node.skippable else {})


def _exit(exit_: Exit) -> Json:
    return {"title": exit_.title, "by": [speaker.source for speaker in exit_.by]}


def _view(running: Running, actor: Actor, access: TableAccess, view: View) -> Json:
    columns = [name for name in view.columns if _is_seen(running, actor, access, name)]
    told = {"title": view.title, "type": view.type, "columns": columns, "group": view.group}
    return {**told, "filter": view.filter.text if view.filter else None, "sort": [_sort(key) for key in view.sort]}


def _is_seen(running: Running, actor: Actor, access: TableAccess, column: str) -> bool:
    """Whether something of a view's column is seen; what lies behind links has to be seen at every step."""
    if column in access.table.fields:
        return column in access.readable
    scope = running.policy.scope(actor, access.table.id)
    return "." not in column or scope.resolve(tuple(column.split("."))) is not None


def _sort(key: SortKey) -> str:
    return f"{'-' if key.descending else ''}{key.formula.text}"


def _form(form: Form, readable: frozenset[str]) -> Json:
    return {"title": form.title, "public": form.public, "help": form.help, "fields": [f for f in form.fields if f in readable]}


def reads_only_seen(running: Running, actor: Actor, table: str, paths: Iterable[tuple[str, ...]]) -> bool:
    """Whether these paths lead to nothing that the actor may not see."""
    access = running.policy.access(actor)
    return all(access.asks(table, path) for path in paths)


def _reads(type_: FieldType) -> list[tuple[str, ...]]:
    """What a computed field reads, as paths from its own table."""
    match type_:
        case FormulaField(formula=formula) if formula is not None:
            return list(formula.reads)
        case Lookup(link=link, field=wanted):
            return [(link, wanted)]
        case Rollup(links=links):
            return [(links,)]
    return []


def type_options(type_: FieldType) -> Json:
    """The options of a type as a declaration writes them."""
    match type_:
        case Choice(choices=choices) | Choices(choices=choices):
            return {"options": {key: _option(option) for key, option in choices.items()}}
        case Links(to=to, by=by):
            return {"to": to, "by": by}
        case Lookup(link=link, field=wanted):
            return {"link": link, "field": wanted}
        case Rollup(links=links, field=wanted, function=function):
            return {"of": links, "fn": function, **({"field": wanted} if wanted else {})}
        case File(accept=accept, max_bytes=most):
            return {"accept": list(accept), "max_bytes": most}
        case Number(digits=digits, min=least, max=most, unit=unit):
            return _given(places=digits, min=least, max=most, unit=unit)
    values = {each.name: getattr(type_, each.name) for each in fields(type_) if each.name in type_.options}
    return _given(**values)


def _given(**options: Any) -> Json:
    """The options that say something."""
    return {name: plain(value) for name, value in options.items() if value is not None and value not in ((), {})}


def _option(option: Option) -> Json:
    return {"title": option.title, **({"color": option.color} if option.color else {})}


def plain(value: Any) -> Any:
    """A declared value as JSON has it."""
    match value:
        case Formula():
            return value.text
        case timedelta():
            return format_duration(value)
        case Decimal():
            return f"{value:f}"
        case Enum():
            return value.value
        case Mapping():
            return {str(name): plain(item) for name, item in value.items()}
        case tuple() | list() | frozenset():
            return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
