"""Rows of disputes: how they are opened, go on and end, and the events that tell of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from mailuo.base.ids import new_id
from mailuo.flow.arbitration import Contradiction
from mailuo.flow.course import Course
from mailuo.flow.disputing import NOTHING_TO_DO, DisputeState, Disputing, OpenDispute
from mailuo.flow.event import DISPUTE_ENDED, DISPUTED, event
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

Row = dict[str, object]
_TABLE = system.dispute
_MOVE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("this_id"))
    .values(part=bindparam("this_part"), cause=bindparam("this_cause"))
)
_END = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("this_id"))
    .values(state=DisputeState.WITHDRAWN.value, ended_at=bindparam("this_at", type_=_TABLE.c.ended_at.type))
)


@dataclass
class DisputeRows:
    """The disputes of some records of one table, in one transaction."""

    connection: Connection
    course: Course
    now: datetime
    quiet: bool = False
    _opened: list[tuple[str, Contradiction]] = field(default_factory=list)
    _moved: list[OpenDispute] = field(default_factory=list)
    _ended: list[tuple[str, OpenDispute]] = field(default_factory=list)

    def plan(self, record: str, disputing: Disputing) -> None:
        """Takes note of what has to be written about a record."""
        if disputing is NOTHING_TO_DO:
            return
        self._opened += ((record, each) for each in disputing.opened)
        self._moved += disputing.moved
        self._ended += ((record, each) for each in disputing.ended)

    def write(self) -> Sequence[Row]:
        """Writes what was planned; the lines of the outbox that tell of it."""
        if self._moved:
            moved = [{"this_id": each.id, "this_part": each.part, "this_cause": each.cause} for each in self._moved]
            self.connection.execute(_MOVE, moved)
        if self._ended:
            self.connection.execute(_END, [{"this_id": each.id, "this_at": self.now} for _, each in self._ended])
        return [*self._open(), *self._tell_ended()]

    def _open(self) -> Iterable[Row]:
        if not self._opened:
            return ()
        before = spoken_before(self.connection, [record for record, _ in self._opened])
        ids = [new_id() for _ in self._opened]
        rows = [self._row(id_, record, each) for id_, (record, each) in zip(ids, self._opened, strict=True)]
        insert_many(self.connection, _TABLE, rows)
        return list(self._tell_opened(ids, before))

    def _row(self, id_: str, record: str, found: Contradiction) -> Row:
        rule = self.course.arbitration_of(found.node)
        return {
            "id": id_, "arbitration": rule.id if rule else "", "table": self.course.table.id, "record": record,
            "part": found.part, "node": found.node, "state": DisputeState.OPEN.value, "cause": found.cause,
            "opened_at": self.now,
        }  # fmt: skip

    def _tell_opened(self, ids: Sequence[str], before: set[tuple[str, str]]) -> Iterator[Row]:
        """A rule is told of the first dispute about a node alone; a ticket belongs to every one."""
        for id_, (record, found) in zip(ids, self._opened, strict=True):
            rule = self.course.arbitration_of(found.node)
            first = (record, found.node) not in before
            before.add((record, found.node))
            listened = first and not self.quiet and (DISPUTED, found.node) in self.course.listened
            calls = listened or rule is not None and rule.dispute.table is not None
            detail = {"node": found.node, "part": found.part, "dispute": id_, "because": found.cause, "first": first}
            told = {**detail, "quiet": True} if self.quiet else detail
            yield event(DISPUTED, self.now, self.course.table.id, record, told, calls=calls)

    def _tell_ended(self) -> Iterator[Row]:
        for record, each in self._ended:
            detail = {"node": each.node, "part": each.part, "dispute": each.id}
            yield event(DISPUTE_ENDED, self.now, self.course.table.id, record, detail, calls=True)


def spoken_before(connection: Connection, records: Sequence[str]) -> set[tuple[str, str]]:
    """The nodes of these records about which there has been a dispute: (record, node)."""
    query = select(_TABLE.c.record, _TABLE.c.node).where(_TABLE.c.record.in_(records))
    return {(record, node) for record, node in connection.execute(query)}


def givers_of(connection: Connection, record: str) -> dict[str, str]:
    """Who gave the evidence for each verdict about a record, by the id of the verdict's claim."""
    query = select(_TABLE.c.verdict, _TABLE.c.evidence).where(_TABLE.c.record == record, _TABLE.c.verdict.is_not(None))
    return {verdict["claim"]: evidence[-1]["by"] for verdict, evidence in connection.execute(query)}
