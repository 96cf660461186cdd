"""Standing records: one record as it is in the store, with what the actor may do to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, bindparam, select

from mailuo.base.moments import moment
from mailuo.fields.text import control_problem
from mailuo.records.actor import Actor
from mailuo.records.links import is_id
from mailuo.records.messages import UNKNOWN_RECORD, NoSuchThing
from mailuo.records.policy import TableAccess
from mailuo.records.reach import Reach, named
from mailuo.records.running import Running
from mailuo.storage.prepared import Convert, Prepared, from_driver

_HEAD = 4


@dataclass(frozen=True)
class Standing:
    """A record's stored values, and the actor's access within its row."""

    id: str
    key: str
    version: int
    born: datetime
    values: Mapping[str, object]
    access: TableAccess


@dataclass(frozen=True)
class Finder:
    """Finds records of one table for one actor.

    With `hold` others are kept from changing what is found; with `alone` even from pointing to it.
    """

    connection: Connection
    running: Running
    actor: Actor
    table: str
    now: datetime
    hold: bool = False
    alone: bool = False
    trashed: bool = False

    def standing(self, key: str) -> Standing:
        """The record with a key, or else an id; refuses one that is not there, or not for this actor."""
        row = None if control_problem(key) else self._row("key", key)
        if row is None and is_id(key):
            row = self._row("id", key)
        if row is None:
            raise NoSuchThing(UNKNOWN_RECORD(found=key[:60]))
        return self._standing(row)

    def _standing(self, row: Sequence[Any]) -> Standing:
        access = self.running.access(self.actor, self.table)
        columns = self.running.once(("standing", self.table), self._columns)
        start = _HEAD + len(columns)
        values = {
            name: convert(raw) if convert and raw is not None else raw
            for (name, convert), raw in zip(columns, row[_HEAD:start], strict=True)
        }
        within = access.in_row(row[start:]) if access.varies else access
        return Standing(str(row[0]), str(row[1]), int(row[2]), moment(row[3]), values, within)

    def _columns(self) -> list[tuple[str, Convert | None]]:
        """The fields, each with what makes a Python value of the driver's."""
        fields, dialect = self.running.tables[self.table].fields, self.connection.dialect
        return [(name, from_driver(column.type, dialect)) for name, column in fields.items()]

    def _row(self, what: str, value: str) -> Sequence[Any] | None:
        who = None if self.actor.sees_everything else frozenset(self.actor.roles)
        name = ("standing", who, self.table, what, self.hold, self.alone, self.trashed)
        statement = self.running.once(name, lambda: self._statement(what))
        found = statement.run(self.connection, {"sought": value, **named(self.actor, self.now)})
        return found[0] if found else None

    def _statement(self, what: str) -> Prepared:
        declared, key = self.running.tables[self.table], self.running.key_column(self.table)
        access = self.running.access(self.actor, self.table)
        reach = Reach.of(self.running, self.table, self.running.context(self.now, self.actor))
        flags = [reach.right(right.see) for right in access.conditional if not isinstance(right.see, bool)]
        columns = [declared.id, key, declared.version, declared.created_at, *declared.fields.values(), *(flags if access.varies else ())]
        sought: Column[Any] = key if what == "key" else declared.id
        there = [declared.deleted_at.is_not(None), *reach.seen(access)] if self.trashed else reach.visible(access)
        query = select(*(column.label(f"c{place}") for place, column in enumerate(columns)))
        query = query.where(sought == bindparam("sought", "", type_=sought.type), *there)
        if self.hold and self.running.dialect == "postgresql":
            query = query.with_for_update(of=declared.table, key_share=not self.alone)
        return Prepared(query, self.connection.dialect)
