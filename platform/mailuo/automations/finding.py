"""Finding: the record that an event is about: the row whose fields have the values it names, or what that row is linked to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from mailuo.automations.receiving_messages import AMBIGUOUS, BAD_VALUE
from mailuo.base.problems import Problem, Refusal
from mailuo.fields import Link
from mailuo.metadata.connector import Find
from mailuo.records.running import Running


@dataclass(frozen=True, slots=True)
class Found:
    """A record by its id, and the row that led to it where that is another."""

    table: str
    record: str
    part_table: str | None = None
    part: str | None = None


@dataclass(frozen=True)
class Finding:
    """Looks for the records of one declaration."""

    connection: Connection
    running: Running
    find: Find

    def found(self, sought: Mapping[str, str | None]) -> Found | None:
        """The record; None where there is none (yet). Refuses where several fit, and values that no field can hold."""
        if any(value is None for value in sought.values()):
            return None
        declared = self.running.tables[self.find.table]
        link = declared.fields[self.find.claim_on] if self.find.claim_on else declared.id
        where = [*(self._equal(name, value) for name, value in sought.items()), declared.deleted_at.is_(None)]
        rows = self.connection.execute(select(declared.id, link.label("target")).where(*where).limit(2)).all()
        if len(rows) > 1:
            title = self.running.manifest.tables[self.find.table].title
            raise Refusal(AMBIGUOUS(table=title, sought=", ".join(f"{name}={value}" for name, value in sought.items())))
        if not rows:
            return None
        if self.find.claim_on is None:
            return Found(self.find.table, rows[0].id)
        return self._through(self.find.claim_on, rows[0].id, rows[0].target)

    def _through(self, link: str, row: str, target: str | None) -> Found | None:
        type_ = self.running.manifest.tables[self.find.table].fields[link].type
        assert isinstance(type_, Link)
        declared, key = self.running.tables[type_.to], self.running.key_column(type_.to)
        query = select(declared.id).where(key == target, declared.deleted_at.is_(None))
        record = self.connection.scalar(query) if target is not None else None
        return Found(type_.to, record, self.find.table, row) if record is not None else None

    def _equal(self, name: str, value: str | None) -> ColumnElement[bool]:
        field = self.running.manifest.tables[self.find.table].fields[name]
        parsed: Any = field.type.parse(value, self.running.zone)
        if isinstance(parsed, Problem):
            raise Refusal(BAD_VALUE(name=name, said=parsed))
        condition: ColumnElement[bool] = self.running.tables[self.find.table].fields[name] == parsed
        return condition
