"""Python, SQLite and PostgreSQL give the same answer to every formula, blanks and edges included."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
    make_url,
    select,
)

from mailuo.flow.worktime import WorkingTime
from mailuo.formulas import Context, Formula, evaluate, parse_formula
from mailuo.formulas.columns import column_type
from mailuo.formulas.sql import register_functions, to_sql
from mailuo.metadata.model import Calendar, Window

from .expressions import COLUMNS, Names, Writer, row

ROWS = 30
NORMAL, DEEP = 2_000, 20_000
ZONES = ("Asia/Shanghai", "America/New_York", "UTC")
HOURS = (Window(time(8), time(12)), Window(time(13, 30), time(18)))
TABLE = Table(
    "formula_rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    *(Column(name, column_type(kind, places)) for name, (_, kind, places) in COLUMNS.items()),
    prefixes=["TEMPORARY"],
    sqlite_strict=True,
)
Answers = Callable[[Formula, Context], Sequence[object]]


def context(zone: str) -> Context:
    """An evening in January, in a zone, with a laboratory's calendar that counts unless another is named."""
    lab = WorkingTime(Calendar("lab", "lab", dict.fromkeys(range(5), HOURS), None, {}), ZoneInfo(zone))
    return Context(datetime(2026, 1, 15, 15, 30, 0, 123_456, tzinfo=UTC), ZoneInfo(zone), "甲", {"lab": lab}, "lab")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    """The rows that every expression is computed over."""
    random = Random(20260115)
    return [row(random) for _ in range(ROWS)]


@pytest.fixture(scope="module")
def stores(postgres_server: str, rows: list[dict[str, object]]) -> Iterator[dict[str, Connection]]:
    """A connection to either store, with the rows in a table of its own."""
    yield from stores_of(postgres_server, rows)


def stores_of(server: str, rows: Sequence[Mapping[str, object]]) -> Iterator[dict[str, Connection]]:
    """Connections to both stores while they are needed, with the rows in a table of their own."""
    sqlite_engine = create_engine("sqlite://")
    event.listen(sqlite_engine, "connect", _with_functions)
    url: URL = make_url(server).set(drivername="postgresql+psycopg")
    engines: dict[str, Engine] = {
        "sqlite": sqlite_engine,
        "postgresql": create_engine(url, isolation_level="AUTOCOMMIT"),
    }
    connections = {name: engine.connect() for name, engine in engines.items()}
    for connection in connections.values():
        TABLE.create(connection)
        connection.execute(insert(TABLE), [{"id": number, **each} for number, each in enumerate(rows)])
    yield connections
    for name, connection in connections.items():
        connection.close()
        engines[name].dispose()


def _with_functions(connection: sqlite3.Connection, entry: object) -> None:
    register_functions(connection)


def answers(connection: Connection, dialect: str, formula: Formula, given: Context) -> list[object]:
    """What a store answers, row by row."""
    element: Any = to_sql(formula, lambda path: TABLE.c[path[0]], dialect, given)
    return [
        found for (found,) in connection.execute(select(element.label("x")).select_from(TABLE).order_by(TABLE.c.id))
    ]


def compiled(text: str) -> Formula:
    """The formula, which must be right."""
    formula = parse_formula(text, Names())
    assert isinstance(formula, Formula), (text, [problem.text("en") for problem in formula])
    return formula


def disagreements(
    text: str, rows: list[dict[str, object]], stores: dict[str, Connection], given: Context
) -> list[object]:
    """Where a store answers something else than Python."""
    formula = compiled(text)
    expected = [evaluate(formula, lambda path, each=each: each[path[0]], given) for each in rows]  # type: ignore[misc]
    found: list[object] = []
    for dialect, connection in stores.items():
        told = answers(connection, dialect, formula, given)
        found += [
            (dialect, text, number, one, other)
            for number, (one, other) in enumerate(zip(expected, told, strict=True))
            if one != other or type(one) is not type(other)
        ]
    return found


def _all_agree(count: int, seed: int, rows: list[dict[str, object]], stores: dict[str, Connection]) -> None:
    random = Random(seed)
    writer = Writer(random)
    contexts = [context(zone) for zone in ZONES]
    for number in range(count):
        text = writer.any(random.choice((1, 2, 2, 3, 3, 4)))
        wrong = disagreements(text, rows, stores, contexts[number % len(contexts)])
        assert not wrong, wrong[:3]


@pytest.mark.parametrize("seed", range(4))
def test_random_formulas_have_one_answer(
    seed: int, rows: list[dict[str, object]], stores: dict[str, Connection]
) -> None:
    _all_agree(NORMAL // 4, seed, rows, stores)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(100, 110))
def test_very_many_random_formulas_have_one_answer(
    seed: int, rows: list[dict[str, object]], stores: dict[str, Connection]
) -> None:
    _all_agree(DEEP // 10, seed, rows, stores)
