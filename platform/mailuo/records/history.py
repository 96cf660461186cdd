"""History: who changed which field, when, from what to what; shown like the fields themselves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Connection, Row, select

from mailuo.base.moments import format_moment
from mailuo.metadata.model import Field
from mailuo.records.actor import Actor
from mailuo.records.policy import Sight, TableAccess
from mailuo.records.running import Running
from mailuo.storage.bulk import insert_many
from mailuo.storage.system import history

Event = Literal["created", "changed", "deleted", "restored", "erased"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn in a record's life: a change of a field, or its birth, deletion, return or erasure; values as JSON."""

    id: int
    event: Event
    field: str | None
    old: object
    new: object
    by: str
    at: datetime
    version: int

    def json(self, running: Running) -> dict[str, object]:
        """The turn as the API writes it."""
        at = format_moment(self.at, running.zone)
        told = {"event": self.event, "by": self.by, "at": at, "version": self.version}
        return told if self.field is None else {"field": self.field, "from": self.old, "to": self.new, **told}


@dataclass(frozen=True)
class Scribe:
    """Writes the turns of one transaction."""

    connection: Connection
    running: Running
    table: str
    by: Actor
    at: datetime

    def events(self, event: Event, records: Iterable[tuple[str, int]]) -> None:
        """Writes that records (id, version) were born, deleted, restored or erased."""
        rows = [self._row(record, "", None, event, version) for record, version in records]
        insert_many(self.connection, history, rows)

    def changes(self, record: str, version: int, old: Mapping[str, object], new: Mapping[str, object]) -> None:
        """Writes every field of `new` as changed."""
        fields = self.running.manifest.tables[self.table].fields
        zone = self.running.zone

        def json(name: str, value: object) -> object:
            return None if value is None else fields[name].type.to_json(value, zone)

        rows = [
            self._row(record, name, json(name, old.get(name)), json(name, value), version)
            for name, value in new.items()
        ]
        insert_many(self.connection, history, rows)

    def _row(self, record: str, field: str, old: object, new: object, version: int) -> dict[str, object]:
        return {
            "record": record,
            "table": self.table,
            "field": field,
            "old": old,
            "new": new,
            "by": self.by.name,
            "at": self.at,
            "version": version,
        }


def turns(
    connection: Connection, running: Running, access: TableAccess, record: str, *, limit: int, before: int | None
) -> list[Turn]:
    """The latest turns of a record, newest first, as far as the access of this row goes."""
    told = history.c.field.in_(["", *access.readable])
    query = select(history).where(history.c.record == record, told).order_by(history.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(history.c.id < before)
    return list(_shown(connection.execute(query), running, access))


def changed_since(connection: Connection, record: str, version: int, fields: Iterable[str]) -> list[str]:
    """Which of the fields changed after the record had this version."""
    query = select(history.c.field).where(
        history.c.record == record, history.c.field.in_(list(fields)), history.c.version > version
    )
    return list(dict.fromkeys(connection.scalars(query)))


def _shown(rows: Iterable[Row[tuple[object, ...]]], running: Running, access: TableAccess) -> Iterator[Turn]:
    for row in rows:
        if not row.field:
            yield Turn(row.id, cast(Event, row.new), None, None, None, row.by, row.at, row.version)
            continue
        field, sight = access.table.fields.get(row.field), access.sight(row.field)
        if field is None or sight is Sight.HIDDEN:
            continue
        old, new = (
            (row.old, row.new)
            if sight is Sight.SHOWN
            else (_masked(field, row.old, running), _masked(field, row.new, running))
        )
        yield Turn(row.id, "changed", row.field, old, new, row.by, row.at, row.version)


def _masked(field: Field, told: object, running: Running) -> object:
    return None if told is None else field.type.mask(field.type.parse(told, running.zone))
