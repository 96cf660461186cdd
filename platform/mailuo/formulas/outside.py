"""Values from outside: what a member of a body is, and what formulas and templates make of it.

A value from outside is text unless NUMBER, DATETIME or a comparison with TRUE or FALSE says otherwise. A member that is
not there is blank.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from mailuo.base.moments import EPOCH, parse_any_moment

_TRUTHS = {"true": True, "false": False}
_SECONDS, _MILLISECONDS = 10, 13
_PLAINEST = 40
"""Digits up to which a number is written out."""


def member(body: object, steps: Sequence[str]) -> object:
    """The member that names and places of elements lead to, or None; a text that is JSON is looked into.

    A name fits as it is, else without regard to upper and lower case.
    """
    for step in steps:
        inside = _read(body) if isinstance(body, str) else body
        if isinstance(inside, Mapping):
            body = inside[step] if step in inside else _alike(inside, step)
        elif isinstance(inside, (list, tuple)):
            body = _element(inside, step)
        else:
            return None
    return body


def _alike(body: Mapping[str, object], step: str) -> object:
    wanted = step.casefold()
    found = [value for name, value in body.items() if name.casefold() == wanted]
    return found[0] if len(found) == 1 else None


def _element(items: Sequence[object], step: str) -> object:
    try:
        return items[int(step)]
    except (ValueError, IndexError):
        return None


def _read(text: str) -> object:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def text_of(value: object) -> str | None:
    """The value as a text, blank where there is none: numbers as written, truths as `true` and `false`, the rest as JSON."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < _PLAINEST else str(value)
    if isinstance(value, (list, tuple, Mapping)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str) if value else None
    return str(value)


def truth_of(value: object) -> bool | None:
    """Whether the value is true or false; None for everything else."""
    text = text_of(value)
    return None if text is None else _TRUTHS.get(text.strip().lower())


def moment_of(value: object, zone: tzinfo) -> datetime | None:
    """The moment that a value names: a text, naked ones in the zone, or seconds or milliseconds since 1970."""
    if isinstance(value, datetime):
        return value
    text = (text_of(value) or "").strip()
    if text.isdecimal() and text.isascii() and len(text) in (_SECONDS, _MILLISECONDS):
        return EPOCH + timedelta(milliseconds=int(text) * (1000 if len(text) == _SECONDS else 1))
    return parse_any_moment(text, zone)
