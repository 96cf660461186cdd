"""Conditions over stored columns are served by an index on either store."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Select, event, select

from mailuo.formulas.sql import to_sql

from .expressions import COLUMNS
from .test_one_answer import TABLE, compiled, context, stores_of

INDEXED = ("n", "fee", "t", "kind", "day", "at")


@pytest.fixture(scope="module")
def stores(postgres_server: str) -> Iterator[dict[str, Connection]]:
    """Either store, with a few thousand rows and an index on each column that is asked about."""
    blank = dict.fromkeys(COLUMNS)
    rows = [{**blank, "n": Decimal(each), "fee": Decimal(each), "t": str(each), "kind": "b"} for each in range(5_000)]
    for connections in stores_of(postgres_server, rows):
        for connection in connections.values():
            for name in INDEXED:
                connection.exec_driver_sql(f"CREATE INDEX by_{name} ON formula_rows ({name})")
            connection.exec_driver_sql("ANALYZE")
        yield connections


@pytest.mark.parametrize(
    "condition",
    [
        "{n} = 17",
        "{fee} > 4998.5",
        "AND({fee} >= 17, {fee} < 19, NOT({yes}))",
        "{t} = '17'",
        "IN({kind}, '甲', 'B')",
        "{at} > DATEADD(NOW(), -1, 'days')",
        "{day} = TODAY()",
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_an_index_serves(stores: dict[str, Connection], dialect: str, condition: str) -> None:
    element = to_sql(compiled(condition), lambda path: TABLE.c[path[0]], dialect, context("Asia/Shanghai"))
    plan = plan_of(stores[dialect], select(TABLE.c.id, TABLE.c.u).where(element))
    assert ("SEARCH" if dialect == "sqlite" else "Index Cond") in plan


def plan_of(connection: Connection, query: Select[Any]) -> str:
    """How the store would answer a query, as it tells."""
    sent: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        sent.append((told[2], told[3]))

    event.listen(connection, "before_cursor_execute", note)
    connection.execute(query).all()
    event.remove(connection, "before_cursor_execute", note)
    statement, parameters = sent[0]
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return "\n".join(str(row) for row in connection.exec_driver_sql(f"{explain} {statement}", parameters))
