"""PostgreSQL's prepared statements, run by libpq at once: for what is asked again and again.

A cursor of the driver waits in Python and remembers what we know already (measured: 43 → 14 µs of the processor for a
row by key, and half the time until it is there). Values go as text, with their types as the driver tells them.

What nobody asks the outcome of waits, and goes over in one journey with the next statement that somebody asks, or with
the end of the transaction: as one text of several EXECUTE (measured for a new record: 7 journeys → 3, 200 → 100 µs of
our processor and 285 → 200 of the server's). A refusal is told then. Rows that are wanted when the transaction has ended
go with its end, too.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import Escaping, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

MOST = 200
"""Statements that a connection keeps prepared."""
MOST_WAITING = 100
"""Statements that go over in one journey: a text of several must not grow without end."""
_PLACE = re.compile(r"%\(([^)]+)\)s|%%")
_UNKNOWN, _SMALL, _INTEGER = 0, 21, 23
"""PostgreSQL's numbers of types: small whole numbers are told as whole numbers, lest each size be prepared anew."""
_BEGUN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)
"""A transaction that has failed is ended too: its connection must not be lent again within it."""
_FINE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_BEGIN = b"BEGIN"


class Conversation(psycopg.Connection[Any]):
    """A connection of the driver that knows its statements."""

    @cached_property
    def statements(self) -> "Statements":
        """The statements of this connection."""
        return Statements(self)


class Statements:
    """The statements of one connection; what is run for the second time is prepared."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._transformer = Transformer(driver)
        self._literal = Escaping(driver.pgconn).escape_literal
        self._numbered: OrderedDict[str, _Numbered] = OrderedDict()
        self._made = 0
        self._waiting: list[bytes] = []
        self._promise: Promise | None = None
        """For the rows of the last that waits, where somebody wants them."""

    def rows(self, sql: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows of a statement that has some."""
        return self._rows(self._run(sql, values))

    def count(self, sql: str, values: Mapping[str, Any]) -> int:
        """How many rows a statement changed."""
        return self._run(sql, values).command_tuples or 0

    def later(self, sql: str, values: Mapping[str, Any]) -> None:
        """Runs a statement of a transaction, at the latest with the next one whose outcome is asked for."""
        if self._driver.autocommit:
            self._run(sql, values)
            return
        told = _, name, given, _ = self._ready(sql, values)
        if name is None:
            self._go(*told)
            return
        self._waiting.append(self._text(name, given))
        if len(self._waiting) > MOST_WAITING:
            self.settle()

    def promised(self, sql: str, values: Mapping[str, Any]) -> "Promise":
        """The rows of a statement of a transaction, which runs when they are asked for, and else as any that waits does."""
        told = _, name, given, _ = self._ready(sql, values)
        promise = Promise(self)
        if name is None or self._driver.autocommit:
            promise.keep(self._rows(self._go(*told)))
        else:
            self._waiting.append(self._text(name, given))
            self._promise = promise
        return promise

    def settle(self) -> None:
        """Runs what waits."""
        if not self._waiting:
            return
        promise, self._promise = self._promise, None
        result = self._checked(self._driver.pgconn.exec_(self._journey()))
        if promise is not None:
            promise.keep(self._rows(result))

    def commit(self) -> None:
        """Ends the transaction, if one has begun, in one journey with what waits.

        Of a text of several only the last answers. Where that is promised, and nothing has gone over yet, the text goes
        without BEGIN and COMMIT: the server takes it as a transaction of its own.
        """
        connection = self._driver.pgconn
        if self._promise is not None:
            if self._waiting[0] is _BEGIN:
                del self._waiting[0]
            self.settle()
        if self._waiting or connection.transaction_status in _BEGUN:
            self._checked(connection.exec_(self._journey(b"COMMIT")))

    def roll_back(self) -> None:
        """Undoes the transaction, if one has begun, and leaves out what waits."""
        self._waiting.clear()
        self._promise = None
        connection = self._driver.pgconn
        if connection.transaction_status in _BEGUN:
            self._checked(connection.exec_(b"ROLLBACK"))

    def _rows(self, result: PGresult) -> Sequence[Sequence[Any]]:
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def _run(self, sql: str, values: Mapping[str, Any]) -> PGresult:
        return self._go(*self._ready(sql, values))

    def _ready(self, sql: str, values: Mapping[str, Any]) -> "_Ready":
        """The statement as it can run, or wait, next: the transaction begins with it unless it has."""
        statement, given, types = self._told(sql, values)
        name = self._name(statement, types)
        if self._promise is not None:
            self.settle()
        if not self._driver.autocommit:
            self._begin()
        return statement, name, given, types

    def _go(self, statement: "_Numbered", name: bytes | None, given: Any, types: tuple[int, ...]) -> PGresult:
        """Runs a statement after what waits; in one journey, where it is prepared."""
        connection = self._driver.pgconn
        if name is None:
            self.settle()
            return self._checked(connection.exec_params(statement.sql, given, types))
        if self._waiting:
            return self._checked(connection.exec_(self._journey(self._text(name, given))))
        return self._checked(connection.exec_prepared(name, given))

    def _begin(self) -> None:
        """Lets the transaction begin with the next journey, unless it has."""
        if not self._waiting and self._driver.pgconn.transaction_status == TransactionStatus.IDLE:
            self._waiting.append(_BEGIN)

    def _told(self, sql: str, values: Mapping[str, Any]) -> tuple["_Numbered", Any, tuple[int, ...]]:
        """The statement, its values as the server takes them, and their types."""
        statement, transformer = self._found(sql), self._transformer
        given: Any = transformer.dump_sequence([values[name] for name in statement.names], statement.formats)
        return statement, given, statement.typed(transformer.types or ())

    def _name(self, statement: "_Numbered", types: tuple[int, ...]) -> bytes | None:
        """The name under which a statement is prepared; None when it is run for the first time.

        What waits goes first: what is wrong with it is told before what is wrong with this.
        """
        name = statement.prepared.get(types)
        if name is None:
            statement.runs += 1
            if statement.runs > 1:
                self.settle()
                self._made += 1
                name = b"mailuo%d" % self._made
                self._checked(self._driver.pgconn.prepare(name, statement.sql, types))
                statement.prepared[types] = name
        return name

    def _text(self, name: bytes, given: Sequence[Any]) -> bytes:
        """What runs a prepared statement from within a text of several."""
        if not given:
            return b"EXECUTE " + name
        literal = self._literal
        values = [b"NULL" if value is None else bytes(literal(value)) for value in given]
        return b"EXECUTE %b (%b)" % (name, b",".join(values))

    def _journey(self, *last: bytes) -> bytes:
        """What waits, and the last, as one text; nothing waits after that."""
        texts = [*self._waiting, *last]
        self._waiting.clear()
        return b";".join(texts)

    def _found(self, sql: str) -> "_Numbered":
        found = self._numbered.get(sql)
        if found is None:
            if len(self._numbered) >= MOST:
                self._forget(self._driver.pgconn)
            found = self._numbered[sql] = _Numbered(sql)
        else:
            self._numbered.move_to_end(sql)
        return found

    def _forget(self, connection: PGconn) -> None:
        """Makes room by what was not asked for longest; what waits may be that."""
        self.settle()
        _, oldest = self._numbered.popitem(last=False)
        for name in oldest.prepared.values():
            self._checked(connection.exec_(b"DEALLOCATE " + name))

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in _FINE:
            return result
        if self._driver.closed:
            raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        raise error_from_result(result)


_Ready = tuple["_Numbered", bytes | None, Any, tuple[int, ...]]
"""A statement, its name where it is prepared, its values and their types."""


class Promise:
    """Rows that come with the journey on which their statement goes."""

    __slots__ = ("_kept", "_statements")

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._kept: Sequence[Sequence[Any]] | None = None

    def keep(self, rows: Sequence[Sequence[Any]]) -> None:
        """Says what they are."""
        self._kept = rows

    def rows(self) -> Sequence[Sequence[Any]]:
        """The rows; while the transaction lasts, its statement runs at the latest now."""
        if self._kept is None:
            self._statements.settle()
        assert self._kept is not None, "asked for after its transaction was undone"
        return self._kept


class _Numbered:
    """A statement with numbered places for its values, as libpq takes it, and its names by the types of its values."""

    __slots__ = ("_known", "_last", "formats", "names", "prepared", "runs", "sql")

    def __init__(self, sql: str) -> None:
        self.names: list[str] = []
        self.sql = _PLACE.sub(self._place, sql).encode()
        self.formats = [PyFormat.TEXT] * len(self.names)
        self.prepared: dict[tuple[int, ...], bytes] = {}
        self.runs = 0
        self._known = [_UNKNOWN] * len(self.names)
        self._last: tuple[Sequence[int], tuple[int, ...]] = (), ()

    def typed(self, types: Sequence[int]) -> tuple[int, ...]:
        """The types of the values; a blank has the one that its place had before."""
        given, told = self._last
        if types == given and told:
            return told
        known = self._known
        for place, type_ in enumerate(types):
            if type_ != _UNKNOWN:
                known[place] = _INTEGER if type_ == _SMALL else type_
        self._last = types, tuple(known)
        return self._last[1]

    def _place(self, match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "%"
        if name not in self.names:
            self.names.append(name)
        return f"${self.names.index(name) + 1}"
