"""JSON Schema as our walk uses it: small questions asked of a schema and of a node."""

from collections.abc import Mapping

from mailuo.metadata import document

Schema = Mapping[str, object]

KIND_WORDS = {
    "object": ("“键: 值”组成的一组内容", "a map of keys and values"),
    "array": ("列表", "a list"),
    "string": ("一个值", "a single value"),
    "integer": ("一个整数", "a whole number"),
    "number": ("一个数字", "a number"),
    "boolean": ("true 或 false", "true or false"),
    "null": ("空", "nothing"),
}
_SCALARS = frozenset({"string", "integer", "number", "boolean", "null"})


def kind_of(node: document.Node) -> str:
    """The JSON type that stands there; a scalar counts as a string, whatever it says."""
    if isinstance(node, document.Mapping):
        return "object"
    return "array" if isinstance(node, document.Sequence) else "string"


def kinds_of(schema: Schema) -> tuple[str, ...]:
    """The JSON types that a schema allows; none when it allows all."""
    written = schema.get("type")
    if isinstance(written, str):
        return (written,)
    if isinstance(written, list):
        return tuple(str(kind) for kind in written)
    return ("string",) if "enum" in schema or "const" in schema else ()


def fits_kind(node: document.Node, schema: Schema) -> bool:
    """Whether what stands there has the shape that a schema asks for."""
    kinds = kinds_of(schema)
    if not kinds:
        return True
    if isinstance(node, document.Scalar):
        return bool(_SCALARS & set(kinds))
    return kind_of(node) in kinds


def holds(node: document.Mapping, condition: object) -> bool:
    """Whether a schema's `if` is true: every named property is written with the one value asked for."""
    wanted = mapping_of(condition, "properties") if isinstance(condition, Mapping) else {}
    for key, schema in wanted.items():
        value = node.get(key)
        if not isinstance(value, document.Scalar) or value.text != schema.get("const"):
            return False
    return True


def decided(node: document.Mapping, condition: object, properties: Mapping[str, Schema]) -> bool:
    """Whether the value that a schema's `if` looks at is one that may stand there at all."""
    wanted = mapping_of(condition, "properties") if isinstance(condition, Mapping) else {}
    values = {key: node.get(key) for key in wanted}
    return all(
        isinstance(value, document.Scalar) and value.text in list_of(properties[key], "enum")
        for key, value in values.items()
    )


def mapping_of(schema: Schema, key: str) -> Mapping[str, Schema]:
    """What a schema holds under a key, or nothing when that is no mapping."""
    value = schema.get(key)
    return value if isinstance(value, Mapping) else {}


def list_of(schema: Schema, key: str) -> list[object]:
    """What a schema holds under a key, or nothing when that is no list."""
    value = schema.get(key)
    return value if isinstance(value, list) else []
