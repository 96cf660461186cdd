"""Recomputing: after a publication the clocks of what changed are set anew, in batches; a crash loses none of it."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from sqlalchemy import ColumnElement, Connection, func, or_, select

from mailuo.base.clock import Clock
from mailuo.flow.course import course_of, courses
from mailuo.flow.ending import end_alerts
from mailuo.flow.episode import Because, Resolve
from mailuo.flow.following import Following
from mailuo.metadata.model import Manifest
from mailuo.records.in_force import InForce
from mailuo.records.running import Running
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.declared import DeclaredTable
from mailuo.storage.engine import Store
from mailuo.storage.rows import lock

PORTION = 200
Told = Callable[[int, int], None]
"""Is told how many records of how many are done."""


def _nobody(done: int, total: int) -> None:
    """Tells nobody."""


class Recomputing:
    """Brings the records that are still under way up to the revision in force."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._transactions = Transactions(store, in_force)

    def after(self, old: Manifest | None, told: Told = _nobody) -> int:
        """How many records were brought up to date after the revision in force took the place of `old`.

        `told` hears how far it is after every portion, and may stop it by raising.
        """
        running = self._in_force.current
        self._transactions.write(lambda connection, now_running, careful: self._end_orphans(connection, now_running))
        tables = [table for table in courses(running) if concerned(old, running.manifest, table)]
        total, done = sum(map(self._under_way, tables)), 0
        for table in tables:
            for ids in self._portions(table):
                done += self._transactions.write(partial(self._portion, table=table, ids=ids))
                told(done, max(done, total))
        return done

    def table(self, table: str) -> int:
        """How many records of a table were brought up to date: those that are not closed."""
        return sum(
            self._transactions.write(partial(self._portion, table=table, ids=ids)) for ids in self._portions(table)
        )

    def _under_way(self, table: str) -> int:
        declared = self._in_force.current.tables[table]
        query = select(func.count()).select_from(declared.table)
        with self._store.read() as connection:
            return connection.scalar(query.where(*_unsettled(declared))) or 0

    def _portions(self, table: str) -> Iterator[list[str]]:
        after = ""
        while True:
            declared = self._in_force.current.tables[table]
            query = select(declared.id).where(declared.id > after, *_unsettled(declared))
            with self._store.read() as connection:
                ids = list(connection.scalars(query.order_by(declared.id).limit(PORTION)))
            if not ids:
                return
            yield ids
            after = ids[-1]

    def _portion(self, connection: Connection, running: Running, careful: bool, *, table: str, ids: list[str]) -> int:
        course = course_of(running, table) if table in running.manifest.tables else None
        if course is None:
            return 0
        for record in ids:
            lock(connection, running.tables[table], record)
        Following(connection, running, course, self._clock.now(), published=running.number, told=True).follow(ids)
        return len(ids)

    def _end_orphans(self, connection: Connection, running: Running) -> None:
        """Ends the alerts and stops the clocks of rules that are there no longer."""
        alert, clock = system.alert, system.clock
        alive = [rule.id for rule in running.manifest.alerts.values() if rule.enabled]
        query = select(alert.c.record, alert.c.id, alert.c.rule, alert.c.episode)
        gone = alert.c.state != "resolved", alert.c.rule.not_in(alive)
        ended = [(row[0], Resolve(row[1], row[2], row[3], Because.RULE)) for row in connection.execute(query.where(*gone))]
        end_alerts(connection, running, self._clock.now(), ended)
        waiting = clock.c.state.in_(("pending", "held")), clock.c.kind.not_in(("auto", "grace")), clock.c.rule.not_in(alive)
        connection.execute(clock.update().where(*waiting).values(state="void"))


def _unsettled(declared: DeclaredTable) -> tuple[ColumnElement[bool], ...]:
    """The records that are still under way, or disputed although they have left the line."""
    return or_(declared.closed.is_(False), declared.disputed.is_(True)), declared.deleted_at.is_(None)


def concerned(old: Manifest | None, new: Manifest, table: str) -> bool:
    """Whether what two revisions say about a table's line, its rules, its arbitrations or the calendars differs."""
    if old is None or table not in old.tables:
        return True
    return _shape(old, table) != _shape(new, table)


def _shape(manifest: Manifest, table: str) -> tuple[object, ...]:
    rules: Mapping[str, object] = {rule.id: repr(rule) for rule in manifest.alerts.values() if rule.on == table}
    judges = {rule.id: repr(rule) for rule in manifest.arbitrations.values() if rule.on == table}
    return repr(manifest.tables[table].flow), rules, judges, repr(manifest.calendars), manifest.workspace.timezone, manifest.workspace.calendar
