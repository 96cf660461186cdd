"""Changes: what follows for timelines, clocks and alerts when records are made, changed, trashed or returned."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, select

from mailuo.flow.course import Course, course_of, courses_over
from mailuo.flow.ending import end_alerts
from mailuo.flow.episode import Because, Resolve
from mailuo.flow.following import Following
from mailuo.flow.gathering import gather, gather_born
from mailuo.flow.listening import listening_to
from mailuo.records.change import Change
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many
from mailuo.storage.rows import lock


@dataclass(frozen=True)
class Born:
    """New records that are about to be written."""

    columns: Mapping[str, Mapping[str, object]]
    """How their rows show their lines from the beginning, by record id."""
    _parents: Sequence[Callable[[], object]] = ()
    """What lets the lines of the records follow of which they are parts."""

    def follow(self) -> None:
        """Lets follow what does, once they are written."""
        for follow in self._parents:
            follow()


class FlowChanges:
    """The floor of flows as the door to data calls it, in the transaction of each change."""

    def births(self, connection: Connection, running: Running, changes: Sequence[Change]) -> "Born":
        """What follows from new records of one table but what becomes of their parents, and where their lines begin."""
        if not changes:
            return Born({})
        parents = list(self._parents(connection, running, changes))
        self._tell(connection, running, changes)
        course = course_of(running, changes[0].table)
        columns: Mapping[str, Mapping[str, object]] = {}
        if course is not None:
            following = Following(connection, running, course, changes[0].at, changes[0].quiet, told=True)
            columns = following.begin(gather_born(connection, running, course, changes).values())
        return Born(columns, parents)

    def records_changed(self, connection: Connection, running: Running, changes: Sequence[Change]) -> None:
        """Lets timelines, clocks and alerts follow from the changes of one table; not from births."""
        if not changes:
            return
        table = changes[0].table
        self._tell(connection, running, changes)
        course = course_of(running, table)
        if course is not None:
            self._own(connection, running, course, changes)
        for follow in self._parents(connection, running, changes):
            follow()
        running.tell(connection, table, ((change.record, _names(change)) for change in changes), changes[0].at)

    def _tell(self, connection: Connection, running: Running, changes: Sequence[Change]) -> None:
        """Lets rules hear of the changes."""
        insert_many(connection, system.outbox, list(listening_to(running, changes[0].table).lines(changes)))

    def _own(self, connection: Connection, running: Running, course: Course, changes: Sequence[Change]) -> None:
        gone = [change.record for change in changes if change.new is None]
        touched = [change.record for change in changes if change.new is not None and _concerns(course, change)]
        first = changes[0]
        if gone:
            _silence(connection, running, gone, first)
        if touched:
            following = Following(connection, running, course, first.at, first.quiet, told=True)
            following.settle(gather(connection, running, course, touched).values())

    def _parents(
        self, connection: Connection, running: Running, changes: Sequence[Change]
    ) -> Iterator[Callable[[], object]]:
        """What lets the lines of other records follow, of which rows became, or are no longer, parts; they are held."""
        for course, children in courses_over(running, changes[0].table):
            ids = _held(connection, running, course, {key for change in changes for key in _holders(change, children.by)})
            if ids:
                following = Following(connection, running, course, changes[0].at, changes[0].quiet)
                yield partial(following.follow, ids)


def _held(connection: Connection, running: Running, course: Course, keys: Set[str]) -> Sequence[str]:
    """The ids of records with these keys, which nobody else changes until the transaction ends."""
    if not keys:
        return ()
    declared, column = running.tables[course.table.id], running.key_column(course.table.id)
    ids = sorted(connection.scalars(select(declared.id).where(column.in_(keys), declared.deleted_at.is_(None))))
    for record in ids:
        lock(connection, declared, record)
    return ids


def _concerns(course: Course, change: Change) -> bool:
    """Whether a change can move the line: a birth, a return, or another value of a field that conditions read."""
    old, new = change.old, change.new
    if old is None or new is None:
        return True
    return any(old.get(name) != new.get(name) for name in course.fields)


def _names(change: Change) -> Set[str]:
    """The fields whose values have changed; all of them where the record goes."""
    old, new = change.old or {}, change.new
    return set(old) if new is None else {name for name, value in new.items() if value != old.get(name)}


def _holders(change: Change, by: str) -> Iterable[str]:
    """The keys of the records of which the row was, or now is, a part."""
    old, new = change.old or {}, change.new or {}
    if change.old is not None and change.new is not None and old.get(by) == new.get(by):
        return ()
    return (str(key) for key in (old.get(by), new.get(by)) if key is not None)


def _silence(connection: Connection, running: Running, records: Sequence[str], change: Change) -> None:
    """Stops every clock of records that went to the trash, and ends their alerts."""
    alert, clock = system.alert, system.clock
    query = select(alert.c.record, alert.c.id, alert.c.rule, alert.c.episode)
    there = alert.c.record.in_(records), alert.c.state != "resolved"
    ended = [(record, Resolve(id_, rule, episode, Because.DELETED)) for record, id_, rule, episode in connection.execute(query.where(*there))]
    end_alerts(connection, running, change.at, ended)
    running_on = clock.c.record.in_(records), clock.c.state.in_(("pending", "held"))
    connection.execute(clock.update().where(*running_on).values(state="void"))
