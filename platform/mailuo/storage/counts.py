"""Counts: exact while that is cheap; PostgreSQL's own estimate when the list is large."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Select, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.expression import Executable

EXACT_UP_TO = 200_000


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows; when not `exact`, about so many, and not fewer than were counted."""

    number: int
    exact: bool


def count(connection: Connection, query: Select[Any]) -> Count:
    """How many rows a query has, without fetching them."""
    if connection.dialect.name != "postgresql":
        rows = query.order_by(None).subquery()
        return Count(connection.scalar(select(func.count()).select_from(rows)) or 0, exact=True)
    ones = query.with_only_columns(literal(1), maintain_column_froms=True).order_by(None)
    some = ones.limit(EXACT_UP_TO + 1).subquery()
    counted = connection.scalar(select(func.count()).select_from(some)) or 0
    if counted <= EXACT_UP_TO:
        return Count(counted, exact=True)
    return Count(max(counted, _planned(connection, query.order_by(None))), exact=False)


def _planned(connection: Connection, query: Select[Any]) -> int:
    answer = connection.scalar(_Explain(query))
    plan = answer if isinstance(answer, list) else orjson.loads(answer or "[]")
    return int(plan[0]["Plan"]["Plan Rows"])


class _Explain(Executable, ClauseElement):
    """What PostgreSQL would do for a query."""

    inherit_cache = False

    def __init__(self, query: Select[Any]) -> None:
        self.query = query


@compiles(_Explain, "postgresql")
def _explain(element: _Explain, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.query, **options)}"
