"""Any JSON, for what machines hand over and nobody edits by hand."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import ClassVar

from mailuo.base.problems import Language, Problem
from mailuo.fields.field_type import FieldType, found
from mailuo.fields.messages import JSON_TOO_LARGE, NOT_JSON
from mailuo.fields.text import control_problem
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

_LONGEST = 100_000
_DEEPEST = 32
_GREATEST_EXPONENT = 300


@dataclass(frozen=True)
class JsonValue(FieldType):
    """Any JSON within limits of size and depth; a text stands for what it says as JSON, else for itself."""

    name: ClassVar[str] = "json"
    zh: ClassVar[str] = "JSON"
    en: ClassVar[str] = "JSON"
    widget: ClassVar[str] = "json"
    column: ClassVar[ColumnKind | None] = ColumnKind.JSON

    @property
    def formula_type(self) -> Type:
        """Something that can only be blank or not."""
        return Type(Kind.OTHER)

    def read(self, raw: object, zone: tzinfo) -> object:
        """The JSON value with plain numbers, or the Problem."""
        return _plain(_loaded(raw) if isinstance(raw, str) else raw, _DEEPEST)

    def check(self, value: object) -> Problem | None:
        """Refuses what is too large or holds invisible characters or endless numbers."""
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        except (ValueError, TypeError):
            return NOT_JSON(found=found(value))
        if len(text) > _LONGEST:
            return _too_large()
        return next((problem for word in _texts(value) if (problem := control_problem(word))), None)

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """The JSON text."""
        return json.dumps(value, ensure_ascii=False)


def _loaded(text: str) -> object:
    """What a text says as JSON, else the text itself."""
    if len(text) > _LONGEST:
        return _too_large()
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        return _too_large()
    except ValueError:
        return text


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _too_large() -> Problem:
    return JSON_TOO_LARGE(most=_LONGEST, depth=_DEEPEST)


def _plain(value: object, levels: int) -> object:
    """The value with decimals as numbers, or the Problem of its first part that cannot be kept."""
    if isinstance(value, Problem):
        return value
    if levels < 0:
        return _too_large()
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        values = {str(key): _plain(item, levels - 1) for key, item in value.items()}
        return next((item for item in values.values() if isinstance(item, Problem)), values)
    if isinstance(value, (list, tuple)):
        items = [_plain(item, levels - 1) for item in value]
        return next((item for item in items if isinstance(item, Problem)), items)
    return value


def _number(value: Decimal) -> object:
    if not value.is_finite() or abs(value.adjusted()) >= _GREATEST_EXPONENT:
        return NOT_JSON(found=found(value))
    return int(value) if value == value.to_integral_value() else float(value)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
