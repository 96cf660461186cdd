"""The grammar of a story's parts: raw TOML in, values, lengths and rows out; what is wrong is told with its place. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mailuo.base.moments import parse_duration
from mailuo.cli.simulation.story import (
    Ahead,
    Amount,
    Case,
    Children,
    Choose,
    Moment,
    Sample,
    Span,
    Told,
    Value,
)

Raw = Mapping[str, Any]


class Wrong(Exception):
    """Something in a story that is not as it should be: where, and what would be right."""

    def __init__(self, where: str, expected: str) -> None:
        super().__init__(f"{where} {expected}")
        self.where = where.lstrip(".")
        self.expected = expected


def children_of(raw: list[Raw], path: str) -> tuple[Children, ...]:
    """Rows that come with something."""
    found = []
    for each in raw:
        low, high = each.get("count", [1, 1])
        values = values_of(map_of(each, "values", path), f"{path}.values")
        found.append(
            Children(
                text_of(each, "table", path),
                text_of(each, "by", path),
                int(low),
                int(high),
                values,
                float(each.get("share", 1)),
            )
        )
    return tuple(found)


def values_of(raw: Raw, path: str) -> dict[str, Value]:
    """Values by the names of their fields."""
    return {name: value_of(value, f"{path}.{name}") for name, value in raw.items()}


def value_of(raw: Any, path: str) -> Value:
    """A value, as it is drawn, told or looked up."""
    match raw:
        case bool() | int():
            return raw
        case str():
            return Told(raw)
        case list():
            return tuple(str(each) for each in raw)
        case {"choose": dict() as weights}:
            return Choose({str(name): float(weight) for name, weight in weights.items()})
        case {"choose": list() as names}:
            return Choose({str(name): 1.0 for name in names})
        case {"by": str() as field, "is": dict() as values}:
            return Case(field, values_of(values, f"{path}.is"))
        case {"between": [low, high], **rest}:
            return Amount(str(low), str(high), str(rest.get("step", "1")))
        case {"sample": str() as sample, **rest}:
            return Sample(sample, str(rest.get("column", "")))
        case {"now": str() as moved}:
            return Moment(length_of(moved, path))
        case {"ahead": [low, high]}:
            return Ahead(signed_length_of(low, path), signed_length_of(high, path))
    raise Wrong(path, "choose / by+is / between / sample / now / ahead / text")


def span_of(raw: Raw, name: str, path: str) -> Span:
    """A member that holds two lengths."""
    pair = raw.get(name)
    if not isinstance(pair, list) or len(pair) != 2:
        raise Wrong(f"{path}.{name}", '["5m", "2h"]')
    return Span(length_of(pair[0], path), length_of(pair[1], path))


def length_of(text: object, path: str) -> timedelta:
    """A length of time."""
    length = parse_duration(str(text))
    if length is None:
        raise Wrong(path, "90s / 2h30m / 7d")
    return length


def signed_length_of(text: object, path: str) -> timedelta:
    """A length of time, which may lie before."""
    sign, length = (-1, str(text)[1:]) if str(text).startswith("-") else (1, str(text))
    return sign * length_of(length, path)


def map_of(raw: Raw, name: str, path: str) -> Raw:
    """A member that is a table; an empty one where there is none."""
    found = raw.get(name, {})
    if not isinstance(found, dict):
        raise Wrong(f"{path}.{name}", "[…]")
    return found


def text_of(raw: Raw, name: str, path: str) -> str:
    """A member that is a text."""
    found = raw.get(name)
    if not isinstance(found, str) or not found:
        raise Wrong(f"{path}.{name}", '"…"')
    return found


def whole_of(raw: Raw, name: str, path: str) -> int:
    """A member that is a whole number."""
    found = raw.get(name)
    if not isinstance(found, int) or found < 0:
        raise Wrong(f"{path}.{name}", "0, 1, 2 …")
    return found
