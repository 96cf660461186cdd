"""The grammar at work: a document and a JSON Schema in, typed parts and problems out.

One walk types every scalar and says what is wrong with it where it stands. It knows the words of JSON Schema that
our schemas use (a test holds that, and that an independent validator agrees with it); see decision 030.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from mailuo.base.near import nearest
from mailuo.base.problems import Message, Place, Problem
from mailuo.metadata import document, grammar_messages
from mailuo.metadata.part import Part, Written
from mailuo.metadata.scalars import FORMATS, PATTERN_MESSAGES
from mailuo.metadata.schema import KIND_WORDS, Schema, decided, fits_kind, holds, kind_of, kinds_of, list_of, mapping_of

_INTEGER = re.compile(r"-?\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?", re.ASCII)
_MOST_KEYS_LISTED = 24


@dataclass
class Walk:
    """One walk over one document: the schema's definitions, and the problems met so far."""

    definitions: Mapping[str, Schema]
    problems: list[Problem] = field(default_factory=list)

    def typed(self, node: document.Node, schema: Schema, path: str) -> object:
        """The typed value of a node, or None where it is wrong and has been reported."""
        schema = self._branch(node, self._resolved(schema))
        if isinstance(node, document.Mapping):
            return self._mapping(node, schema, path)
        if isinstance(node, document.Sequence):
            return self._sequence(node, schema, path)
        return self._scalar(node, schema, path)

    def _resolved(self, schema: Schema) -> Schema:
        while isinstance(reference := schema.get("$ref"), str):
            schema = self.definitions[reference.removeprefix("#/$defs/")]
        return schema

    def _report(self, message: Message, place: Place, path: str, **values: str) -> None:
        self.problems.append(message(place=place, path=path, **values))

    # One of several shapes: the one that fits the node best, so that its problems are the ones that help.

    def _branch(self, node: document.Node, schema: Schema) -> Schema:
        branches = schema.get("anyOf")
        if not isinstance(branches, list):
            return schema
        candidates = [
            branch for each in branches if fits_kind(node, branch := self._branch(node, self._resolved(each)))
        ]
        if not candidates:
            return {"type": sorted({kind for each in branches for kind in kinds_of(self._resolved(each))})}
        if isinstance(node, document.Mapping):
            keys = {entry.key.text for entry in node}
            return max(candidates, key=lambda branch: len(keys & mapping_of(branch, "properties").keys()))
        if isinstance(node, document.Scalar):
            return next((branch for branch in candidates if self._accepts(node, branch)), candidates[-1])
        return candidates[0]

    def _accepts(self, node: document.Scalar, branch: Schema) -> bool:
        trial = Walk(self.definitions)
        trial.typed(node, branch, "")
        return not trial.problems

    # Maps

    def _mapping(self, node: document.Mapping, schema: Schema, path: str) -> object:
        if not fits_kind(node, schema):
            return self._wrong_kind(node, schema, path)
        properties, required = self._known(node, schema)
        values: dict[Written, object] = {}
        misspelt: set[str | None] = set()
        for entry in node:
            below = f"{path}.{entry.key.text}" if path else entry.key.text
            value_schema = properties.get(entry.key.text)
            if value_schema is None:
                value_schema = self._additional(entry.key, schema, properties, below)
                misspelt.add(nearest(entry.key.text, properties))
            if value_schema is not None:
                values[_written(entry.key, below)] = self.typed(entry.value, value_schema, below)
        for key in required:
            if node.get(key) is None and key not in misspelt:
                self._report(grammar_messages.MISSING_KEY, node.place, path, key=key)
        if len(node.entries) < int(str(schema.get("minProperties", 0))):
            self._report(grammar_messages.EMPTY_MAP, node.place, path)
        return Part(node.place, path, values)

    def _known(self, node: document.Mapping, schema: Schema) -> tuple[Mapping[str, Schema], tuple[str, ...]]:
        """The keys this map may have and must have, those that depend on its own values included."""
        properties = dict(mapping_of(schema, "properties"))
        required = list(list_of(schema, "required"))
        for rule in list_of(schema, "allOf"):
            if isinstance(rule, Mapping) and holds(node, rule["if"]):
                properties |= mapping_of(rule["then"], "properties")
                required += list_of(rule["then"], "required")
            elif isinstance(rule, Mapping) and not decided(node, rule["if"], properties):
                properties |= {key: {} for key in mapping_of(rule["then"], "properties")}
        return properties, tuple(str(key) for key in required)

    def _additional(
        self, key: document.Scalar, schema: Schema, properties: Mapping[str, Schema], path: str
    ) -> Schema | None:
        """The schema of a key that has no own one, or None when there may be no such key."""
        additional = schema.get("additionalProperties", schema.get("unevaluatedProperties", {}))
        if additional is False:
            self._unknown_key(key, properties, path)
            return None
        names = self._resolved(mapping_of(schema, "propertyNames"))
        if names:
            self._text(key, names, path)
        return additional if isinstance(additional, Mapping) else {}

    def _unknown_key(self, key: document.Scalar, known: Iterable[str], path: str) -> None:
        names = list(known)
        near = nearest(key.text, names)
        if near:
            self._report(grammar_messages.UNKNOWN_KEY_NEAR, key.place, path, found=key.text, near=near)
        else:
            listed = ", ".join(names[:_MOST_KEYS_LISTED]) + (" …" if len(names) > _MOST_KEYS_LISTED else "")
            self._report(grammar_messages.UNKNOWN_KEY, key.place, path, found=key.text, known=listed)

    # Lists

    def _sequence(self, node: document.Sequence, schema: Schema, path: str) -> object:
        if not fits_kind(node, schema):
            return self._wrong_kind(node, schema, path)
        items = mapping_of(schema, "items")
        if len(node.items) < int(str(schema.get("minItems", 0))):
            self._report(grammar_messages.EMPTY_LIST, node.place, path)
        values = (self.typed(item, items, f"{path}[{index}]") for index, item in enumerate(node.items))
        return tuple(value for value in values if value is not None)

    # Scalars

    def _scalar(self, node: document.Scalar, schema: Schema, path: str) -> object:
        kinds = kinds_of(schema)
        if node.missing and "null" not in kinds and kinds:
            self._report(grammar_messages.NOTHING_WRITTEN, node.place, path)
            return None
        if not fits_kind(node, schema):
            return self._wrong_kind(node, schema, path)
        if node.missing:
            return None
        if "string" in kinds or not kinds:
            return self._text(node, schema, path)
        if "boolean" in kinds:
            return self._boolean(node, path)
        return self._number(node, schema, path, whole="integer" in kinds)

    def _boolean(self, node: document.Scalar, path: str) -> bool | None:
        if node.text in ("true", "false"):
            return node.text == "true"
        self._report(grammar_messages.NOT_BOOLEAN, node.place, path, found=_short(node.text))
        return None

    def _number(self, node: document.Scalar, schema: Schema, path: str, *, whole: bool) -> int | Decimal | None:
        if not (_INTEGER if whole else _NUMBER).fullmatch(node.text):
            self._report(
                grammar_messages.NOT_WHOLE if whole else grammar_messages.NOT_NUMBER,
                node.place,
                path,
                found=_short(node.text),
            )
            return None
        value = int(node.text) if whole else Decimal(node.text)
        least, most = schema.get("minimum"), schema.get("maximum")
        if (isinstance(least, int) and value < least) or (isinstance(most, int) and value > most):
            self._report(
                grammar_messages.OUT_OF_RANGE,
                node.place,
                path,
                found=node.text,
                least=_or_dots(least),
                most=_or_dots(most),
            )
            return None
        return value

    def _text(self, node: document.Scalar, schema: Schema, path: str) -> object:
        choices = [str(each) for each in list_of(schema, "enum")] or [
            str(schema[key]) for key in ("const",) if key in schema
        ]
        if choices and node.text not in choices:
            return self._not_one_of(node, choices, path)
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and not _compiled(pattern).search(node.text):
            self._report(
                PATTERN_MESSAGES.get(pattern, grammar_messages.PATTERN),
                node.place,
                path,
                found=_short(node.text),
                pattern=pattern,
            )
            return None
        if len(node.text) < int(str(schema.get("minLength", 0))):
            self._report(grammar_messages.NOTHING_WRITTEN, node.place, path)
            return None
        return self._formatted(node, str(schema.get("format", "")), path)

    def _formatted(self, node: document.Scalar, format_: str, path: str) -> object:
        if format_ not in FORMATS:
            return _written(node, path)
        read, wrong = FORMATS[format_]
        value = read(node.text)
        if value is None:
            self._report(wrong, node.place, path, found=_short(node.text))
        return _written(node, path) if isinstance(value, str) else value

    def _not_one_of(self, node: document.Scalar, choices: list[str], path: str) -> object:
        near = nearest(node.text, choices)
        if path.rpartition(".")[2] == "type" and path.split(".", maxsplit=1)[0] == "fields":
            near_message, message = grammar_messages.NOT_A_FIELD_TYPE_NEAR, grammar_messages.NOT_A_FIELD_TYPE
        else:
            near_message, message = grammar_messages.NOT_ONE_OF_NEAR, grammar_messages.NOT_ONE_OF
        if near:
            self._report(near_message, node.place, path, found=_short(node.text), near=near)
        else:
            self._report(message, node.place, path, found=_short(node.text), known=", ".join(choices))
        return None

    def _wrong_kind(self, node: document.Node, schema: Schema, path: str) -> object:
        zh, en = zip(*(KIND_WORDS[kind] for kind in kinds_of(schema)), strict=True)
        found_zh, found_en = KIND_WORDS[kind_of(node)]
        self._report(
            grammar_messages.WRONG_KIND, node.place, path,
            expected_zh="或".join(dict.fromkeys(zh)), expected_en=" or ".join(dict.fromkeys(en)), found_zh=found_zh, found_en=found_en,
        )  # fmt: skip
        return None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> "re.Pattern[str]":
    return re.compile(pattern, re.ASCII)


def _written(node: document.Scalar, path: str) -> Written:
    return Written.at(node.text, node.place, path, node.quoted)


def _or_dots(limit: object) -> str:
    return "…" if limit is None else str(limit)


def _short(text: str) -> str:
    return f"{text[:60]}…" if len(text) > 60 else text
