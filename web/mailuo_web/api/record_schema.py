"""Schemas of a table's records as one actor may read and write them, from the declarations in force."""

from collections.abc import Iterator
from typing import Any

from mailuo.fields import Choice, Choices, Computed, FieldType, File, Link, Links, Money, Number, Tags
from mailuo.formulas.types import Kind
from mailuo.metadata.model import Field
from mailuo.metadata.outline import SYSTEM_FIELDS
from mailuo.records import Sight, TableAccess

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_MONEY: Schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_BY_KIND: dict[Kind, Schema] = {
    Kind.TEXT: _TEXT,
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.MOMENT: _MOMENT,
    Kind.DURATION: _TEXT,
    Kind.CHOICE: _TEXT,
    Kind.TAGS: {"type": "array", "items": _TEXT},
    Kind.LINK: _TEXT,
    Kind.LINKS: {"type": "array"},
    Kind.OTHER: {},
    Kind.BLANK: {},
}
_BATCH = 1_000


def schemas_of(access: TableAccess) -> dict[str, Schema]:
    """The components of a table: a record, a page of them, and what is sent to make or change one."""
    table = access.table.id
    record = {"$ref": f"#/components/schemas/{table}.record"}
    records = {"type": "array", "items": record}
    fields = [access.table.fields[name] for name in access.readable]
    new = {field.id: _written(field) for field in fields if access.gives(field.id) and _writable(access, field)}
    change = {field.id: _written(field) for field in fields if access.changes(field.id) and _writable(access, field)}
    required = [field.id for field in fields if field.required and field.id in new and field.default is None]
    made = {"$ref": f"#/components/schemas/{table}.new"}
    batch = {"type": "array", "items": made, "maxItems": _BATCH}
    return {
        f"{table}.record": {"type": "object", "title": access.table.title, "required": ["id"], "properties": _read(access)},
        f"{table}.records": _object({"records": records}, ["records"]),
        f"{table}.page": _object(
            {"records": records, "next": {"type": ["string", "null"]}, "count": {"type": "integer"}}, ["records", "next"]
        ),
        f"{table}.new": {**_object(new, required), "additionalProperties": False},
        f"{table}.batch": {**_object({"records": batch}, ["records"]), "additionalProperties": False},
        f"{table}.change": {**_object(change, []), "additionalProperties": False},
    }


def _object(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _writable(access: TableAccess, field: Field) -> bool:
    """Whether people ever send the field."""
    key = access.table.key
    generated = key is not None and key.field == field.id and key.pattern is not None
    masked = access.sight(field.id) is Sight.MASKED
    return not (isinstance(field.type, Computed) or field.readonly or generated or masked)


def _read(access: TableAccess) -> Schema:
    members = {name: _maybe(_BY_KIND[type_.kind]) for name, type_ in SYSTEM_FIELDS.items()}
    for name in access.readable:
        field = access.table.fields[name]
        shown = _TEXT if access.sight(name) is Sight.MASKED else value_schema(field.type)
        members[name] = {"title": field.title, **_maybe(shown), **({"description": field.help} if field.help else {})}
    for name, title in _milestones(access):
        members[name] = {"title": title, **_maybe(_MOMENT)}
    return members


def _milestones(access: TableAccess) -> Iterator[tuple[str, str]]:
    flow = access.table.flow
    for node in flow.nodes.values() if flow else ():
        yield node.id, node.title
    for exit_ in flow.exits.values() if flow else ():
        yield exit_.id, exit_.title


def _written(field: Field) -> Schema:
    """What may be sent for a field: what is answered, or a text that says the same."""
    type_ = field.type
    told: Schema = {"title": field.title}
    if isinstance(type_, Money):
        return {**told, "type": ["string", "number", "null"]}
    if isinstance(type_, File | Link):
        return {**told, "type": ["string", "null"]}
    schema = value_schema(type_)
    if schema.get("type") in ("number", "boolean", "array"):
        return {**told, "anyOf": [schema, _TEXT, {"type": "null"}]}
    return {**told, **_maybe(schema)}


def _maybe(schema: Schema) -> Schema:
    """The schema, or null."""
    kind = schema.get("type")
    if kind is None:
        return schema
    more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **more, "type": [kind, "null"]}


def value_schema(type_: FieldType) -> Schema:
    """What a value of a type looks like in an answer."""
    match type_:
        case Money():
            return _MONEY
        case Number(digits=0):
            return {"type": "integer"}
        case Choice(choices=choices):
            return {"type": "string", "enum": list(choices)}
        case Choices(choices=choices):
            return {"type": "array", "items": {"type": "string", "enum": list(choices)}}
        case Tags():
            return {"type": "array", "items": _TEXT}
        case Links():
            return {"type": "array", "items": {"type": ["string", "object"]}}
        case Link():
            return {"anyOf": [_TEXT, {"type": "object"}, {"type": "null"}]}
        case File():
            return {"anyOf": [{"$ref": "#/components/schemas/File"}, {"type": "null"}]}
        case Computed(like=like) if like is not None:
            return value_schema(like)
    return _BY_KIND[type_.formula_type.kind]


