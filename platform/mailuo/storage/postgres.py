"""PostgreSQL: reads in autocommit, each write in a transaction of its own, begun anew when it lost a race."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from psycopg import Cursor
from sqlalchemy import URL, Connection, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from mailuo.storage.driver import commit, undo
from mailuo.storage.faults import Moved, OutcomeUnknown, is_away, is_moved, is_retryable
from mailuo.storage.idle import IdleConnections, Loan
from mailuo.storage.postgres_statements import Conversation

T = TypeVar("T")

READERS = 16
WRITERS = 16
ATTEMPTS = 8
READ_SECONDS = 30.0

_LIMIT = text("SELECT set_config('statement_timeout', :milliseconds, false)")
_READ_OPTIONS = f"-c statement_timeout={int(READ_SECONDS * 1000)}"
_WRITE_OPTIONS = "-c idle_in_transaction_session_timeout=60000"
_UNSAID = (None, None, None, None, None)  # of a column's description: sizes, scale, whether it may be blank


class _PlainCursor(Cursor[Any]):
    """A cursor that describes its columns by plain tuples, and runs first what waits on its connection.

    SQLAlchemy asks for the description of every result, though it knows the columns; psycopg builds an object for each
    of them, which for a row of twenty costs as much as the round trip (measured: 250 → 160 µs for a record by key).
    """

    @property
    def description(self) -> Any:
        """Name and type of each column; None where there are none."""
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        return [(_named(result.fname(i)), result.ftype(i), *_UNSAID) for i in range(result.nfields)]

    def execute(self, *statement: Any, **how: Any) -> Any:
        """Runs a statement."""
        self._settle()
        return super().execute(*statement, **how)

    def executemany(self, *statement: Any, **how: Any) -> None:
        """Runs a statement for each of many rows."""
        self._settle()
        super().executemany(*statement, **how)

    def copy(self, *statement: Any, **how: Any) -> Any:
        """Begins a COPY."""
        self._settle()
        return super().copy(*statement, **how)

    def _settle(self) -> None:
        assert isinstance(self.connection, Conversation)
        self.connection.statements.settle()


def _named(name: bytes | None) -> str:
    return name.decode() if name else ""


class Postgres:
    """A PostgreSQL database."""

    dialect = "postgresql"

    def __init__(self, url: URL) -> None:
        url = url.set(drivername="postgresql+psycopg")
        read = create_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_settings(_READ_OPTIONS)
        )
        write = create_engine(url, poolclass=NullPool, connect_args=_settings(_WRITE_OPTIONS))
        for engine in (read, write):
            event.listen(engine, "do_connect", _connect)
        self._readers = IdleConnections(read.connect, _limit, most=READERS)
        self._writers = IdleConnections(write.connect, _no_limit, most=WRITERS)

    def read(self, seconds: float) -> Loan:
        """A connection that reads without a transaction; each statement sees what is committed when it starts."""
        return self._readers.lend(seconds)

    def write(self, work: Callable[[Connection], T], *, ahead: bool = False) -> T:
        """What the work returns, once it is durable; may run it several times, each in a fresh transaction.

        Writes stand in no line here, so none goes ahead.
        """
        attempt = 1
        while True:
            try:
                with self._writers.lend(READ_SECONDS) as connection:
                    return _in_transaction(connection, work)
            except DBAPIError as error:
                if is_moved(error):
                    raise Moved from error
                if not is_retryable(error) or attempt == ATTEMPTS:
                    raise
            time.sleep(random.uniform(0, 0.005 * 2**attempt))  # noqa: S311 - jitter, not a secret
            attempt += 1

    def close(self) -> None:
        """Closes every connection that is not lent."""
        self._readers.close()
        self._writers.close()

    def after_fork(self) -> None:
        """Starts anew in a child process: neither uses nor closes what is the parent's."""
        self._readers.forget()
        self._writers.forget()


def _connect(dialect: object, record: object, args: Sequence[Any], named: Mapping[str, Any]) -> Conversation:
    """A connection of the driver, in place of the one that SQLAlchemy would open."""
    return Conversation.connect(*args, **named)


def _settings(options: str) -> dict[str, object]:
    """How a connection is opened. The driver prepares nothing itself: it would throw away what we have prepared."""
    return {"options": options, "cursor_factory": _PlainCursor, "prepare_threshold": None}


def _limit(connection: Connection, seconds: float) -> None:
    """Sets the time limit of statements where it is not the one that the connection has."""
    if connection.info.get("seconds", READ_SECONDS) != seconds:
        connection.execute(_LIMIT, {"milliseconds": str(int(seconds * 1000))})
        connection.info["seconds"] = seconds


def _no_limit(connection: Connection, seconds: float) -> None:
    """Writes take the time they need."""


def _in_transaction(connection: Connection, work: Callable[[Connection], T]) -> T:
    """SQLAlchemy has its own idea of the transaction where it ran a statement in it: it is told the end too."""
    try:
        result = work(connection)
    except BaseException:
        undo(connection)
        raise
    try:
        commit(connection)
    except DBAPIError as error:
        if is_away(error):
            raise OutcomeUnknown(str(error.orig)) from error
        undo(connection)
        raise
    return result
