"""Prepared statements: SQL compiled once and run with raw values in and out.

A statement's text, its constants and the converters of its named values are worked out when it is prepared; a run is
then one call of the driver.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Delete, Executable, Insert, Select, Table, Update, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine

from mailuo.storage.driver import Raw, ask, ask_late, tell, tell_all

Convert = Callable[[Any], Any]
EMPTY: Mapping[str, Any] = MappingProxyType({})
_NUMERIC = 1700  # PostgreSQL's number of the type: its decimals need no conversion; no other type asks


class Prepared:
    """One statement. Named values that a run does not give keep what they had when it was prepared."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        assert isinstance(statement, ClauseElement)
        compiled: Any = statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state()
        self._sql: str = state.statement
        self._order: Sequence[str] | None = state.positiontup
        plain = {name: to_driver(bound.type, dialect) for name, bound in compiled.binds.items()}
        self._converts: Mapping[str, Convert | None] = {**plain, **state.processors}
        self._constants = {name: self._converted(name, value) for name, value in state.parameters.items()}

    def _converted(self, name: str, value: Any) -> Any:
        convert = self._converts.get(name)
        return convert(value) if convert and value is not None else value

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Raw]:
        """The rows, as the driver gives them."""
        return ask(connection, self._sql, self._bound(values))

    def _bound(self, values: Mapping[str, Any]) -> Any:
        given = dict(self._constants)
        for name, value in values.items():
            if name in given:
                given[name] = self._converted(name, value)
        return tuple(given[name] for name in self._order) if self._order is not None else given


class Reading:
    """One query whose rows come as Python values."""

    def __init__(self, query: Select[Any], dialect: Dialect) -> None:
        self._prepared = Prepared(query, dialect)
        self._converts = [from_driver(column.type, dialect) for column in query.selected_columns]

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        """The rows; converted column by column."""
        raws = self._prepared.run(connection, values)
        columns: list[Iterable[Any]] = []
        for place, convert in enumerate(self._converts):
            column = [raw[place] for raw in raws]
            columns.append([None if value is None else convert(value) for value in column] if convert else column)
        return zip(*columns, strict=True)


class Question:
    """A query of the system's tables, made ready once for each kind of store."""

    def __init__(self, query: Select[Any]) -> None:
        self._query = query
        self._readings: dict[str, Reading] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any] = EMPTY) -> Sequence[Sequence[Any]]:
        """The rows as Python values."""
        name = connection.dialect.name
        found = self._readings.get(name)
        if found is None:
            found = self._readings[name] = Reading(self._query, connection.dialect)
        return list(found.rows(connection, values))


class Command:
    """A statement that changes rows, compiled once for each kind of store; a named value that is not given is blank.

    A query is one too where it is run for what it does, and nobody wants its rows. An insert names its columns; one that it
    does not name takes its default.
    """

    def __init__(self, statement: Insert | Update | Delete | Select[Any], names: Sequence[str] | None = None) -> None:
        self._statement = statement.inline() if isinstance(statement, Insert) and names else statement
        self._names = names
        self._forms: dict[str, _Form] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """How many rows were changed."""
        form = self._on(connection.dialect)
        return tell(connection, form.sql, form.bound(values))

    def run_all(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs it once for each row of values."""
        if rows:
            form = self._on(connection.dialect)
            tell_all(connection, form.sql, form.all_bound(rows))

    def answer(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Raw]:
        """The rows that it returns."""
        form = self._on(connection.dialect)
        return ask(connection, form.sql, form.bound(values))

    def answer_late(self, connection: Connection, values: Mapping[str, Any]) -> Callable[[], Sequence[Raw]]:
        """The rows that it returns, for which it may run as late as the transaction ends."""
        form = self._on(connection.dialect)
        return ask_late(connection, form.sql, form.bound(values))

    def _on(self, dialect: Dialect) -> "_Form":
        found = self._forms.get(dialect.name)
        if found is None:
            found = self._forms[dialect.name] = _Form(self._statement, self._names, dialect)
        return found


class _Form:
    """A command as one kind of store takes it."""

    def __init__(self, statement: ClauseElement, names: Sequence[str] | None, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=names)
        self.sql = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup
        self._names: Sequence[str] = self._order or list(compiled.binds)
        self._converts = {name: to_driver(bound.type, dialect) for name, bound in compiled.binds.items()}
        self._constants = {name: bound.value for name, bound in compiled.binds.items() if not bound.required}
        self._converted = [(name, convert) for name in dict.fromkeys(self._names) if (convert := self._converts[name])]
        self._blank = {name: self._constants.get(name) for name in self._names}

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        given = {**self._blank, **values}
        for name, convert in self._converted:
            given[name] = convert(given[name])
        return [given[name] for name in self._order] if self._order else given

    def all_bound(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
        """The values of each row; converted column by column, which is twice as fast where there are many."""
        if len(rows) == 1:
            return [self.bound(rows[0])]
        columns: list[Iterable[Any]] = []
        for name in self._names:
            convert = self._converts[name]
            fixed = self._constants.get(name)
            values = [row.get(name, fixed) for row in rows]
            columns.append(map(convert, values) if convert else values)
        tuples = zip(*columns, strict=True)
        return list(tuples) if self._order else [dict(zip(self._names, each, strict=True)) for each in tuples]


def inserting(table: Table, names: Sequence[str]) -> Command:
    """The insert of rows that name these columns, made ready once for the table."""
    return command(table, ("insert", *names), lambda: Command(insert(table), names))


def command(table: Table, name: tuple[str, ...], make: Callable[[], Command]) -> Command:
    """What `make` makes, made once for the table and kept with it."""
    commands: dict[tuple[str, ...], Command] = table.info.setdefault("commands", {})
    found = commands.get(name)
    if found is None:
        found = commands[name] = make()
    return found


def from_driver(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What turns a driver's value of a column type into the Python value; None when it is that already."""
    return type_.dialect_impl(dialect).result_processor(dialect, _NUMERIC)


def to_driver(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What turns a Python value into what the driver takes; None when it takes that."""
    return type_.dialect_impl(dialect).bind_processor(dialect)
