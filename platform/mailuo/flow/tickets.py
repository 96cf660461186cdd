"""Tickets: the record by which people work on a dispute: made once when it opens, closed when it ends.

Everything is written as the system, under the lock of the dispute's row: a ticket is made once, and one that is made
after its dispute has ended is closed at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from mailuo.base.moments import format_moment
from mailuo.fields import Choice, File, User
from mailuo.flow.course import rule_of
from mailuo.flow.disputing import OPEN_STATES
from mailuo.flow.event import DISPUTE_ENDED, DISPUTED, VERDICT_GIVEN
from mailuo.formulas import Formula, Template
from mailuo.formulas.sql import to_sql
from mailuo.metadata.arbitration import Arbitration
from mailuo.metadata.given import Given
from mailuo.metadata.model import Table
from mailuo.records.actor import SYSTEM
from mailuo.records.door import Records
from mailuo.records.messages import NoSuchThing
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.records.writing import Manner
from mailuo.storage import system

CONCERNS = (DISPUTED, VERDICT_GIVEN, DISPUTE_ENDED)
"""The kinds of events that tickets follow."""
STATE, CLOSED, PHOTO = "state", "closed", "photo"
_TABLE = system.dispute
_RECORD = "record"
Path = tuple[str, ...]


@dataclass(frozen=True)
class Tickets:
    """The tickets of disputes, in one transaction."""

    connection: Connection
    running: Running
    records: Records
    now: datetime

    def follow(self, dispute: str, *, quiet: bool = False) -> None:
        """Makes the ticket that an open dispute lacks, and closes that of one that has ended."""
        row = self._locked(dispute)
        if row is None:
            return
        if row.ticket is None:
            row = self._opened(row, quiet)
        if row is not None and row.state not in OPEN_STATES:
            self._change(row, dict(_closing(self.running.manifest.tables.get(row.ticket_table))))

    def evidence_given(self, row: Row[Any], rule: Arbitration, at: datetime, file: str | None) -> None:
        """Puts the time and the photo of the latest evidence where the ticket has a place for them."""
        if row.ticket is not None:
            self._change(row, dict(self._evidence(rule, at, file)))

    def _locked(self, dispute: str) -> Row[Any] | None:
        query = select(_TABLE).where(_TABLE.c.id == dispute)
        return self.connection.execute(query.with_for_update() if self.running.dialect == "postgresql" else query).first()

    def _opened(self, row: Row[Any], quiet: bool) -> Row[Any] | None:
        """The dispute's row with its ticket; None where its rule asks for none."""
        rule = rule_of(self.running, row.table, row.node, row.arbitration)
        if rule is None or rule.dispute.table is None:
            return None
        values = _Filling(self.connection, self.running, row.table, self.now).values(rule.dispute.values, row.record)
        if values is None:
            return None
        values |= dict(_assigned(self.running.manifest.tables[rule.dispute.table], rule))
        if row.evidence:
            given = row.evidence[-1]
            values |= dict(self._evidence(rule, datetime.fromisoformat(given["at"]), given.get("file")))
        writing = self.records.writing(self.connection, self.running, SYSTEM, rule.dispute.table, Manner(quiet=quiet))
        ticket = writing.born([values])[0]
        held = {"ticket_table": rule.dispute.table, "ticket": ticket}
        self.connection.execute(update(_TABLE).where(_TABLE.c.id == row.id).values(held))
        return self.connection.execute(select(_TABLE).where(_TABLE.c.id == row.id)).one()

    def _evidence(self, rule: Arbitration, at: datetime, file: str | None) -> Iterator[tuple[str, object]]:
        table = self.running.manifest.tables.get(rule.dispute.table or "")
        if table is None:
            return
        if rule.dispute.time in table.fields:
            yield str(rule.dispute.time), format_moment(at, self.running.zone)
        photo = table.fields.get(PHOTO)
        if file is not None and photo is not None and isinstance(photo.type, File):
            yield PHOTO, file

    def _change(self, row: Row[Any], values: Mapping[str, object]) -> None:
        """Changes a ticket that is still there."""
        if not values or row.ticket_table not in self.running.manifest.tables:
            return
        writing = self.records.writing(self.connection, self.running, SYSTEM, row.ticket_table)
        try:
            writing.update(row.ticket, values, None)
        except NoSuchThing:
            return


def _closing(table: Table | None) -> Iterator[tuple[str, object]]:
    """What closes a ticket: the option `closed` of its `state`, where it has one."""
    state = table.fields.get(STATE) if table is not None else None
    if state is not None and isinstance(state.type, Choice) and CLOSED in state.type.choices:
        yield STATE, CLOSED


def _assigned(table: Table, rule: Arbitration) -> Iterator[tuple[str, object]]:
    """The role in the first field for a person that the rule itself does not fill."""
    fields = (each.id for each in table.fields.values() if isinstance(each.type, User) and each.id not in rule.dispute.values)
    name = next(fields, None)
    if name is not None and rule.dispute.assign_role is not None:
        yield name, f"role:{rule.dispute.assign_role}"


@dataclass(frozen=True)
class _Filling:
    """Fills in values over one record, as the system sees it."""

    connection: Connection
    running: Running
    table: str
    now: datetime

    def values(self, given: Mapping[str, Given], record: str) -> dict[str, object] | None:
        """The raw values; None where the record is gone."""
        templates = [each for each in given.values() if isinstance(each, Template)]
        paths = sorted({path for each in templates for path in each.reads})
        formulas = [each for each in given.values() if isinstance(each, Formula)]
        columns = [*map(self._column, paths), *map(self._formula, formulas)]
        declared = self.running.tables[self.table]
        query = select(declared.id, *(column.label(f"c{place}") for place, column in enumerate(columns)))
        row = self.connection.execute(query.where(declared.id == record)).first()
        if row is None:
            return None
        held = dict(zip(paths, row[1:], strict=False))
        computed = {id(each): value for each, value in zip(formulas, row[1 + len(paths) :], strict=True)}
        return {name: self._raw(each, held, computed) for name, each in given.items()}

    @property
    def _reach(self) -> Reach:
        return Reach.of(self.running, self.table, self.running.context(self.now, SYSTEM))

    def _column(self, path: Path) -> ColumnElement[Any]:
        """The column of a path; `record.…` says aloud whose it is, and `record` alone is its key."""
        if path[0] != _RECORD or len(path) == 1 and _RECORD in self.running.manifest.tables[self.table].fields:
            return self._reach.column(path)
        return self._reach.column(path[1:]) if len(path) > 1 else self.running.key_column(self.table)

    def _formula(self, formula: Formula) -> ColumnElement[Any]:
        return to_sql(formula, self._column, self.running.dialect, self.running.context(self.now, SYSTEM))

    def _raw(self, given: Given, held: Mapping[Path, object], computed: Mapping[int, object]) -> object:
        match given:
            case Template(parts=(str(),)) | Template(parts=()):
                return given.text
            case Template(parts=(tuple() as alone,)):
                return self._told(alone, held)
            case Template():
                return given.render(lambda path: self._told(path, held), str)
            case Formula():
                return self._shown(computed[id(given)])
            case tuple():
                return [self._raw(each, held, computed) for each in given]
        return given

    def _told(self, path: Path, held: Mapping[Path, object]) -> object:
        own = path[1:] if path[0] == _RECORD and len(path) > 1 else path
        return self._shown(self.running.in_text(self.table, own, held[path]))

    def _shown(self, value: object) -> object:
        if isinstance(value, datetime):
            return format_moment(value, self.running.zone)
        return list(value) if isinstance(value, tuple) else value
