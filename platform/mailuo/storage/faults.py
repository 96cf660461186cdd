"""Faults of the world: what goes wrong with a database through no fault of who asked.

The libraries' own exceptions stay on this floor. A time limit that ran out is a Refusal, for it can be answered.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError

from mailuo.base.problems import Refusal
from mailuo.base.reasons import Failure
from mailuo.storage.messages import TOO_SLOW

_AWAY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)

ELSEWHERE = "another revision is in force"
"""What PostgreSQL is made to stumble over where that is so."""


class StoreAway(ConnectionError):
    """The database does not answer; nothing was written."""


class FilesAway(Failure, StoreAway):
    """The service that keeps the bytes of files does not do what is asked of it; `why` tells it without a secret."""


class Moved(Exception):
    """Another revision has come into force: do it again with that one."""


class OutcomeUnknown(Exception):
    """The connection broke while COMMIT was under way: look up by id whether it was written, never assume."""


def is_retryable(error: DBAPIError) -> bool:
    """Whether the same transaction, begun anew, may succeed: it lost a race, or was chosen to end a deadlock."""
    return isinstance(error.orig, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected)


def is_busy(error: DBAPIError) -> bool:
    """Whether another process holds SQLite's write lock."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY


def is_away(error: DBAPIError) -> bool:
    """Whether the connection, not the statement, is at fault."""
    if isinstance(error.orig, psycopg.Error):
        return error.connection_invalidated or isinstance(
            error.orig,
            psycopg.errors.AdminShutdown | psycopg.errors.CannotConnectNow | psycopg.errors.ConnectionException,
        ) or (isinstance(error.orig, psycopg.OperationalError) and error.orig.sqlstate is None)
    return getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF in _AWAY


def is_interrupted(error: DBAPIError) -> bool:
    """Whether the statement was stopped because its time was up."""
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
    return isinstance(error.orig, psycopg.errors.QueryCanceled)


def is_duplicate(error: DBAPIError) -> bool:
    """Whether a unique index refused the row."""
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", None) in (
            sqlite3.SQLITE_CONSTRAINT_UNIQUE,
            sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        )
    return isinstance(error.orig, psycopg.errors.UniqueViolation)


def is_moved(error: DBAPIError) -> bool:
    """Whether the transaction was begun under a revision that is no longer in force."""
    cause = error.orig
    return isinstance(cause, psycopg.errors.InvalidTextRepresentation) and ELSEWHERE in str(cause)


def plain(error: DBAPIError, seconds: float) -> Exception:
    """What to raise in place of a library's exception; the same when it is neither late nor away."""
    if is_interrupted(error):
        return Refusal(TOO_SLOW(seconds=f"{seconds:g}"))
    return StoreAway(str(error.orig)) if is_away(error) else error


@contextmanager
def told_plainly(seconds: float) -> Iterator[None]:
    """Raises in place of a library's exception what `plain` makes of it."""
    try:
        yield
    except DBAPIError as error:
        told = plain(error, seconds)
        if told is error:
            raise
        raise told from error
