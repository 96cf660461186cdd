"""Finding: records by the keys by which the lines of an import name them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from mailuo.flow.course import Course, courses
from mailuo.records.actor import Actor
from mailuo.records.policy import TableAccess
from mailuo.records.reach import Reach, named
from mailuo.records.running import Running
from mailuo.records.several import among, given
from mailuo.storage.prepared import Reading


@dataclass(frozen=True)
class Seeker:
    """Finds records for one actor; those that the actor may not see are not found."""

    connection: Connection
    running: Running
    actor: Actor
    now: datetime

    def places_of(self, keys: Collection[str]) -> dict[str, str]:
        """Where the records that bear these keys stand in their tables, told by their ids; a hint: nothing is locked."""
        found: dict[str, str] = {}
        for course in courses(self.running).values():
            found = {**self._ids(course, keys, held=False), **found}
        return found

    def held(self, course: Course, keys: Collection[str]) -> dict[str, str]:
        """The ids of the course's records that bear these keys, locked in an order that all imports share."""
        return self._ids(course, keys, held=self.running.dialect == "postgresql")

    def _ids(self, course: Course, keys: Collection[str], *, held: bool) -> dict[str, str]:
        table = course.table.id
        access = self.running.policy.access(self.actor)
        if not access.reads(table):
            return {}
        who = None if access.tables[table].sees_all_rows else frozenset(self.actor.roles)
        name = ("found", who, table, held)
        reading = self.running.once(
            name, lambda: Reading(self._query(table, access.tables[table], held), self.connection.dialect)
        )
        wanted = {"keys": given(list(keys), self.running.dialect), **named(self.actor, self.now)}
        return {row[0]: row[1] for row in reading.rows(self.connection, wanted)}

    def _query(self, table: str, access: TableAccess, held: bool) -> Select[Any]:
        declared, column = self.running.tables[table], self.running.key_column(table)
        reach = Reach.of(self.running, table, self.running.context(self.now, self.actor))
        there = among(column, "keys", self.running.dialect), *reach.visible(access)
        query = select(column.label("c0"), declared.id.label("c1")).where(*there).order_by(declared.id)
        return query.with_for_update(of=declared.table, key_share=True) if held else query
