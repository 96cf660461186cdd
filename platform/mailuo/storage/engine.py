"""The store: where everything is kept, on SQLite or PostgreSQL, behind two verbs.

`read()` lends a connection that reads without a transaction. `write(work)` runs a function in one transaction and
returns once it is durable. The function may be run again (PostgreSQL, after a lost race), so it touches nothing else.
"""

import os
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import ArgumentError

from mailuo.base.problems import Refusal
from mailuo.storage.locks import HomeLock
from mailuo.storage.messages import ALREADY_SERVED, BAD_DATABASE_URL, BEING_PUBLISHED
from mailuo.storage.postgres import READ_SECONDS, Postgres
from mailuo.storage.sqlite import SqliteFile, SqliteMemory
from mailuo.storage.system import prepare

T = TypeVar("T")

_PUBLISHING = 0x6D61696C756F  # an advisory lock of PostgreSQL: "mailuo"


class BeingPublished(Refusal):
    """Somebody else has the right to publish just now."""


class Backend(Protocol):
    """What a kind of database has to offer."""

    dialect: str

    def read(self, seconds: float) -> AbstractContextManager[Connection]: ...

    def write(self, work: Callable[[Connection], T], *, ahead: bool = False) -> T: ...

    def close(self) -> None: ...

    def after_fork(self) -> None: ...


class Store:
    """A database with the system's tables in it. Threads share it; after a fork the child's copy starts anew."""

    def __init__(self, backend: Backend, home: Path | None, serving: HomeLock | None = None) -> None:
        self._backend = backend
        self._home = home
        self._serving = serving
        self.dialect = backend.dialect
        _stores.add(self)
        backend.write(prepare)

    @classmethod
    def open(cls, url: str, home: Path, *, serving: bool = False) -> "Store":
        """The store at a database URL; refuses a second server on the same SQLite home."""
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise Refusal(BAD_DATABASE_URL()) from None
        home.mkdir(0o700, parents=True, exist_ok=True)
        match parsed.get_backend_name():
            case "postgresql":
                return cls(Postgres(parsed), home)
            case "sqlite" if parsed.database and parsed.database != ":memory:":
                lock = _held(home) if serving else None
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
                return cls(SqliteFile(parsed, serving=serving), home, lock)
        raise Refusal(BAD_DATABASE_URL())

    @classmethod
    def memory(cls) -> "MemoryStore":
        """A private empty store that is gone when closed."""
        return MemoryStore(SqliteMemory())

    def read(self, seconds: float = READ_SECONDS) -> AbstractContextManager[Connection]:
        """A connection for reading; a statement that takes longer than `seconds` is a Refusal."""
        return self._backend.read(seconds)

    def write(self, work: Callable[[Connection], T], *, ahead: bool = False) -> T:
        """What the work returns, once it is durable. Whatever it raises is raised here, and nothing is written.

        What is `ahead` overtakes the writes that wait: for short work that somebody outside waits for.
        """
        return self._backend.write(work, ahead=ahead)

    def analyze(self) -> None:
        """Lets the database see what its tables hold, so that it plans well; after much has changed at once."""
        self.write(lambda connection: connection.exec_driver_sql("ANALYZE").close())

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """Holds the right to publish, of which there is one for all processes; refuses when somebody has it."""
        if self._home is None:
            yield
        elif self.dialect == "sqlite":
            lock = HomeLock(self._home / "publish.lock")
            if not lock.take():
                raise BeingPublished(BEING_PUBLISHED())
            try:
                yield
            finally:
                lock.free()
        else:
            with self._advisory():
                yield

    @contextmanager
    def _advisory(self) -> Iterator[None]:
        with self.read() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _PUBLISHING}):
                raise BeingPublished(BEING_PUBLISHED())
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _PUBLISHING})

    def close(self) -> None:
        """Closes the connections and lets another server have the home."""
        self._backend.close()
        if self._serving is not None:
            self._serving.free()

    def after_fork(self) -> None:
        """Starts anew in a child process, as gunicorn's workers do."""
        self._backend.after_fork()


class MemoryStore(Store):
    """A private store in memory, which can be brought back to what it held at a moment."""

    def __init__(self, memory: SqliteMemory) -> None:
        super().__init__(memory, None)
        self._memory = memory

    def snapshot(self) -> Callable[[], None]:
        """What makes the store hold again what it holds now, and nothing else."""
        return partial(self._memory.return_to, self._memory.snapshot())


def _held(home: Path) -> HomeLock:
    lock = HomeLock(home / "serve.lock")
    if not lock.take():
        raise Refusal(ALREADY_SERVED(home=home))
    return lock


_stores: "weakref.WeakSet[Store]" = weakref.WeakSet()


def _start_anew() -> None:
    for store in _stores:
        store.after_fork()


os.register_at_fork(after_in_child=_start_anew)
