"""Columns and tables as the system's tables are written: short and strict.

Moments are aware datetimes, lists and JSON are Python values: the column types convert.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, MetaData, Table, column
from sqlalchemy.types import TypeEngine

from mailuo.formulas.columns import ColumnKind, column_type

metadata = MetaData()

TEXT = column_type(ColumnKind.TEXT)
WHOLE = column_type(ColumnKind.INTEGER)
TRUTH = column_type(ColumnKind.BOOLEAN)
MOMENT = column_type(ColumnKind.MOMENT)
JSON = column_type(ColumnKind.JSON)
NUMBER: TypeEngine[Any] = BigInteger().with_variant(Integer(), "sqlite")


def system_table(name: str, *parts: Column[Any] | Index, clustered: bool = False) -> Table:
    """A strict table; a clustered one is kept in the order of its key on SQLite."""
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=not clustered)


def key(name: str, type_: TypeEngine[Any] = TEXT) -> Column[Any]:
    """A column of the primary key."""
    return Column(name, type_, primary_key=True, nullable=False)


def serial(name: str = "id") -> Column[Any]:
    """A primary key that counts up by itself."""
    return Column(name, NUMBER, Identity(), primary_key=True)


def must(name: str, type_: TypeEngine[Any] = TEXT) -> Column[Any]:
    """A column that every row fills."""
    return Column(name, type_, nullable=False)


def may(name: str, type_: TypeEngine[Any] = TEXT) -> Column[Any]:
    """A column that may be blank."""
    return Column(name, type_)


def part() -> Column[Any]:
    """The row of a `per` table that is spoken of; empty when it is the record itself."""
    return Column("part", TEXT, nullable=False, server_default="")


def pending(name: str, *columns: str, state: str = "pending") -> Index:
    """An index of only those rows that still wait: as small as the work that is left."""
    waiting = column("state", TEXT) == state
    return Index(name, *columns, sqlite_where=waiting, postgresql_where=waiting)
