"""Renames: where a declared id stands in rows, and becomes the new one in the flip.

Physical names come from identities and never change; only the ids that are values do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Column, Connection, String, Table, and_, cast, func, update
from sqlalchemy.sql.elements import ColumnElement

from mailuo.storage import system
from mailuo.storage.declared import DeclaredTable
from mailuo.storage.identities import Identities, Identity

_NAMED_BY_TABLE = (
    system.claim,
    system.node_state,
    system.clock,
    system.alert,
    system.message,
    system.outbox,
    system.history,
    system.counter,
    system.file_use,
    system.view,
    system.inbox,
    system.run,
    system.made,
    system.call,
    system.todo,
    system.dispute,
)


_CLOCKS = ("auto", "grace")
"""The kinds of clocks that are called after a node."""
_ORDER = (("table",), ("field",), ("node", "exit"), ("option",))
"""Kinds that share their names, one after the other."""


@dataclass(frozen=True, slots=True)
class Rename:
    """An id that changes; `table` is the table's new name, `field` that of the field whose option it is."""

    what: Literal["table", "field", "node", "option"]
    table: str
    old: str
    new: str
    field: str = ""


def renames(before: Identities, after: Identities) -> Iterator[Rename]:
    """What is renamed on the way from one manifest to the next, what is set aside in the trash included; tables first.

    Whoever bears a name that another takes gives it up before, so that the rows of the two never stand under one.
    """
    former = {row.number: row.name for row in before.rows}
    changed = [row for row in after.rows if former.get(row.number, row.name) != row.name]
    parents = {row.number: row for row in after.rows if row.state == "live"}
    for kinds in _ORDER:
        rows = [row for row in changed if row.kind in kinds]
        taken = {(row.names, row.name) for row in rows}
        yielding = [row for row in rows if (row.names, former[row.number]) in taken]
        for row in yielding:
            yield from _rename_of(row, former[row.number], row.aside, parents)
        for row in rows:
            old = row.aside if row in yielding else former[row.number]
            if old != row.name:
                yield from _rename_of(row, old, row.name, parents)


def _rename_of(row: Identity, old: str, new: str, parents: Mapping[int, Identity]) -> Iterator[Rename]:
    """The renaming of one thing; none where what it belongs to lies in the trash."""
    parent = parents.get(row.parent) if row.parent else None
    if row.kind == "table":
        yield Rename("table", new, old, new)
    elif row.kind == "option":
        table = parents.get(parent.parent) if parent and parent.parent else None
        if parent and table:
            yield Rename("option", table.name, old, new, parent.name)
    elif parent:
        yield Rename("field" if row.kind == "field" else "node", parent.name, old, new)


def rename(connection: Connection, change: Rename, tables: Mapping[str, DeclaredTable]) -> None:
    """Gives every row that holds the old id the new one."""
    match change.what:
        case "table":
            for table in _NAMED_BY_TABLE:
                _replace(connection, table, table.c.table, change)
            _replace(connection, system.dispute, system.dispute.c.ticket_table, change)
        case "field":
            _replace(connection, system.history, system.history.c.field, change, _of(system.history, change))
            _rename_place(connection, change)
            _rename_in_conditions(connection, change)
        case "node":
            rename_node(connection, change, tables[change.table].table)
            _rename_in_conditions(connection, change)
        case "option":
            _rename_option(connection, change, tables[change.table])


def _of(table: Table, change: Rename) -> ColumnElement[bool]:
    return table.c.table == change.table


def _replace(
    connection: Connection, table: Table, column: Column[Any], change: Rename, where: ColumnElement[bool] | None = None
) -> None:
    found = column == change.old if where is None else and_(where, column == change.old)
    connection.execute(update(table).where(found).values({column: change.new}))


def _rename_place(connection: Connection, change: Rename) -> None:
    use = system.file_use
    found = and_(_of(use, change), use.c.place == f"field:{change.old}")
    connection.execute(update(use).where(found).values(place=f"field:{change.new}"))


def _rename_in_conditions(connection: Connection, change: Rename) -> None:
    """What ends lines on Home about the table's records names them by id."""
    until = system.todo.c.until
    for before in ("{", "{record."):
        renamed = func.replace(until, f"{before}{change.old}}}", f"{before}{change.new}}}")
        connection.execute(update(system.todo).where(_of(system.todo, change), until.is_not(None)).values(until=renamed))


def rename_node(connection: Connection, change: Rename, records: Table) -> None:
    """Gives every row that holds a node's or an exit's old id the new one, the table's records among them."""
    for table in (system.claim, system.node_state, system.dispute):
        _replace(connection, table, table.c.node, change, _of(table, change))
    for clock in _CLOCKS:
        found = and_(_of(system.clock, change), system.clock.c.rule == f"{clock}:{change.old}")
        connection.execute(update(system.clock).where(found).values(rule=f"{clock}:{change.new}"))
    _replace(connection, records, records.c.status, change)
    lifeline = records.c.lifeline
    quoted = func.replace(lifeline, f'"{change.old}"', f'"{change.new}"')
    connection.execute(update(records).where(lifeline.contains(f'"{change.old}"', autoescape=True)).values(lifeline=quoted))


def _rename_option(connection: Connection, change: Rename, declared: DeclaredTable) -> None:
    history = system.history
    place = and_(_of(history, change), history.c.field == change.field)
    for column in (history.c.old, history.c.new):
        connection.execute(update(history).where(place).values({column: _in_text(column, change)}))
    column = declared.fields[change.field]
    if column.type.python_type is str:
        _replace(connection, declared.table, column, change)
    else:
        connection.execute(update(declared.table).values({column: _in_text(column, change)}))


def _in_text(column: Column[Any], change: Rename) -> ColumnElement[Any]:
    """The JSON of a column with one text in it replaced by another."""
    return cast(func.replace(cast(column, String), f'"{change.old}"', f'"{change.new}"'), column.type)
