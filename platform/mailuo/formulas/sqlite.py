"""SQLite: what it cannot compute itself it asks of Python, whole subtrees at a time, with the columns they read.

A call says in its first argument, as JSON, what is to be computed; that is understood once and then remembered.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from mailuo.base.moments import MICROSECOND, micros, moment
from mailuo.formulas.evaluate import runner
from mailuo.formulas.formula import Context, WorkCalendar
from mailuo.formulas.numbers import EXACT, of_sortable, rounded, sortable
from mailuo.formulas.tree import Call, Constant, Node, Read
from mailuo.formulas.types import Kind, Type

FUNCTION = "mailuo_formula"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO_DIGITS = 1_000_000

_calendars: dict[str, WorkCalendar] = {}
"""Calendars by the digest of their working time; SQL names them so. One entry for each calendar ever published."""


def remember_calendar(name: str, calendar: WorkCalendar) -> None:
    """Makes a calendar known to the SQL that names it."""
    _calendars.setdefault(name, calendar)


def register(connection: sqlite3.Connection) -> None:
    """Gives the connection the functions that formulas call."""
    connection.create_function(FUNCTION, -1, _computed, deterministic=True)
    connection.create_function("mailuo_add", 3, _added, deterministic=True)
    connection.create_aggregate("mailuo_sum", 1, _Sum)  # type: ignore[arg-type]
    connection.create_aggregate("mailuo_avg", 2, _Average)  # type: ignore[arg-type]


# --- values -----------------------------------------------------------------------------------------------------


def _list(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _length(number: int) -> timedelta:
    return timedelta(microseconds=number)


_OF: Mapping[str, Callable[[Any], object]] = {
    "number": of_sortable,
    "boolean": bool,
    "date": date.fromisoformat,
    "moment": moment,
    "duration": _length,
    "tags": _list,
}
"""How a stored value of each kind becomes a Python value; texts are what they are."""
_TO: Mapping[Kind, Callable[[Any], object]] = {
    Kind.NUMBER: sortable,
    Kind.BOOLEAN: int,
    Kind.DATE: date.isoformat,
    Kind.MOMENT: micros,
    Kind.DURATION: lambda value: value // MICROSECOND,
    Kind.TAGS: lambda value: json.dumps(list(value), ensure_ascii=False, separators=(",", ":")),
}


def _scaled(places: int) -> Callable[[int], Decimal]:
    return lambda value: Decimal(value).scaleb(-places)


def _opener(code: str) -> Callable[[Any], object] | None:
    return _scaled(int(code[1:])) if code[0] == "#" else _OF.get(code)


# --- trees as JSON ----------------------------------------------------------------------------------------------


def written(node: Node, zone: str, inputs: Sequence[str]) -> str:
    """The JSON that says what is to be computed: the tree over numbered inputs, and how each input is stored."""
    return json.dumps(
        [_plain(node), node.type.kind.value, zone, list(inputs)], ensure_ascii=False, separators=(",", ":")
    )


def _plain(node: Node) -> object:
    match node:
        case Read(path=path, type=type_):
            return [int(path[0]), type_.kind.value]
        case Constant(value=value, type=type_):
            stored = _TO[type_.kind](value) if value is not None and type_.kind in _TO else value
            return ["", type_.kind.value, stored]
        case Call(name=name, args=args, type=type_):
            return [name, type_.kind.value, *map(_plain, args)]


def _node(plain: Sequence[Any]) -> Node:
    head, kind, *rest = plain
    type_ = Type(Kind(kind))
    if isinstance(head, int):
        return Read((str(head),), type_)
    if head == "":
        stored = rest[0]
        return Constant(_OF[kind](stored) if stored is not None and kind in _OF else stored, type_)
    return Call(head, tuple(map(_node, rest)), type_)


@dataclass(frozen=True, slots=True)
class _Program:
    """What one call computes."""

    run: Callable[..., object]
    context: Context
    openers: Sequence[Callable[[Any], object] | None]
    close: Callable[[Any], object] | None

    def __call__(self, *stored: Any) -> Any:
        values = {
            str(place): value if value is None or opener is None else opener(value)
            for place, (value, opener) in enumerate(zip(stored, self.openers, strict=True))
        }
        found = self.run(lambda path: values[path[0]], self.context)
        return found if found is None or self.close is None else self.close(found)


@lru_cache(maxsize=5_000)
def _program(text: str) -> _Program:
    plain, kind, zone, inputs = json.loads(text)
    context = Context(_EPOCH, ZoneInfo(zone), calendars=_calendars)
    return _Program(runner(_node(plain)), context, [_opener(code) for code in inputs], _TO.get(Kind(kind)))


def _computed(text: str, *stored: Any) -> Any:
    return _program(text)(*stored)


# --- aggregates -------------------------------------------------------------------------------------------------


def _added(high: int | None, low: int | None, places: int) -> str | None:
    """The sortable sum of a column of integers, told in millions of units and the rest."""
    if high is None or low is None:
        return None
    found = rounded(Decimal(high * _MICRO_DIGITS + low).scaleb(-places))
    return None if found is None else sortable(found)


class _Sum:
    """The exact sum of sortable numbers."""

    def __init__(self) -> None:
        self.total = Decimal(0)

    def step(self, value: str | None) -> None:
        """Adds one."""
        if value is not None:
            self.total = EXACT.add(self.total, of_sortable(value))

    def finalize(self) -> str | None:
        """The sum."""
        found = rounded(self.total)
        return None if found is None else sortable(found)


class _Average:
    """The mean of stored numbers, of whatever form."""

    def __init__(self) -> None:
        self.total, self.count = Decimal(0), 0

    def step(self, value: Any, code: str) -> None:
        """Counts one."""
        if value is not None:
            number = of_sortable(value) if code == "number" else Decimal(value)
            self.total, self.count = EXACT.add(self.total, number), self.count + 1
            self.places = int(code[1:]) if code[0] == "#" else 0

    def finalize(self) -> str | None:
        """The mean."""
        if not self.count:
            return None
        found = rounded(EXACT.divide(self.total, Decimal(self.count)).scaleb(-self.places, context=EXACT))
        return None if found is None else sortable(found)
