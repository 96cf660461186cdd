"""Idle connections: opened once, lent to one thread at a time, never given a BEGIN they do not need.

SQLAlchemy's own pool rolls back and re-arms a connection at each return, which costs as much as a short read. A loan is
a class and not a generator for the same reason.
"""

import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from types import TracebackType

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mailuo.storage.faults import is_away, plain

STALE_SECONDS = 5.0
Limit = Callable[[Connection, float], None]

_of_the_parent: list[object] = []  # connections from before a fork: neither used nor closed


class IdleConnections:
    """At most `most` connections; who comes when all are lent waits. `limit` sets the time a statement may take."""

    def __init__(self, connect: Callable[[], Connection], limit: Limit, *, most: int) -> None:
        self._connect = connect
        self._most = most
        self.limit = limit
        self._start()

    def _start(self) -> None:
        self._idle: deque[tuple[Connection, float]] = deque()
        self._places: SimpleQueue[None] = SimpleQueue()
        """One of these for each that may be lent; a semaphore would be taken in Python."""
        for _ in range(self._most):
            self._places.put(None)

    def lend(self, seconds: float) -> "Loan":
        """A connection for the length of a `with` block."""
        return Loan(self, seconds)

    def take(self) -> Connection:
        """A connection that works, to be given back."""
        self._places.get()
        try:
            return self._one()
        except BaseException:
            self._places.put(None)
            raise

    def give_back(self, connection: Connection, error: BaseException | None) -> None:
        """Takes a connection back; one that broke is not lent again, nor are those that lay idle when it did."""
        if error is not None and (connection.invalidated or (isinstance(error, DBAPIError) and is_away(error))):
            _drop(connection)
            self.close()
        else:
            self._idle.append((connection, time.monotonic()))
        self._places.put(None)

    def close(self) -> None:
        """Closes every connection that is not lent."""
        while self._idle:
            _drop(self._idle.pop()[0])

    def forget(self) -> None:
        """Starts anew after a fork."""
        _of_the_parent.append(self._idle)
        self._start()

    def _one(self) -> Connection:
        while True:
            try:
                connection, since = self._idle.pop()
            except IndexError:
                return self._connect()
            if time.monotonic() - since < STALE_SECONDS or _answers(connection):
                return connection


class Loan:
    """A connection that is given back at the end of the block; what broke is told plainly."""

    __slots__ = ("_connection", "_lender", "_seconds")

    def __init__(self, lender: IdleConnections, seconds: float) -> None:
        self._lender = lender
        self._seconds = seconds

    def __enter__(self) -> Connection:
        try:
            self._connection = self._lender.take()
        except DBAPIError as error:
            raise plain(error, self._seconds) from error
        self._lender.limit(self._connection, self._seconds)
        return self._connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lender.give_back(self._connection, error)
        if isinstance(error, DBAPIError) and (told := plain(error, self._seconds)) is not error:
            raise told from error


def _answers(connection: Connection) -> bool:
    try:
        connection.exec_driver_sql("SELECT 1").close()
        connection.rollback()
    except DBAPIError:
        _drop(connection)
        return False
    return True


def _drop(connection: Connection) -> None:
    connection.invalidate()
    connection.close()
