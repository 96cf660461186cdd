"""Gathering: all that is stored about the flow of some records, read in a few queries, however many they are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, select

from mailuo.flow.claim import Claim
from mailuo.flow.course import Course
from mailuo.flow.disputing import OPEN_STATES, OpenDispute
from mailuo.flow.episode import Episode, Opened, Run
from mailuo.flow.past import FieldChange, Past
from mailuo.flow.state import State
from mailuo.flow.timeline import Part
from mailuo.records.change import Change
from mailuo.records.running import Running, key_of
from mailuo.records.several import among, given, only
from mailuo.records.standing import Standing
from mailuo.storage import system
from mailuo.storage.prepared import Reading
from mailuo.storage.system import FOREVER

CHUNK = 500
_CLAIM = (
    "id", "node", "source", "at", "received_at", "part", "outside", "verdict", "retracts",
)  # fmt: skip
_CLOCKS = ("open", "auto", "grace")


class Absence(NamedTuple):
    """A stretch, over by now, in which a row was no part of the record that it is, or was last, a part of."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """A row that is, or was, a part of a record."""

    id: str
    key: str
    per: str
    born: datetime
    ended: datetime | None
    touched: bool = False
    """Whether it was ever written again."""
    away: list[Absence] = field(default_factory=list)
    """When it was away for a while; noted only where the past is told."""

    def there(self, at: datetime | None) -> bool:
        """Whether it was there at a moment; None asks for now."""
        if at is None:
            return self.ended is None
        if at < self.born or self.ended is not None and self.ended <= at:
            return False
        return not any(start <= at < end for start, end in self.away)

    def turns(self) -> Iterator[datetime]:
        """When it came and went."""
        yield self.born
        for absence in self.away:
            yield from absence
        if self.ended is not None:
            yield self.ended


class StoredState(NamedTuple):
    """A row of what was known of a node, still open."""

    state: str
    at: datetime | None
    source: str | None
    due_since: datetime | None
    known_from: datetime


@dataclass(slots=True)
class Gathered:
    """One record as its flow needs it."""

    id: str
    key: str
    born: datetime
    deleted: bool
    past: Past
    touched: bool = True
    """Whether its fields were ever written again."""
    claims: list[Claim] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    states: dict[tuple[str, str], StoredState] = field(default_factory=dict)
    episodes: list[Episode] = field(default_factory=list)
    disputes: list[OpenDispute] = field(default_factory=list)
    news: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """When events last found it, by part and source; only where a rule minds silence."""

    @property
    def known_from(self) -> datetime:
        """Since when there is a record: from its birth, or the receipt of its first claim where that was earlier."""
        return min([self.born, *(claim.received_at for claim in self.claims)])

    def parts(self, at: datetime | None = None) -> list[Part]:
        """The parts there are, or were at a moment."""
        return [Part(piece.id, piece.per) for piece in self.pieces if piece.there(at)]


def gather(connection: Connection, running: Running, course: Course, ids: Sequence[str]) -> dict[str, Gathered]:
    """What is stored about each of these records of the course's table."""
    found: dict[str, Gathered] = {}
    asking = _Asking(connection, running, course)
    for chunk in chunks(ids):
        some = asking.records(chunk)
        asking.add_all(some)
        found.update(some)
    return found


def gather_standing(connection: Connection, running: Running, course: Course, about: Standing) -> Gathered:
    """The same of a record that was read already."""
    past = Past({name: about.values[name] for name in course.fields})
    record = Gathered(about.id, about.key, about.born, False, past, about.version > 1)
    _Asking(connection, running, course).add_all({record.id: record})
    return record


def gather_born(
    connection: Connection, running: Running, course: Course, born: Sequence[Change]
) -> dict[str, Gathered]:
    """The same of records just born: nothing is stored of them yet but what they were born with."""
    key = key_of(course.table)
    found: dict[str, Gathered] = {}
    for change in born:
        values = change.new or {}
        name = values.get(key.id) if key is not None else None
        past = Past({field_: values.get(field_) for field_ in course.fields})
        found[change.record] = Gathered(change.record, str(name or change.record), change.at, False, past, False)
    asking = _Asking(connection, running, course)
    for chunk in chunks(list(found)):
        asking.add_pieces({record: found[record] for record in chunk})
    return found


def chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    """The ids in portions that a query can name."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


@dataclass(frozen=True)
class _Asking:
    """The queries about some records of one course; each is made ready once for the revision."""

    connection: Connection
    running: Running
    course: Course

    def rows(
        self, name: str, among_: ColumnElement[Any], keys: Sequence[str], make: Callable[[], Select[Any]]
    ) -> Iterable[Sequence[Any]]:
        """The rows of a query where a column has one of the keys."""
        dialect, alone = self.running.dialect, len(keys) == 1
        reading = self.running.once(
            ("gather", self.course.table.id, name, alone),
            lambda: Reading(
                make().where(only(among_, "keys") if alone else among(among_, "keys", dialect)), self.connection.dialect
            ),
        )
        return reading.rows(self.connection, {"keys": keys[0] if alone else given(keys, dialect)})

    def records(self, ids: Sequence[str]) -> dict[str, Gathered]:
        """The records themselves, without what belongs to them."""
        names = self.course.fields
        declared, key = self.running.tables[self.course.table.id], self.running.key_column(self.course.table.id)
        head = (declared.id, key, declared.created_at, declared.deleted_at, declared.version)

        def make() -> Select[Any]:
            columns = [*head, *(declared.fields[name] for name in names)]
            return select(*(column.label(f"c{place}") for place, column in enumerate(columns)))

        rows = self.rows("records", declared.id, ids, make)
        found: dict[str, Gathered] = {}
        for id_, name, born, deleted, version, *values in rows:
            past = Past(dict(zip(names, values, strict=True)))
            found[id_] = Gathered(id_, name or id_, born, deleted is not None, past, version > 1)
        return found

    def add_all(self, records: Mapping[str, Gathered]) -> None:
        """Everything that belongs to each."""
        self.add_claims(records)
        self.add_states(records)
        self.add_disputes(records)
        self.add_episodes(records)
        self.add_pieces(records)
        self.add_changes(records)
        self.add_news(records)

    def add_claims(self, records: Mapping[str, Gathered]) -> None:
        """What was said of each."""
        table = system.claim
        rows = self.rows("claims", table.c.record, list(records), lambda: select(table.c.record, *(table.c[name] for name in _CLAIM)))
        for record, *rest in rows:
            records[record].claims.append(Claim(*rest))

    def add_states(self, records: Mapping[str, Gathered]) -> None:
        """How their nodes are known to stand."""
        table = system.node_state

        def make() -> Select[Any]:
            known = (table.c.state, table.c.at, table.c.source, table.c.due_since, table.c.known_from)
            return select(table.c.record, table.c.part, table.c.node, *known).where(table.c.known_to == FOREVER)

        for record, part, node, *rest in self.rows("states", table.c.record, list(records), make):
            records[record].states[part, node] = StoredState(*rest)

    def add_disputes(self, records: Mapping[str, Gathered]) -> None:
        """The open disputes; a record that has one is known as disputed, so that no other is asked about."""
        disputed = [
            record.id for record in records.values() if any(known.state == State.DISPUTED for known in record.states.values())
        ]
        if not disputed:
            return
        table = system.dispute

        def make() -> Select[Any]:
            query = select(table.c.record, table.c.id, table.c.node, table.c.part, table.c.cause)
            return query.where(table.c.state.in_(OPEN_STATES)).order_by(table.c.opened_at, table.c.id)

        for record, *rest in self.rows("disputes", table.c.record, disputed, make):
            records[record].disputes.append(OpenDispute(*rest))

    def add_episodes(self, records: Mapping[str, Gathered]) -> None:
        """The clocks that ran or run on them, with their alerts."""
        clock = system.clock
        for record, rule, episode, state, due_at, id_, stands, because in self.rows(
            "episodes", clock.c.record, list(records), _episodes
        ):
            shown = None if id_ is None else Opened(id_, stands != "resolved", because)
            records[record].episodes.append(Episode(rule, episode, Run(state), due_at, shown))

    def add_pieces(self, records: Mapping[str, Gathered]) -> None:
        """The rows that are their parts."""
        if not self.course.children:
            return
        by_key = {record.key: record for record in records.values()}
        for children in self.course.children:
            child, key = self.running.tables[children.table], self.running.key_column(children.table)
            by = child.fields[children.by]
            columns = (by, child.id, key, child.created_at, child.deleted_at, child.version)

            def make(columns: Sequence[ColumnElement[Any]] = columns) -> Select[Any]:
                return select(*(column.label(f"c{place}") for place, column in enumerate(columns))).order_by(columns[1])

            rows = self.rows(f"pieces of {children.per}", by, list(by_key), make)
            for parent, id_, name, born, ended, version in rows:
                by_key[parent].pieces.append(Piece(id_, name or id_, children.per, born, ended, version > 1))

    def add_news(self, records: Mapping[str, Gathered]) -> None:
        """When events last found them, whatever these said."""
        if not self.course.minds_silence:
            return
        table = system.heard
        columns = table.c.record, table.c.part, table.c.source, table.c.at
        for record, part, source, at in self.rows("news", table.c.record, list(records), lambda: select(*columns)):
            records[record].news[part, source] = at

    def add_changes(self, records: Mapping[str, Gathered]) -> None:
        """How the fields that conditions read came to hold what they hold."""
        touched = [record.id for record in records.values() if record.touched]
        if not (touched and self.course.tracked):
            return
        table = system.history

        def make() -> Select[Any]:
            query = select(table.c.record, table.c.field, table.c.at, table.c.old)
            return query.where(table.c.field.in_(sorted(self.course.tracked))).order_by(table.c.id)

        changes: dict[str, list[FieldChange]] = {}
        for record, name, at, old in self.rows("changes", table.c.record, touched, make):
            changes.setdefault(record, []).append(FieldChange(name, at, _value(self.running, self.course, name, old)))
        for record, each in changes.items():
            records[record].past = records[record].past._replace(changes=each)


def _episodes() -> Select[Any]:
    clock, alert = system.clock, system.alert
    opened = (
        (clock.c.record == alert.c.record)
        & (clock.c.rule == alert.c.rule)
        & (clock.c.part == alert.c.part)
        & (clock.c.episode == alert.c.episode)
    )
    columns = (
        clock.c.record, clock.c.rule, clock.c.episode, clock.c.state, clock.c.due_at,
        alert.c.id, alert.c.state, alert.c.resolved_because,
    )  # fmt: skip
    query = select(*(column.label(f"c{place}") for place, column in enumerate(columns)))
    return query.select_from(clock.outerjoin(alert, opened)).where(clock.c.kind.in_(_CLOCKS))


def _value(running: Running, course: Course, name: str, told: object) -> object:
    """The Python value of what the history holds as JSON."""
    return None if told is None else course.table.fields[name].type.parse(told, running.zone)
