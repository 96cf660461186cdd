"""Altering tables: the two statements that SQLAlchemy leaves to others, written for both databases."""

from typing import Any

from sqlalchemy import Column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement
from sqlalchemy.sql.compiler import DDLCompiler


class AddColumn(ExecutableDDLElement):
    """Adds a column to a table."""

    inherit_cache = False

    def __init__(self, table: str, column: Column[Any]) -> None:
        self.table = table
        self.column = column


class DropColumn(ExecutableDDLElement):
    """Drops a column of a table."""

    inherit_cache = False

    def __init__(self, table: str, column: Column[Any]) -> None:
        self.table = table
        self.column = column


@compiles(AddColumn)
def _add(element: AddColumn, compiler: DDLCompiler, **options: Any) -> str:
    table = compiler.preparer.quote(element.table)
    return f"ALTER TABLE {table} ADD COLUMN {compiler.get_column_specification(element.column)}"


@compiles(DropColumn)
def _drop(element: DropColumn, compiler: DDLCompiler, **options: Any) -> str:
    table, column = compiler.preparer.quote(element.table), compiler.preparer.quote(element.column.name)
    return f"ALTER TABLE {table} DROP COLUMN {column}"
