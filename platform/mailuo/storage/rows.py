"""Rows of declared tables: written by physical column name, changed only where nobody changed them before.

Values are Python values; the column types convert. Uniqueness is told by the field's declared id.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import JSON, Column, ColumnElement, Connection, Table, Text, bindparam, cast, func, select, update

from mailuo.storage.bulk import FEW, insert_many
from mailuo.storage.declared import DeclaredTable
from mailuo.storage.prepared import Command, command, inserting, to_driver

Values = Mapping[str, object]


def add(connection: Connection, declared: DeclaredTable, row: Values) -> None:
    """Inserts one record."""
    inserting(declared.table, tuple(row)).run(connection, row)


def add_many(connection: Connection, declared: DeclaredTable, rows: Sequence[Values]) -> None:
    """Inserts records that all name the same columns."""
    insert_many(connection, declared.table, rows)


def change(connection: Connection, declared: DeclaredTable, record: str, version: int, values: Values) -> bool:
    """Sets values and the next version, if the record still has this version; whether it had."""
    told = {**values, "version": version + 1}
    named = {"this_record": record, "this_version": version, **_to(told)}
    return _updating(declared.table, tuple(told), ("version",)).run(connection, named) == 1


def mark(connection: Connection, declared: DeclaredTable, record: str, values: Values) -> None:
    """Sets system values, such as the projection of the timeline, that do not count as a change of fields."""
    mark_many(connection, declared, [{"id": record, **values}])


def mark_many(connection: Connection, declared: DeclaredTable, rows: Sequence[Values]) -> None:
    """Sets system values of many records; each row names its `id` and the same columns."""
    if not rows:
        return
    names = tuple(name for name in rows[0] if name != "id")
    if len(rows) > FEW and connection.dialect.name == "postgresql":
        columns = {f"to_{name}": _listed(connection, declared.table, name, rows) for name in ("id", *names)}
        _updating_many(declared.table, names).run(connection, columns)
    else:
        to = [(f"to_{name}", name) for name in names]
        given = [{"this_record": row["id"], **{told: row[name] for told, name in to}} for row in rows]
        _updating(declared.table, names).run_all(connection, given)


def _to(values: Values) -> Values:
    return {f"to_{name}": value for name, value in values.items()}


def _updating(table: Table, names: tuple[str, ...], same: tuple[str, ...] = ()) -> Command:
    """The update of these columns of one record, which must still have the same values in some others."""

    def make() -> Command:
        values = {name: bindparam(f"to_{name}", type_=table.c[name].type) for name in names}
        there = [table.c[name] == bindparam(f"this_{name}") for name in same]
        return Command(update(table).where(table.c.id == bindparam("this_record"), *there).values(values))

    return command(table, ("update", *same, "=", *names), make)


def _updating_many(table: Table, names: tuple[str, ...]) -> Command:
    """The update of these columns of many records at once, a list of values a column: PostgreSQL plans it once for all."""

    def make() -> Command:
        told = select(*(_unlisted(table.c[name]) for name in ("id", *names))).subquery("told")
        values = {name: told.c[name] for name in names}
        return Command(update(table).where(table.c.id == told.c.id).values(values))

    return command(table, ("update many", *names), make)


def _listed(connection: Connection, table: Table, name: str, rows: Sequence[Values]) -> str:
    """A column's values as a JSON list, which is written in a fraction of the time that the driver takes for an array."""
    convert = to_driver(table.c[name].type, connection.dialect)
    values = [row[name] for row in rows]
    return orjson.dumps([convert(value) for value in values] if convert else values).decode()


def _unlisted(column: Column[Any]) -> ColumnElement[Any]:
    """The values of such a list, one a row."""
    listed = cast(bindparam(f"to_{column.name}", type_=Text()), JSON)
    return cast(func.json_array_elements_text(listed), column.type).label(column.name)


def lock(connection: Connection, declared: DeclaredTable, record: str) -> bool:
    """Keeps others from changing a record until the transaction ends; whether there is one."""
    query = select(declared.id).where(declared.id == record)
    return connection.scalar(query.with_for_update() if connection.dialect.name == "postgresql" else query) is not None


def trash(connection: Connection, declared: DeclaredTable, record: str, version: int, at: datetime, by: str) -> bool:
    """Moves a record to the trash, if it still has this version; whether it had."""
    return change(connection, declared, record, version, {"deleted_at": at, "updated_at": at, "updated_by": by})


def restore(connection: Connection, declared: DeclaredTable, record: str, version: int, at: datetime, by: str) -> bool:
    """Takes a record back out of the trash, if it still has this version; whether it had."""
    return change(connection, declared, record, version, {"deleted_at": None, "updated_at": at, "updated_by": by})
