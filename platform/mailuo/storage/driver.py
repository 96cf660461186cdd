"""The driver, asked without a detour: for statements whose text and values are ready.

SQLAlchemy builds a context and a result for each execution, which cost more than most of our statements (measured:
150 → 65 µs for one of PostgreSQL, 60 → 8 µs for one of SQLite). Whoever listens to its engines hears all the same, and
what the driver raises is wrapped as SQLAlchemy wraps it.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mailuo.storage.postgres_statements import Statements

T = TypeVar("T")
Raw = Sequence[Any]
"""A row as the driver gives it."""
_STATEMENTS = "statements"
_FEW = 20


def ask(connection: Connection, sql: str, values: Any) -> Sequence[Raw]:
    """The rows of a statement that has some."""
    if _is_heard(connection):
        return connection.exec_driver_sql(sql, values).all()
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return _run(connection, sql, values, lambda: driver.execute(sql, values).fetchall())
    statements = _statements(connection, driver)
    return _run(connection, sql, values, lambda: statements.rows(sql, values))


def tell(connection: Connection, sql: str, values: Any = ()) -> int:
    """How many rows a statement changed."""
    if _is_heard(connection):
        return connection.exec_driver_sql(sql, values).rowcount
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return _run(connection, sql, values, lambda: driver.execute(sql, values).rowcount)
    statements = _statements(connection, driver)
    return _run(connection, sql, values, lambda: statements.count(sql, values))


def tell_all(connection: Connection, sql: str, rows: Sequence[Any]) -> None:
    """Runs a statement once for each row of values."""
    if len(rows) <= _FEW:
        for row in rows:
            tell(connection, sql, row)
    else:
        connection.exec_driver_sql(sql, list(rows))


def _is_heard(connection: Connection) -> bool:
    return bool(connection.dispatch.before_cursor_execute)


def _statements(connection: Connection, driver: Any) -> Statements:
    found: Statements | None = connection.info.get(_STATEMENTS)
    if found is None:
        found = connection.info[_STATEMENTS] = Statements(driver)
    return found


def _run(connection: Connection, sql: str, values: Any, deed: Callable[[], T]) -> T:
    try:
        return deed()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, sql, values, error) from error


def _wrapped(connection: Connection, sql: str, values: Any, error: Any) -> BaseException:
    """The exception as SQLAlchemy raises it; a connection that is gone is marked as such."""
    dialect = connection.dialect
    gone = dialect.is_disconnect(error, connection.connection.driver_connection, None)
    told: BaseException = DBAPIError.instance(
        sql, values, error, dialect.loaded_dbapi.Error, connection_invalidated=gone, dialect=dialect
    )
    if gone:
        connection.invalidate(error)
    return told
