"""The driver, asked without a detour: for statements whose text and values are ready.

SQLAlchemy builds a context and a result for each execution, which cost more than most of our statements (measured:
150 → 65 µs for one of PostgreSQL, 60 → 8 µs for one of SQLite). Whoever listens to its engines hears all the same, and
what the driver raises is wrapped as SQLAlchemy wraps it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mailuo.storage.postgres_statements import Conversation, Statements

Raw = Sequence[Any]
"""A row as the driver gives it."""
_END = "COMMIT"
_FEW = 20


def ask(connection: Connection, sql: str, values: Any) -> Sequence[Raw]:
    """The rows of a statement that has some."""
    if _is_heard(connection):
        return connection.exec_driver_sql(sql, values).all()
    driver: Any = connection.connection.driver_connection
    try:
        if isinstance(driver, Conversation):
            return driver.statements.rows(sql, values)
        rows: Sequence[Raw] = driver.execute(sql, values).fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, sql, values, error) from error
    return rows


def ask_late(connection: Connection, sql: str, values: Any) -> Callable[[], Sequence[Raw]]:
    """The rows of a statement, which may run as late as they are asked for: in PostgreSQL, with the transaction's end."""
    driver = None if _is_heard(connection) else connection.connection.driver_connection
    if not isinstance(driver, Conversation):
        rows = ask(connection, sql, values)
        return lambda: rows
    error_type = connection.dialect.loaded_dbapi.Error
    try:
        promise = driver.statements.promised(sql, values)
    except error_type as error:
        raise _wrapped(connection, sql, values, error) from error

    def rows_now() -> Sequence[Raw]:
        try:
            return promise.rows()
        except error_type as error:
            raise _wrapped(connection, sql, values, error) from error

    return rows_now


def tell(connection: Connection, sql: str, values: Any = ()) -> int:
    """How many rows a statement changed."""
    if _is_heard(connection):
        return connection.exec_driver_sql(sql, values).rowcount
    driver: Any = connection.connection.driver_connection
    try:
        if isinstance(driver, Conversation):
            return driver.statements.count(sql, values)
        count: int = driver.execute(sql, values).rowcount
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, sql, values, error) from error
    return count


def tell_all(connection: Connection, sql: str, rows: Sequence[Any]) -> None:
    """Runs a statement once for each row of values; PostgreSQL may do so with the next that somebody asks."""
    if len(rows) > _FEW:
        connection.exec_driver_sql(sql, list(rows))
        return
    driver = None if _is_heard(connection) else connection.connection.driver_connection
    if not isinstance(driver, Conversation):
        for row in rows:
            tell(connection, sql, row)
        return
    for row in rows:
        try:
            driver.statements.later(sql, row)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _wrapped(connection, sql, row, error) from error


def commit(connection: Connection) -> None:
    """Ends the transaction of a connection to PostgreSQL, in one journey with what waits."""
    _end(connection, Statements.commit)
    connection.commit()


def undo(connection: Connection) -> None:
    """Undoes the transaction of a connection to PostgreSQL, if it has not broken."""
    if not connection.invalidated:
        _end(connection, Statements.roll_back)
    connection.rollback()


def _end(connection: Connection, how: Callable[[Statements], None]) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, Conversation)
    try:
        how(driver.statements)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, _END, {}, error) from error


def _is_heard(connection: Connection) -> bool:
    return bool(connection.dispatch.before_cursor_execute)


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
