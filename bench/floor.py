"""The floor: the very SQL that the product ran, by the driver alone, on a twin of the database.

A recorder listens to what reaches the driver while the product works; a replay runs the same statements with the same
values and nothing else. What lies between the two is what the product's own work costs.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import event, make_url
from sqlalchemy.engine import Engine


@dataclass(frozen=True, slots=True)
class Statement:
    """One call of the driver."""

    sql: str
    values: Any
    many: bool


@dataclass
class Recorder:
    """What reaches the driver, one list an operation."""

    operations: list[list[Statement]] = field(default_factory=list)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listens until the end of the block."""
        event.listen(Engine, "before_cursor_execute", self._heard)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", self._heard)

    def next(self) -> None:
        """Begins another operation."""
        self.operations.append([])

    def _heard(self, connection: Any, cursor: Any, sql: str, values: Any, context: Any, many: bool) -> None:
        self.operations[-1].append(Statement(sql, values, many))


class Driver(Protocol):
    """Runs the statements of one operation."""

    def __call__(self, statements: Sequence[Statement]) -> None: ...


def replayed(driver: Driver, operations: Sequence[Sequence[Statement]]) -> float:
    """Seconds that the driver takes for each of the operations."""
    start = time.perf_counter()
    for statements in operations:
        driver(statements)
    return (time.perf_counter() - start) / max(len(operations), 1)


@contextmanager
def sqlite_driver(path: Path, prepare: Callable[[sqlite3.Connection], None]) -> Iterator[Driver]:
    """SQLite's own driver, with the product's pragmas and functions; transactions are among the statements."""
    connection = sqlite3.connect(path, isolation_level=None)
    prepare(connection)

    def run(statements: Sequence[Statement]) -> None:
        for statement in statements:
            execute = connection.executemany if statement.many else connection.execute
            cursor = execute(statement.sql, statement.values)
            if cursor.description:
                cursor.fetchall()

    try:
        yield run
    finally:
        connection.close()


@contextmanager
def postgres_driver(url: str, *, writes: bool) -> Iterator[Driver]:
    """PostgreSQL's driver; writes end with a commit."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=not writes) as connection:

        def run(statements: Sequence[Statement]) -> None:
            with connection.cursor() as cursor:
                for statement in statements:
                    execute = cursor.executemany if statement.many else cursor.execute
                    execute(statement.sql.encode(), statement.values)
                    if cursor.description:
                        cursor.fetchall()
            if writes:
                connection.commit()

        yield run


def stored_bare(open_: Callable[[], Any], rows: Sequence[tuple[Any, ...]]) -> float:
    """Seconds in which a driver stores these rows in a table of their own without any index: no import can be faster."""
    columns = [f"c{place}" for place in range(len(rows[0]))]
    connection = open_()
    kind = "sqlite" if isinstance(connection, sqlite3.Connection) else "postgresql"
    connection.execute("DROP TABLE IF EXISTS bare")
    connection.execute(f"CREATE TABLE bare ({', '.join(f'{name} TEXT' for name in columns)})")
    connection.commit()
    start = time.perf_counter()
    if kind == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO bare VALUES ({marks})", rows)  # noqa: S608 - question marks only
    else:
        with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row([None if value is None else str(value) for value in row])
    connection.commit()
    seconds = time.perf_counter() - start
    connection.close()
    return seconds
