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
from mailuo.storage.identities import Identities

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
_ORDER = ("table", "field", "node", "exit", "option")


@dataclass(frozen=True, slots=True)
class Rename:
    """An id that changes; `table` is the table's new name, `field` that of the field whose option it is."""

    what: Literal["table", "field", "node", "option"]
    table: str
    old: str
    new: str
    field: str = ""


def renames(before: Identities, after: Identities) -> Iterator[Rename]:
    """What is renamed on the way from one manifest to the next; tables first."""
    former = {row.number: row for row in before.rows if row.state == "live"}
    live = {row.number: row for row in after.rows if row.state == "live"}
    changed = [row for row in live.values() if row.number in former and row.name != former[row.number].name]
    for row in sorted(changed, key=lambda row: _ORDER.index(row.kind)):
        old = former[row.number].name
        parent = live.get(row.parent) if row.parent else None
        if row.kind == "table":
            yield Rename("table", row.name, old, row.name)
        elif row.kind == "option":
            table = live.get(parent.parent) if parent and parent.parent else None
            if parent and table:
                yield Rename("option", table.name, old, row.name, parent.name)
        elif parent:
            yield Rename("field" if row.kind == "field" else "node", parent.name, old, row.name)


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
        case "node":
            _rename_node(connection, change, tables[change.table])
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


def _rename_node(connection: Connection, change: Rename, declared: DeclaredTable) -> None:
    for table in (system.claim, system.node_state, system.dispute):
        _replace(connection, table, table.c.node, change, _of(table, change))
    for clock in _CLOCKS:
        found = and_(_of(system.clock, change), system.clock.c.rule == f"{clock}:{change.old}")
        connection.execute(update(system.clock).where(found).values(rule=f"{clock}:{change.new}"))
    _replace(connection, declared.table, declared.status, change)
    quoted = func.replace(declared.lifeline, f'"{change.old}"', f'"{change.new}"')
    connection.execute(update(declared.table).where(declared.lifeline.is_not(None)).values(lifeline=quoted))


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
