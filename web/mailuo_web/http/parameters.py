"""Query parameters, read strictly: what is no number, flag or time is refused, never guessed."""

import re
from datetime import datetime, tzinfo

from flask import request

from mailuo.base.moments import parse_moment
from mailuo.base.near import nearest
from mailuo.records import BadQuestion
from mailuo.records.messages import BAD_CURSOR, LIMIT, TOO_MANY_IDS
from mailuo_web.http.messages import BAD_PARAMETER

MOST = 500
_DEFAULT = 50
_LONGEST_NUMBER = 15
_ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)
_PLACE = re.compile(r"[0-9]{1,17}\.[0-9a-f-]{36}", re.ASCII)
_FLAGS = {"1": True, "true": True, "0": False, "false": False}


def text(name: str) -> str | None:
    """The value of a parameter, or None when it is missing or empty."""
    return request.args.get(name) or None


def flag(name: str) -> bool:
    """Whether a parameter is set: 1 or true."""
    found = request.args.get(name, "0")
    if found.lower() not in _FLAGS:
        raise BadQuestion(BAD_PARAMETER(field=name, name=name, found=found[:60], expected="0 / 1"))
    return _FLAGS[found.lower()]


def limit(most: int = MOST, default: int = _DEFAULT) -> int:
    """How many entries are asked for."""
    found = request.args.get("limit")
    if found is None:
        return default
    number = whole_number(found)
    if number is None or not 1 <= number <= most:
        raise BadQuestion(LIMIT(field="limit", most=most, found=found[:60]))
    return number


def before() -> int | None:
    """Where a list numbered downwards goes on: the cursor that the last page gave."""
    found = text("cursor")
    if found is None:
        return None
    number = whole_number(found)
    if number is None:
        raise BadQuestion(BAD_CURSOR(field="cursor"))
    return number


def place() -> str | None:
    """The cursor of a list in the order of time: a moment and an id."""
    return _cursor(_PLACE)


def last_id() -> str | None:
    """The cursor of a list in the order of its ids."""
    return _cursor(_ID)


def _cursor(shape: re.Pattern[str]) -> str | None:
    found = text("cursor")
    if found is not None and not shape.fullmatch(found):
        raise BadQuestion(BAD_CURSOR(field="cursor"))
    return found


def names(name: str) -> tuple[str, ...] | None:
    """The names that a parameter lists with commas, or None when it is missing."""
    found = request.args.get(name)
    if found is None:
        return None
    return tuple(each.strip() for each in found.split(",") if each.strip())


def ids() -> tuple[str, ...] | None:
    """The keys or ids asked for, at most 500."""
    found = names("ids")
    if found is not None and len(found) > MOST:
        raise BadQuestion(TOO_MANY_IDS(field="ids", most=MOST))
    return found


def moment(name: str, zone: tzinfo) -> datetime | None:
    """The moment a parameter says, or None when it is missing; naked times are in the zone."""
    found = text(name)
    at = parse_moment(found.replace(" ", "+") if "T" in found else found, zone) if found else None
    if found and at is None:
        example = "2026-01-15T09:00:00+08:00"
        raise BadQuestion(BAD_PARAMETER(field=name, name=name, found=found[:60], expected=example))
    return at


def one_of(name: str, *choices: str) -> str | None:
    """One of the choices, or None when the parameter is missing."""
    found = text(name)
    if found is None or found in choices:
        return found
    near = nearest(found, choices)
    expected = " / ".join(choices) if near is None else f"{' / '.join(choices)} → {near}"
    raise BadQuestion(BAD_PARAMETER(field=name, name=name, found=found[:60], expected=expected))


def whole_number(found: str) -> int | None:
    """The whole number that a text says in plain digits, or None."""
    plain = found.isascii() and found.isdigit() and len(found) <= _LONGEST_NUMBER
    return int(found) if plain else None
