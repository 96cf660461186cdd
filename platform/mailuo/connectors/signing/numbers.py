"""JSON whose numbers stay as they were written: ids beyond 2^53, `1.0` beside `1`."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


class Number(str):
    """A number as it was written."""

    __slots__ = ()


def parse_numbers_verbatim(text: str | bytes) -> Any:
    """The value of a JSON text with every number as a `Number`; None when it is no JSON."""
    try:
        return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=Number)
    except (ValueError, RecursionError):
        return None


def written(value: object) -> str:
    """Compact JSON, UTF-8, with the numbers as they were read."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_text(str(key))}:{written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(written, value)) + "]"
    return _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
