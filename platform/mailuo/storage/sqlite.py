"""SQLite: one file below the home, many readers, one pen; or all of it in memory, for scenarios.

WAL with `synchronous = FULL`: what was acknowledged survives a power cut, and sharing commits makes that cheap.
The driver never opens a transaction by itself (it would commit before DDL): BEGIN IMMEDIATE is ours.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from mailuo.formulas.sql import register_functions
from mailuo.storage.driver import tell
from mailuo.storage.faults import is_busy, told_plainly
from mailuo.storage.idle import IdleConnections, Loan
from mailuo.storage.turns import Turns

T = TypeVar("T")

LOCK_SECONDS = 30.0
READERS = 64
COURTESY_SECONDS = 0.002
_STEPS_BETWEEN_LOOKS = 20_000  # of SQLite's machine, between two looks at the clock: well under a millisecond

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16384",
    "PRAGMA mmap_size = 268435456",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA analysis_limit = 1000",
)

_of_the_parent: list[object] = []  # connections from before a fork: neither used nor closed


class _Deadline:
    """When the statement that runs on a connection must have ended; asked by SQLite as it works."""

    def __init__(self) -> None:
        self.at = float("inf")

    def passed(self) -> bool:
        return time.monotonic() > self.at


def _engine(url: URL, timeout_seconds: float) -> Engine:
    settings = {
        "isolation_level": None,
        "check_same_thread": False,
        "timeout": timeout_seconds,
        "cached_statements": 512,
    }
    engine = create_engine(url, poolclass=NullPool, connect_args=settings)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sqlite3.Connection, entry: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    register_functions(connection)


def _limited(connection: Connection) -> Connection:
    deadline = _Deadline()
    connection.info["deadline"] = deadline
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_progress_handler(deadline.passed, _STEPS_BETWEEN_LOOKS)
    return connection


def _limit(connection: Connection, seconds: float) -> None:
    connection.info["deadline"].at = time.monotonic() + seconds


class _Pen:
    """The connection that writes. Other processes may write too, so its BEGIN waits for them."""

    def __init__(self, engine: Engine, courtesy_seconds: float = 0.0) -> None:
        self._engine = engine
        self._courtesy_seconds = courtesy_seconds
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The connection, opened on first use."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def begin(self) -> Connection:
        """The connection inside a transaction that holds the write lock."""
        ends = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                tell(self.connection, "BEGIN IMMEDIATE")
                return self.connection
            except DBAPIError as error:
                if not is_busy(error) or time.monotonic() > ends:
                    raise
            time.sleep(0.001)

    def commit(self) -> None:
        """Makes the round durable; a command lets the server beside it have the lock before it asks again."""
        tell(self.connection, "COMMIT")
        if self._courtesy_seconds:
            time.sleep(self._courtesy_seconds)

    def roll_back(self) -> None:
        """Undoes the round."""
        self.connection.rollback()
        driver = self.connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.rollback()

    def forget(self) -> None:
        """Leaves the connection to the parent process."""
        _of_the_parent.append(self._connection)
        self._connection = None

    def close(self) -> None:
        """Closes the connection; the next use opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class SqliteFile:
    """A database file."""

    dialect = "sqlite"

    def __init__(self, url: URL, *, serving: bool) -> None:
        self._engine = _engine(url, LOCK_SECONDS)
        self._pen = _Pen(_engine(url, 0.0), 0.0 if serving else COURTESY_SECONDS)
        self._turns = Turns(self._pen)
        self._readers = IdleConnections(lambda: _limited(self._engine.connect()), _limit, most=READERS)

    def read(self, seconds: float) -> Loan:
        """A connection that reads without a transaction; each statement sees what is committed when it starts."""
        return self._readers.lend(seconds)

    def write(self, work: Callable[[Connection], T], *, ahead: bool = False) -> T:
        """What the work returns, once it is durable."""
        with told_plainly(LOCK_SECONDS):
            return self._turns.run(work, ahead=ahead)

    def close(self) -> None:
        """Closes every connection."""
        self._readers.close()
        self._pen.close()

    def after_fork(self) -> None:
        """Starts anew in a child process: neither uses nor closes what is the parent's."""
        self._readers.forget()
        self._pen.forget()
        self._turns = Turns(self._pen)


class SqliteMemory:
    """A private database in memory: one connection, one thread at a time, reading inside a write included."""

    dialect = "sqlite"

    def __init__(self) -> None:
        self._pen = _Pen(_engine(URL.create("sqlite"), 0.0))
        self._turns = Turns(self._pen)
        self._lock = threading.RLock()
        _limited(self._pen.connection)

    @contextmanager
    def read(self, seconds: float) -> Iterator[Connection]:
        """The connection, under a lock."""
        with self._lock, told_plainly(seconds):
            _limit(self._pen.connection, seconds)
            try:
                yield self._pen.connection
            finally:
                _limit(self._pen.connection, float("inf"))

    def write(self, work: Callable[[Connection], T], *, ahead: bool = False) -> T:
        """What the work returns, once it is committed."""
        with self._lock, told_plainly(LOCK_SECONDS):
            return self._turns.run(work, ahead=ahead)

    def snapshot(self) -> sqlite3.Connection:
        """A copy of the whole database as it is now."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        with self._lock:
            self._driver.backup(copy)
        return copy

    def return_to(self, snapshot: sqlite3.Connection) -> None:
        """Puts a snapshot in the place of everything. A backup, unlike deserializing, makes statements look again."""
        with self._lock:
            snapshot.backup(self._driver)

    @property
    def _driver(self) -> sqlite3.Connection:
        driver = self._pen.connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        return driver

    def close(self) -> None:
        """Forgets everything."""
        self._pen.close()

    def after_fork(self) -> None:
        """Nothing: the memory was copied with the process, and is the child's own."""
