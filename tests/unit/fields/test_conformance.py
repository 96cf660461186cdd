"""Every field type says all that the floors above ask of it."""

import pytest
from jsonschema import Draft202012Validator

from mailuo.fields import FIELD_TYPES, Computed, FieldType
from mailuo.formulas.types import Type

NAMES = (
    "text long_text number money boolean date datetime duration choice choices tags link links lookup rollup formula "
    "file image signature phone email url address geo barcode rating score user json"
).split()


def test_the_types_are_those_of_the_language() -> None:
    assert list(FIELD_TYPES) == NAMES


@pytest.mark.parametrize("type_", FIELD_TYPES.values(), ids=lambda type_: type_.name)
def test_a_type_is_complete(type_: type[FieldType]) -> None:
    assert type_.zh
    assert type_.en
    assert type_.widget
    assert set(type_.needed) <= set(type_.options)
    assert isinstance(type_.of({}).formula_type, Type)


@pytest.mark.parametrize("type_", FIELD_TYPES.values(), ids=lambda type_: type_.name)
def test_computed_types_alone_have_no_column(type_: type[FieldType]) -> None:
    assert (type_.column is None) == issubclass(type_, Computed)


@pytest.mark.parametrize("type_", FIELD_TYPES.values(), ids=lambda type_: type_.name)
def test_options_are_a_schema_with_words_for_people(type_: type[FieldType]) -> None:
    Draft202012Validator.check_schema({"properties": type_.options})
    for option in type_.options.values():
        assert isinstance(option, dict)
        assert " / " in option["description"]


def test_a_phone_is_a_text_with_its_own_check_and_widget() -> None:
    assert issubclass(FIELD_TYPES["phone"], FIELD_TYPES["text"])
    assert FIELD_TYPES["phone"].widget == "phone"
