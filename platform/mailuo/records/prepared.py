"""Prepared statements: SQL compiled once and run with raw values in and out.

A statement's text, its constants and the converters of its named values are worked out when it is prepared; a run is
then one call of the driver.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]
Raw = Sequence[Any]
"""A row as the driver gives it."""
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
        return connection.exec_driver_sql(self._sql, self._bound(values)).all()

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


def from_driver(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What turns a driver's value of a column type into the Python value; None when it is that already."""
    return type_.dialect_impl(dialect).result_processor(dialect, _NUMERIC)


def to_driver(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What turns a Python value into what the driver takes; None when it takes that."""
    return type_.dialect_impl(dialect).bind_processor(dialect)
