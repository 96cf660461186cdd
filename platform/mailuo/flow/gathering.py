"""Gathering: all that is stored about the flow of some records, read in a few queries, however many they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from mailuo.flow.claim import Claim
from mailuo.flow.course import Course
from mailuo.flow.disputing import OPEN_STATES, OpenDispute
from mailuo.flow.episode import Episode, Opened, Run
from mailuo.flow.past import FieldChange, Past
from mailuo.flow.state import State
from mailuo.flow.timeline import Part
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.system import FOREVER

CHUNK = 500
_CLAIM = (
    "id", "node", "source", "at", "received_at", "part", "outside", "verdict", "retracts",
)  # fmt: skip
_CLOCKS = ("open", "auto", "grace")


@dataclass(frozen=True, slots=True)
class Piece:
    """A row that is, or was, a part of a record."""

    id: str
    key: str
    per: str
    born: datetime
    ended: datetime | None

    def there(self, at: datetime | None) -> bool:
        """Whether it was there at a moment; None asks for now."""
        if at is None:
            return self.ended is None
        return self.born <= at and (self.ended is None or at < self.ended)


class StoredState(NamedTuple):
    """A row of what was known of a node, still open."""

    state: str
    at: datetime | None
    source: str | None
    due_since: datetime | None
    known_from: datetime

    @property
    def told(self) -> tuple[str, datetime | None, str | None, datetime | None]:
        """What it says."""
        return self[:4]


@dataclass(slots=True)
class Gathered:
    """One record as its flow needs it."""

    id: str
    key: str
    born: datetime
    deleted: bool
    past: Past
    claims: list[Claim] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    states: dict[tuple[str, str], StoredState] = field(default_factory=dict)
    episodes: list[Episode] = field(default_factory=list)
    disputes: list[OpenDispute] = field(default_factory=list)

    def parts(self, at: datetime | None = None) -> list[Part]:
        """The parts there are, or were at a moment."""
        return [Part(piece.id, piece.per) for piece in self.pieces if piece.there(at)]


def gather(connection: Connection, running: Running, course: Course, ids: Sequence[str]) -> Mapping[str, Gathered]:
    """What is stored about each of these records of the course's table."""
    found: dict[str, Gathered] = {}
    for chunk in chunks(ids):
        some = _records(connection, running, course, chunk)
        _add_claims(connection, some)
        _add_states(connection, some)
        _add_disputes(connection, some)
        _add_episodes(connection, some)
        _add_pieces(connection, running, course, some)
        _add_changes(connection, running, course, some)
        found.update(some)
    return found


def chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    """The ids in portions that a query can name."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _records(connection: Connection, running: Running, course: Course, ids: Sequence[str]) -> dict[str, Gathered]:
    declared = running.tables[course.table.id]
    columns = [declared.fields[name].label(f"v{place}") for place, name in enumerate(course.fields)]
    head = (declared.id.label("i"), running.key_column(course.table.id).label("k"), declared.created_at, declared.deleted_at)
    rows = connection.execute(select(*head, *columns).where(declared.id.in_(ids)))
    return {
        row[0]: Gathered(row[0], row[1] or row[0], row[2], row[3] is not None, Past(dict(zip(course.fields, row[4:], strict=True))))
        for row in rows
    }


def _add_claims(connection: Connection, records: Mapping[str, Gathered]) -> None:
    table = system.claim
    columns = [table.c[name] for name in _CLAIM]
    for record, *rest in connection.execute(select(table.c.record, *columns).where(table.c.record.in_(list(records)))):
        records[record].claims.append(Claim(*rest))


def _add_states(connection: Connection, records: Mapping[str, Gathered]) -> None:
    table = system.node_state
    query = select(table.c.record, table.c.part, table.c.node, table.c.state, table.c.at, table.c.source, table.c.due_since, table.c.known_from)
    there = table.c.record.in_(list(records)), table.c.known_to == FOREVER
    for record, part, node, *rest in connection.execute(query.where(*there)):
        records[record].states[part, node] = StoredState(*rest)


def _add_disputes(connection: Connection, records: Mapping[str, Gathered]) -> None:
    """The open disputes; a record that has one is known as disputed, so that no other is asked about."""
    disputed = [
        record.id for record in records.values() if any(known.state == State.DISPUTED for known in record.states.values())
    ]
    if not disputed:
        return
    table = system.dispute
    query = select(table.c.record, table.c.id, table.c.node, table.c.part, table.c.cause).order_by(table.c.opened_at, table.c.id)
    there = table.c.record.in_(disputed), table.c.state.in_(OPEN_STATES)
    for record, *rest in connection.execute(query.where(*there)):
        records[record].disputes.append(OpenDispute(*rest))


def _add_episodes(connection: Connection, records: Mapping[str, Gathered]) -> None:
    clock, alert = system.clock, system.alert
    opened = (
        (clock.c.record == alert.c.record)
        & (clock.c.rule == alert.c.rule)
        & (clock.c.part == alert.c.part)
        & (clock.c.episode == alert.c.episode)
    )
    query = select(
        clock.c.record, clock.c.rule, clock.c.episode, clock.c.state, clock.c.due_at,
        alert.c.id, alert.c.state, alert.c.resolved_because,
    )  # fmt: skip
    query = query.select_from(clock.outerjoin(alert, opened))
    for record, rule, episode, state, due_at, id_, stands, because in connection.execute(
        query.where(clock.c.record.in_(list(records)), clock.c.kind.in_(_CLOCKS))
    ):
        shown = None if id_ is None else Opened(id_, stands != "resolved", because)
        records[record].episodes.append(Episode(rule, episode, Run(state), due_at, shown))


def _add_pieces(connection: Connection, running: Running, course: Course, records: Mapping[str, Gathered]) -> None:
    by_key = {record.key: record for record in records.values()}
    for children in course.children:
        child = running.tables[children.table]
        by, key = child.fields[children.by], running.key_column(children.table)
        query = select(by, child.id, key, child.created_at, child.deleted_at).where(by.in_(list(by_key)))
        for parent, id_, name, born, ended in connection.execute(query.order_by(child.id)):
            by_key[parent].pieces.append(Piece(id_, name or id_, children.per, born, ended))


def _add_changes(connection: Connection, running: Running, course: Course, records: Mapping[str, Gathered]) -> None:
    if not course.tracked:
        return
    table = system.history
    query = select(table.c.record, table.c.field, table.c.at, table.c.old).order_by(table.c.id)
    there = table.c.record.in_(list(records)), table.c.field.in_(course.tracked)
    changes: dict[str, list[FieldChange]] = {}
    for record, name, at, old in connection.execute(query.where(*there)):
        changes.setdefault(record, []).append(FieldChange(name, at, _value(running, course, name, old)))
    for record, each in changes.items():
        records[record].past = records[record].past._replace(changes=each)


def _value(running: Running, course: Course, name: str, told: object) -> object:
    """The Python value of what the history holds as JSON."""
    return None if told is None else course.table.fields[name].type.parse(told, running.zone)
