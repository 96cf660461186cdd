"""Seen: which of some rows somebody sees, be they in the trash, and what of each; one query, however many they are.

Only the rights of rows are looked at here; which fields are hidden or masked is for who asks to judge.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from mailuo.records.actor import Actor
from mailuo.records.policy import TableAccess
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.records.several import among, given

Path = tuple[str, ...]


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
    columns = [declared.id, running.key_column(table), *map(reach.formula, conditions)]
    query = select(*(column.label(f"c{place}") for place, column in enumerate(columns)))
    query = query.where(among(declared.id, "ids", running.dialect), *reach.seen(access))
    rows = connection.execute(query, {"ids": given(list(ids), running.dialect)})
    return {str(row[0]): Seen(str(row[1]), access.in_row(row[2:]) if access.varies else access) for row in rows}


def unseen(
    connection: Connection, running: Running, actor: Actor, table: str, ids: Collection[str], paths: Collection[Path], now: datetime
) -> Set[tuple[str, Path]]:
    """Each (id, path) of which the actor does not see what stands there, be they rows in the trash.

    That is all of a row that it does not see but the key, and what is otherwise to it because a path, or what is computed,
    leads through a row that it does not see.
    """
    access, key = running.policy.access(actor), running.manifest.tables[table].key
    if actor.sees_everything or not paths or all(each.sees_all_rows for each in access.tables.values()):
        return frozenset()
    wanted = list(paths)
    same = _same(connection, running, actor, table, ids, wanted, now) if table in access.tables else frozenset()
    told = {(each, (key.field,)) for each in ids} if key else set()
    return {(each, path) for each in ids for path in wanted} - same - told


def _same(
    connection: Connection, running: Running, actor: Actor, table: str, ids: Collection[str], paths: Sequence[Path], now: datetime
) -> Set[tuple[str, Path]]:
    """Each (id, path), of rows that the actor sees, at which stands the same to it as to the system."""
    access, declared = running.policy.access(actor), running.tables[table]
    theirs = Reach.of(running, table, running.context(now, actor), access)
    columns = [eyes.column(path) for eyes in (theirs, replace(theirs, access=None)) for path in paths]
    query = select(declared.id, *(column.label(f"c{place}") for place, column in enumerate(columns)))
    query = query.where(among(declared.id, "ids", running.dialect), *theirs.seen(access.tables[table]))
    rows = connection.execute(query, {"ids": given(list(ids), running.dialect)})
    return {(row[0], path) for row in rows for place, path in enumerate(paths, 1) if row[place] == row[place + len(paths)]}
