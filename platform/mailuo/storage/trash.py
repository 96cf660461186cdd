"""The trash of declarations: what a publication would put there, and its end when its time has come."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, func, insert, select
from sqlalchemy.schema import DropTable

from mailuo.storage import revisions, system
from mailuo.storage.altering import DropColumn
from mailuo.storage.declared import whole
from mailuo.storage.engine import Store
from mailuo.storage.identities import Identities, Identity, is_stored
from mailuo.storage.renames import Rename, rename, rename_node

_IDENTITY = system.identity
_OF_RECORDS = (
    system.claim,
    system.node_state,
    system.clock,
    system.alert,
    system.history,
    system.counter,
    system.file_use,
)


def rows_at_risk(connection: Connection, table: Table, column: Column[Any] | None = None) -> int:
    """How many records hold something in a column that is to be removed, or stand in a table that is."""
    query = select(func.count()).select_from(table)
    return connection.scalar(query if column is None else query.where(column.is_not(None))) or 0


def purge_trash(store: Store, before: datetime) -> int:
    """Drops for good what was put in the trash before a moment; how many things went.

    An option goes with its field: its id stands in records as long as they do, and nobody else may take it for its own.
    """
    with store.publishing():
        with store.read() as connection:
            rows = revisions.identities(connection).rows
        old = [row for row in rows if row.state == "trash" and row.since < before and row.kind != "option"]
        for row in sorted(old, key=lambda row: row.kind == "table"):
            store.write(partial(_purge, row=row))
        return len(old)


def _purge(connection: Connection, row: Identity) -> None:
    """Drops one thing with all that hangs on it; a crash leaves it either there or gone."""
    identities = revisions.identities(connection)
    rows = identities.rows
    parents = {found.number: found for found in rows}
    alone = not any(found.names == row.names and found.name == row.name and found != row for found in rows)
    if alone:
        _leave_behind(connection, row, identities)
    if row.kind == "table":
        connection.execute(DropTable(Table(row.physical, MetaData()), if_exists=True))
    elif is_stored(row) and row.parent is not None:
        connection.execute(DropColumn(parents[row.parent].physical, Column(row.physical, Text())))
    levels = _with_descendants(rows, row.number)
    for level in reversed(levels):
        connection.execute(delete(_IDENTITY).where(_IDENTITY.c.number.in_(level)))
    _spend(connection, max(identities.spent, *set().union(*levels)))


def _spend(connection: Connection, number: int) -> None:
    """Notes up to which number none is given out again: earlier revisions name what went by its number."""
    connection.execute(delete(system.fact).where(system.fact.c.name == revisions.SPENT))
    connection.execute(insert(system.fact).values(name=revisions.SPENT, value=str(number)))


def _leave_behind(connection: Connection, row: Identity, identities: Identities) -> None:
    """Deletes the rows that tell of a table's records; sets aside those that stay, for nobody may take them over."""
    if row.kind == "table":
        for table in _OF_RECORDS:
            connection.execute(delete(table).where(table.c.table == row.name))
        rename(connection, Rename("table", row.aside, row.name, row.aside), {})
        return
    parent = next(found for found in identities.rows if found.number == row.parent)
    if row.kind == "field":
        rename(connection, Rename("field", parent.name, row.name, row.aside), {})
    else:
        records = next(table for table in whole(identities) if table.name == parent.physical)
        rename_node(connection, Rename("node", parent.name, row.name, row.aside), records)


def _with_descendants(rows: Sequence[Identity], number: int) -> list[set[int]]:
    """The thing, its children, and theirs: a set each."""
    levels = [{number}]
    while children := {row.number for row in rows if row.parent in levels[-1]}:
        levels.append(children)
    return levels
