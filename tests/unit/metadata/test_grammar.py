"""The grammar: the committed schemas, the walk that uses them, and an independent validator beside it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from mailuo.fields import FIELD_TYPES
from mailuo.metadata import document, read_folder
from mailuo.metadata.grammar import KINDS, kind_of, schema_of, typed
from mailuo.metadata.part import Part, Written
from mailuo.metadata.reading import read_document
from mailuo.metadata.reference import with_field_types

DECLARATIONS = Path(__file__).parents[2] / "declarations"
KNOWN_WORDS = frozenset(
    "$schema $id $ref $defs title description type enum const pattern format minimum maximum minLength minItems minProperties items "
    "properties required propertyNames additionalProperties unevaluatedProperties anyOf allOf if then".split()
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_of_draft_2020_12(kind: str) -> None:
    schema = schema_of(kind)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_uses_only_words_that_the_walk_knows(kind: str) -> None:
    assert set(schema_words(schema_of(kind))) <= KNOWN_WORDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_refers_to_nothing_but_itself(kind: str) -> None:
    references = [value for key, value in pairs(schema_of(kind)) if key == "$ref"]
    assert all(str(reference).startswith("#/$defs/") for reference in references)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "scenario"])
def test_every_key_is_described_in_both_languages(kind: str) -> None:
    for name, schema in described(schema_of(kind)):
        assert " / " in str(schema["description"]), name


def test_the_schema_of_tables_knows_every_field_type_and_its_options() -> None:
    committed = schema_of("table")
    assert committed == with_field_types(json.loads(json.dumps(committed)))
    assert set(committed["$defs"]["field"]["properties"]["type"]["enum"]) == set(FIELD_TYPES)  # type: ignore[index]


def good_files() -> dict[str, str]:
    around = read_folder(DECLARATIONS / "around")
    return {
        **around,
        **{path.name: path.read_text(encoding="utf-8") for path in sorted((DECLARATIONS / "good").iterdir())},
    }


@pytest.mark.parametrize("file", good_files())
def test_an_independent_validator_agrees_on_what_is_right(file: str) -> None:
    root = read_document(file, good_files()[file]).root
    assert root is not None
    kind, _ = kind_of(root)
    assert kind is not None
    part, problems = typed(kind, root)
    assert problems == ()
    assert [error.message for error in Draft202012Validator(dict(schema_of(kind))).iter_errors(plain(part, root))] == []


WRONG = [
    "table: t\nfields: []",
    "table: t\nfields: {a: {type: texd}}",
    "table: t\nfields: {a: {type: choice}}",
    "table: t\nfields: {a: {type: text, options: {a: b}}}",
    "table: t\nfields: {a: {type: number, places: 9}}",
    "table: t\nfields: {A: {type: text}}",
    "table: t\nfield: {a: {type: text}}",
    "table: t\nfields: {a: {type: text}}\nviews: {v: {type: pie}}",
]


@pytest.mark.parametrize("text", WRONG)
def test_an_independent_validator_agrees_on_what_is_wrong(text: str) -> None:
    root = read_document("t.yaml", text).root
    assert root is not None
    _, problems = typed("table", root)
    assert problems
    assert list(Draft202012Validator(dict(schema_of("table"))).iter_errors(untyped(root)))


def plain(value: object, node: document.Node | None) -> object:
    """A typed value as a YAML reader that guesses types would hand it to a validator."""
    if isinstance(value, Part):
        assert isinstance(node, document.Mapping)
        return {str(key): plain(item, node.get(key)) for key, item in value.values.items()}
    if isinstance(value, tuple):
        assert isinstance(node, document.Sequence)
        return [plain(item, below) for item, below in zip(value, node.items, strict=True)]
    if isinstance(value, (date, timedelta)):
        assert isinstance(node, document.Scalar)
        return node.text
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, Written) else value


def untyped(node: document.Node) -> object:
    if isinstance(node, document.Mapping):
        return {entry.key.text: untyped(entry.value) for entry in node}
    if isinstance(node, document.Sequence):
        return [untyped(item) for item in node.items]
    return int(node.text) if node.text.isdigit() else node.text


def pairs(schema: object) -> Iterator[tuple[str, object]]:
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            yield key, value
            yield from pairs(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from pairs(item)


def schema_words(schema: object) -> Iterator[str]:
    """The words of JSON Schema itself, not the names of properties."""
    if not isinstance(schema, Mapping):
        return
    for word, value in schema.items():
        yield word
        if word in ("properties", "$defs"):
            for below in value.values():
                yield from schema_words(below)
        elif isinstance(value, list):
            for below in value:
                yield from schema_words(below)
        else:
            yield from schema_words(value)


def described(schema: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every property that is no mere reference, with its name."""
    for key, value in pairs(schema):
        if key == "properties" and isinstance(value, Mapping):
            for name, below in value.items():
                if isinstance(below, Mapping) and "$ref" not in below and "const" not in below:
                    yield name, below
