"""The trash of declarations: what a publication would put there, and its end when its time has come."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, func, select
from sqlalchemy.schema import DropTable

from mailuo.storage import revisions, system
from mailuo.storage.altering import DropColumn
from mailuo.storage.engine import Store
from mailuo.storage.identities import Identity, is_stored

_IDENTITY = system.identity
_OF_RECORDS = (system.claim, system.node_state, system.clock, system.alert, system.history, system.file_use)


def rows_at_risk(connection: Connection, table: Table, column: Column[Any] | None = None) -> int:
    """How many records hold something in a column that is to be removed, or stand in a table that is."""
    query = select(func.count()).select_from(table)
    return connection.scalar(query if column is None else query.where(column.is_not(None))) or 0


def purge_trash(store: Store, before: datetime) -> int:
    """Drops for good what was put in the trash before a moment; how many things went."""
    with store.publishing():
        with store.read() as connection:
            rows = revisions.identities(connection).rows
        old = [row for row in rows if row.state == "trash" and row.since < before]
        for row in sorted(old, key=lambda row: row.kind == "table"):
            store.write(partial(_purge, row=row))
        return len(old)


def _purge(connection: Connection, row: Identity) -> None:
    """Drops one thing with all that hangs on it; a crash leaves it either there or gone."""
    rows = revisions.identities(connection).rows
    parents = {found.number: found for found in rows}
    if row.kind == "table":
        connection.execute(DropTable(Table(row.physical, MetaData()), if_exists=True))
        if not any(found.kind == "table" and found.state == "live" and found.name == row.name for found in rows):
            for table in _OF_RECORDS:
                connection.execute(delete(table).where(table.c.table == row.name))
    elif row.kind != "option" and is_stored(row) and row.parent is not None:
        connection.execute(DropColumn(parents[row.parent].physical, Column(row.physical, Text())))
    for level in reversed(_with_descendants(rows, row.number)):
        connection.execute(delete(_IDENTITY).where(_IDENTITY.c.number.in_(level)))


def _with_descendants(rows: Sequence[Identity], number: int) -> list[set[int]]:
    """The thing, its children, and theirs: a set each."""
    levels = [{number}]
    while children := {row.number for row in rows if row.parent in levels[-1]}:
        levels.append(children)
    return levels
