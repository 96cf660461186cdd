"""Bodies: strict JSON in. Numbers stay exact, a key twice or a nesting without end is refused."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import request

from mailuo.base.near import nearest
from mailuo.base.problems import Problem, Refusal
from mailuo.fields.text import control_problem
from mailuo_web.http.messages import (
    BODY_DEEP,
    BODY_KEY_MISSING,
    BODY_KEY_TWICE,
    BODY_KEY_UNKNOWN,
    BODY_KEY_WRONG,
    BODY_NOT_JSON,
    BODY_NOT_OBJECT,
    BODY_TYPE,
)

DEEPEST = 64
LONGEST_NUMBER = 400

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""What may be half of a character, which nothing can store or answer."""
_NESTING = re.compile(rb'[\[\]{}]|"(?:[^"\\]|\\.)*"')


def json_object(keys: Mapping[str, type | tuple[type, ...]] | None = None, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The request's body as one object; with `keys`, exactly these names and kinds of value."""
    if request.mimetype != "application/json":
        raise Refusal(BODY_TYPE(expected="application/json"))
    body = parse_json(request.get_data(cache=False))
    if not isinstance(body, dict):
        raise Refusal(BODY_NOT_OBJECT())
    if keys is not None:
        _check_keys(body, keys, required)
    return body


def parse_json(raw: bytes) -> Any:
    """The value that UTF-8 JSON says, with Decimal for every number with a point or exponent; raises Refusal."""
    if _depth(raw) > DEEPEST:
        raise Refusal(BODY_DEEP(limit=DEEPEST))
    try:
        value = json.loads(
            raw.decode(), object_pairs_hook=_object, parse_float=_decimal, parse_int=_integer, parse_constant=_constant
        )
        if _HALF.search(raw):
            json.dumps(value, ensure_ascii=False, default=str).encode()
        return value
    except UnicodeError:
        raise Refusal(BODY_NOT_JSON(found="UTF-8?")) from None
    except json.JSONDecodeError as error:
        raise Refusal(BODY_NOT_JSON(found=f"{error.lineno}:{error.colno}")) from None


def _depth(raw: bytes) -> int:
    """How deep a body is nested, or more than it is, where so few brackets are opened that it cannot be too deep."""
    opened = raw.count(b"[") + raw.count(b"{")
    if opened <= DEEPEST:
        return opened
    deepest = depth = 0
    for match in _NESTING.finditer(raw):
        token = match[0]
        if token in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token in b"]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise Refusal(BODY_KEY_TWICE(key=next(name for name in names if names.count(name) > 1)))
    return found


def _decimal(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER:
        raise Refusal(BODY_DEEP(limit=DEEPEST))
    return Decimal(text)


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise Refusal(BODY_DEEP(limit=DEEPEST))
    return int(text)


def _constant(text: str) -> Any:
    raise Refusal(BODY_NOT_JSON(found=text))


def _check_keys(
    body: Mapping[str, Any], keys: Mapping[str, type | tuple[type, ...]], required: tuple[str, ...]
) -> None:
    problems = [_unknown(name, keys) for name in body if name not in keys]
    problems += [
        replace(problem, field=name)
        for name, value in body.items()
        if (problem := next(filter(None, map(control_problem, _texts(value))), None))
    ]
    problems += [BODY_KEY_MISSING(field=name, key=name) for name in required if body.get(name) is None]
    problems += [
        BODY_KEY_WRONG(field=name, key=name, expected=_kind(keys[name]))
        for name, value in body.items()
        if name in keys and value is not None and not _is(value, keys[name])
    ]
    if problems:
        raise Refusal(*problems)


def _is(value: object, kinds: type | tuple[type, ...]) -> bool:
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    return isinstance(value, wanted) and (not isinstance(value, bool) or bool in wanted)


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, the names of members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _unknown(name: str, known: Mapping[str, object]) -> Problem:
    near = nearest(name, known)
    return BODY_KEY_UNKNOWN(field=name, key=name, near=f" → {near}" if near else "")


def _kind(kinds: type | tuple[type, ...]) -> str:
    names = {str: "text", bool: "true/false", int: "number", dict: "object", list: "list"}
    return " / ".join(names.get(kind, kind.__name__) for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))
