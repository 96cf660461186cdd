"""Seen: which of some rows somebody sees, be they in the trash, and what of each; one query, however many they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mailuo.records.actor import Actor
from mailuo.records.policy import TableAccess
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.records.several import among, given


@dataclass(frozen=True, slots=True)
class Seen:
    """What people call a row, and the actor's access within it."""

    key: str
    access: TableAccess


def seen(
    connection: Connection, running: Running, actor: Actor, table: str, ids: Collection[str], now: datetime
) -> Mapping[str, Seen]:
    """The rows with these ids that the actor sees, by id; none of a table that is not there, or not for the actor."""
    access = running.policy.access(actor).tables.get(table)
    if not ids or access is None or not access.sees:
        return {}
    declared, reach = running.tables[table], Reach.of(running, table, running.context(now, actor))
    conditions = [right.see for right in access.conditional if not isinstance(right.see, bool)] if access.varies else []
    columns = [declared.id, running.key_column(table), *map(reach.right, conditions)]
    query = select(*(column.label(f"c{place}") for place, column in enumerate(columns)))
    query = query.where(among(declared.id, "ids", running.dialect), *reach.seen(access))
    rows = connection.execute(query, {"ids": given(list(ids), running.dialect)})
    return {str(row[0]): Seen(str(row[1]), access.in_row(row[2:]) if access.varies else access) for row in rows}
