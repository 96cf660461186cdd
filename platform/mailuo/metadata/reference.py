"""The reference of declarations, made from the grammar and the field types, so that none of them can lie.

`python -m mailuo.metadata.reference page` prints `docs/declarations.md`, `… schema` prints the schema of tables with
the options of the field types; tests hold the committed files to both.
"""

import copy
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from mailuo.fields import FIELD_TYPES, FieldType
from mailuo.metadata.grammar import KINDS, schema_of

_INTRODUCTION = """# Reference of declarations · 声明参考

Made from `schemas/` and the field types; a test fails when this page lags behind.
Each key says what it means in Chinese and in English. A dot leads into the map below a key, `<id>` stands for any id,
`[]` for each item of a list. Durations are written `90s`, `2h30m`, `7d`; formulas and `{field}` templates as in the guide.
"""

Schema = Mapping[str, Any]
Definitions = tuple[str, ...]
"""The definitions that a key stands in, so that one that holds itself ends."""


def with_field_types(schema: Schema) -> dict[str, Any]:
    """The table's schema with the types of fields and the options of each."""
    whole: dict[str, Any] = copy.deepcopy(dict(schema))
    field = whole["$defs"]["field"]
    field["properties"]["type"]["enum"] = list(FIELD_TYPES)
    field["allOf"] = [_rule(type_) for type_ in FIELD_TYPES.values() if type_.options]
    return whole


def _rule(type_: type[FieldType]) -> dict[str, Any]:
    then: dict[str, Any] = {"properties": dict(type_.options)}
    if type_.needed:
        then["required"] = list(type_.needed)
    return {"if": {"properties": {"type": {"const": type_.name}}, "required": ["type"]}, "then": then}


def page() -> str:
    """The whole reference as Markdown."""
    return "\n".join([_INTRODUCTION, *(_kind(kind) for kind in KINDS), _field_types()])


def _kind(kind: str) -> str:
    schema = schema_of(kind)
    rows = "\n".join(f"| `{path}` | {_values(below)} | {_words(below)} |" for path, below in _keys(schema, schema, ""))
    return f"## `{kind}:` — {schema['title']}\n\n{schema['description']}\n\n| key | value | meaning |\n| --- | --- | --- |\n{rows}\n"


def _keys(schema: Schema, root: Schema, path: str, inside: Definitions = ()) -> Iterator[tuple[str, Schema]]:
    """Every key a map may have, and below it those of its value, by path; a definition is not entered inside itself."""
    for name, below in schema.get("properties", {}).items():
        yield from _entry(below, root, f"{path}.{name}" if path else name, inside)
    additional = schema.get("additionalProperties")
    if isinstance(additional, Mapping):
        yield from _below(additional, root, f"{path}.<id>", inside)


def _entry(schema: Schema, root: Schema, path: str, inside: Definitions) -> Iterator[tuple[str, Schema]]:
    yield path, {**_resolved(schema, root), **schema}
    yield from _below(schema, root, path, inside)


def _below(schema: Schema, root: Schema, path: str, inside: Definitions) -> Iterator[tuple[str, Schema]]:
    entered = _entered(schema, inside)
    if entered is None:
        return
    seen: set[str] = set()
    whole = _resolved(schema, root)
    for branch in whole.get("anyOf", [whole]):
        resolved, within = _resolved(branch, root), _entered(branch, entered)
        items = resolved.get("items", {})
        last = None if within is None else _entered(items, within)
        if last is None:
            continue
        holder, inner = (_resolved(items, root), f"{path}[]") if items else (resolved, path)
        for below, found in _keys(holder, root, inner, last):
            if below not in seen:
                seen.add(below)
                yield below, found


def _entered(schema: Schema, inside: Definitions) -> Definitions | None:
    """The definitions that a schema leads into, or None if it leads into one that it stands in."""
    reference = schema.get("$ref")
    if reference is None:
        return inside
    return None if reference in inside else (*inside, str(reference))


def _resolved(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    found: Schema = root["$defs"][reference.removeprefix("#/$defs/")] if reference else schema
    return found


def _values(schema: Schema) -> str:
    """What may stand there, in a word or two."""
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_values(branch) for branch in schema["anyOf"]))
    if "format" in schema:
        return str(schema["format"]).replace("long-duration", "duration").replace("some-duration", "duration")
    kind = schema.get("type", "map" if "$ref" in schema else "any")
    word = {"object": "map", "array": "list", "string": "text", "integer": "whole number"}
    kinds = [str(each) for each in (kind if isinstance(kind, list) else [kind])]
    return " or ".join(word.get(each, each) for each in kinds)


def _words(schema: Schema) -> str:
    return str(schema.get("description", "")).replace("|", "\\|")


def _field_types() -> str:
    """The section of field types with their options."""
    lines = [
        "## Field types · 字段类型",
        "",
        "| type | 名称 | name | options (bold: must be given) |",
        "| --- | --- | --- | --- |",
    ]
    for type_ in FIELD_TYPES.values():
        options = "; ".join(_option(name, schema, name in type_.needed) for name, schema in type_.options.items())
        lines.append(f"| `{type_.name}` | {type_.zh} | {type_.en} | {options or '–'} |")
    return "\n".join([*lines, ""])


def _option(name: str, schema: object, needed: bool) -> str:
    words = _words(schema) if isinstance(schema, Mapping) else ""
    return f"{'**' if needed else ''}`{name}`{'**' if needed else ''} {words}"


if __name__ == "__main__":
    wants_schema = sys.argv[1:] == ["schema"]
    sys.stdout.write(
        json.dumps(with_field_types(schema_of("table")), ensure_ascii=False, indent=2) + "\n"
        if wants_schema
        else page()
    )
