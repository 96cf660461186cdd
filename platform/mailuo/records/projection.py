"""The projection: how a record's row shows its present timeline, written by the floor of flows.

One column a node and exit holds the time at which it stands, so that lists and measures never join; `lifeline` is the
rest as compact JSON: `{"node": [letter, at, source, due since]}`, moments in microseconds.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import orjson
from sqlalchemy import Connection

from mailuo.base.moments import micros, moment
from mailuo.records.running import Running
from mailuo.storage.declared import DeclaredTable
from mailuo.storage.rows import mark_many

LETTERS = {"not_applicable": "n", "pending": "p", "due": "d", "reached": "r", "inferred": "i", "disputed": "x"}
_STATES = {letter: state for state, letter in LETTERS.items()}


class Mark(NamedTuple):
    """How a node stands."""

    state: str
    at: datetime | None = None
    source: str | None = None
    due_since: datetime | None = None


class Projection(NamedTuple):
    """A record's present timeline; nodes and exits that are not named have no standing time."""

    status: str | None = None
    status_since: datetime | None = None
    disputed: bool = False
    closed: bool = False
    nodes: Mapping[str, datetime | None] = {}
    exits: Mapping[str, datetime | None] = {}
    lifeline: Mapping[str, Mark] = {}


def write(connection: Connection, running: Running, table: str, projections: Mapping[str, Projection]) -> None:
    """Puts projections, by record id, onto the rows of a table; versions stay as they are."""
    declared = running.tables[table]
    made: dict[int, dict[str, object]] = {}  # records born together share their projection

    def row(record: str, shown: Projection) -> dict[str, object]:
        values = made.get(id(shown))
        if values is None:
            values = made[id(shown)] = columns(declared, shown)
        return {"id": record, **values}

    mark_many(connection, declared, [row(*each) for each in projections.items()])


def columns(declared: DeclaredTable, shown: Projection) -> dict[str, object]:
    """The projection as the columns of a row."""
    return {
        "status": shown.status,
        "status_since": shown.status_since,
        "disputed": shown.disputed,
        "closed": shown.closed,
        "lifeline": written(shown.lifeline),
        **{column.name: shown.nodes.get(node) for node, column in declared.nodes.items()},
        **{column.name: shown.exits.get(exit_) for exit_, column in declared.exits.items()},
    }


def written(lifeline: Mapping[str, Mark]) -> str | None:
    """The lifeline as text."""
    return orjson.dumps({node: _short(mark) for node, mark in lifeline.items()}).decode() if lifeline else None


def read(text: str | None) -> Mapping[str, Mark]:
    """The lifeline that a text holds."""
    return {node: _mark(*short) for node, short in orjson.loads(text).items()} if text else {}


def _short(mark: Mark) -> list[object]:
    parts: list[object] = [LETTERS[mark.state], _number(mark.at), mark.source, _number(mark.due_since)]
    while parts[-1] is None:
        parts.pop()
    return parts


def _mark(letter: str, at: int | None = None, source: str | None = None, due: int | None = None) -> Mark:
    return Mark(_STATES[letter], _moment(at), source, _moment(due))


def _number(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _moment(number: int | None) -> datetime | None:
    return None if number is None else moment(number)
