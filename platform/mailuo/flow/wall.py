"""The wall: every alert with its state, and acknowledging. Who sees a record sees its alerts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update

from mailuo.base.clock import Clock
from mailuo.base.moments import format_moment, micros, moment
from mailuo.base.problems import Refusal
from mailuo.flow.course import courses
from mailuo.flow.event import event
from mailuo.flow.messages import ALERT_OVER, BAD_CURSOR, UNKNOWN_ALERT, UNKNOWN_STATE
from mailuo.flow.note import checked_note
from mailuo.flow.telling import promise
from mailuo.formulas import Formula
from mailuo.metadata.model import Alert
from mailuo.records.actor import Actor
from mailuo.records.in_force import InForce
from mailuo.records.messages import BadQuestion, NoSuchThing
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.engine import Store

STATES = ("open", "acknowledged", "resolved")
ACKNOWLEDGED = "alert.acknowledged"
"""The kind of event that tells of it."""
_ALERT, _CLOCK, _MESSAGE = system.alert, system.clock, system.message
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts are asked for; blank asks for all."""

    state: str | None = None
    level: str | None = None
    rule: str | None = None
    record: str | None = None
    """A record's key or id."""
    table: str | None = None
    unresolved: bool = False
    """Only those that are not over, acknowledged or not."""
    since: datetime | None = None
    """Only those that became true then or later."""

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The conditions on the alert itself."""
        if self.state is not None and self.state not in STATES:
            raise BadQuestion(UNKNOWN_STATE(found=self.state[:60]))
        for column, value in ((_ALERT.c.state, self.state), (_ALERT.c.level, self.level), (_ALERT.c.rule, self.rule)):
            if value is not None:
                yield column == value
        if self.table is not None:
            yield _ALERT.c.table == self.table
        if self.since is not None:
            yield _ALERT.c.due_at >= self.since
        if self.unresolved:
            yield _ALERT.c.state != "resolved"


EVERYTHING = Wanted()


class Wall:
    """The alerts that an actor may see."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._transactions = Transactions(store, in_force)

    def page(
        self,
        actor: Actor,
        wanted: Wanted = EVERYTHING,
        *,
        limit: int = 50,
        cursor: str | None = None,
        newest: bool = False,
    ) -> tuple[list[Json], str | None]:
        """Alerts in the order in which they opened, and the cursor of the next page if there is one."""
        running = self._in_force.current
        with self._store.read() as connection:
            rows = list(self._rows(connection, running, actor, wanted, limit + 1, cursor, newest))
        rows.sort(key=lambda row: (row.opened_at, row.id), reverse=newest)
        more = len(rows) > limit
        shown = [_json(running, actor, row) for row in rows[:limit]]
        return shown, f"{micros(rows[limit - 1].opened_at)}.{rows[limit - 1].id}" if more else None

    def counts(self, actor: Actor) -> Mapping[tuple[str, str, str], int]:
        """How many alerts there are that are not over, by state, level and rule."""
        running = self._in_force.current
        found: dict[tuple[str, str, str], int] = {}
        names = (_ALERT.c.state, _ALERT.c.level, _ALERT.c.rule)
        with self._store.read() as connection:
            for table, seen in self._tables(running, actor):
                joined = _ALERT.outerjoin(running.tables[table].table, _ALERT.c.record == running.tables[table].id)
                query = select(*names, func.count()).select_from(joined).group_by(*names)
                for *name, count in connection.execute(query.where(_ALERT.c.state != "resolved", seen)):
                    found[name[0], name[1], name[2]] = count
        return found

    def number(self, actor: Actor, wanted: Wanted = EVERYTHING) -> int:
        """How many alerts there are that are wanted."""
        running, found = self._in_force.current, 0
        with self._store.read() as connection:
            for table, seen in self._tables(running, actor):
                joined = _ALERT.outerjoin(running.tables[table].table, _ALERT.c.record == running.tables[table].id)
                query = select(func.count()).select_from(joined).where(seen, *wanted.conditions())
                if wanted.record is not None:
                    query = query.where(_of(running, table, wanted.record))
                found += connection.scalar(query) or 0
        return found

    def open_of(self, table: str, records: Sequence[str]) -> Mapping[str, list[tuple[str, str]]]:
        """The alerts of these records that are not over: rule and level."""
        query = select(_ALERT.c.record, _ALERT.c.rule, _ALERT.c.level).order_by(_ALERT.c.opened_at)
        there = _ALERT.c.record.in_(records), _ALERT.c.table == table, _ALERT.c.state != "resolved"
        found: dict[str, list[tuple[str, str]]] = {}
        with self._store.read() as connection:
            for record, rule, level in connection.execute(query.where(*there)):
                found.setdefault(record, []).append((rule, level))
        return found

    def messages(self, alerts: Sequence[str]) -> Mapping[str, list[tuple[str, str]]]:
        """Who was told of each alert: by what way, and which role or person (empty: everybody)."""
        query = select(_MESSAGE.c.alert, _MESSAGE.c.via, _MESSAGE.c.role, _MESSAGE.c.user).order_by(_MESSAGE.c.id)
        found: dict[str, list[tuple[str, str]]] = {}
        with self._store.read() as connection:
            for alert, via, role, user in connection.execute(query.where(_MESSAGE.c.alert.in_(alerts))):
                told = via, role or user or ""
                if told not in found.setdefault(alert, []):
                    found[alert].append(told)
        return found

    def see(self, actor: Actor, alert: str) -> Json:
        """One alert; refuses one that the actor may not see."""
        with self._store.read() as connection:
            running = self._in_force.current
            return _json(running, actor, self._one(connection, running, actor, alert))

    def acknowledge(self, actor: Actor, alert: str, note: str | None) -> Json:
        """The alert, acknowledged: nobody is reminded any more, and it stays until the flow ends it."""

        def work(connection: Connection, running: Running, careful: bool) -> Json:
            row = self._one(connection, running, actor, alert)
            if row.state == "resolved":
                raise Refusal(ALERT_OVER())
            values = {"state": "acknowledged", "acknowledged_at": self._clock.now(), "acknowledged_by": actor.name, "note": checked_note(note)}
            connection.execute(update(_ALERT).where(_ALERT.c.id == alert).values(values))
            reminders = (
                _CLOCK.c.record == row.record, _CLOCK.c.rule == row.rule, _CLOCK.c.episode == row.episode,
                _CLOCK.c.kind == "remind", _CLOCK.c.state == "pending",
            )  # fmt: skip
            connection.execute(update(_CLOCK).where(*reminders).values(state="void"))
            told = {"rule": row.rule, "alert": alert, "episode": row.episode}
            connection.execute(insert(system.outbox), event(ACKNOWLEDGED, self._clock.now(), row.table, row.record, told))
            return _json(running, actor, self._one(connection, running, actor, alert))

        return self._transactions.write(work)

    def _one(self, connection: Connection, running: Running, actor: Actor, alert: str) -> Row[Any]:
        for table, seen in self._tables(running, actor):
            row = connection.execute(_select(running, table).where(_ALERT.c.id == alert, seen)).first()
            if row is not None:
                return row
        raise NoSuchThing(UNKNOWN_ALERT(found=alert[:60]))

    def _rows(
        self,
        connection: Connection,
        running: Running,
        actor: Actor,
        wanted: Wanted,
        limit: int,
        cursor: str | None,
        newest: bool,
    ) -> Iterable[Row[Any]]:
        conditions = [*wanted.conditions(), *_after(cursor, newest)]
        order = (_ALERT.c.opened_at.desc(), _ALERT.c.id.desc()) if newest else (_ALERT.c.opened_at, _ALERT.c.id)
        for table, seen in self._tables(running, actor):
            query = _select(running, table).where(seen, *conditions)
            if wanted.record is not None:
                query = query.where(_of(running, table, wanted.record))
            yield from connection.execute(query.order_by(*order).limit(limit))

    def _tables(self, running: Running, actor: Actor) -> Iterator[tuple[str, ColumnElement[bool]]]:
        """The tables with a flow that the actor may read, and what an alert's record has to be to be seen."""
        access = running.policy.access(actor)
        for table in courses(running):
            if not access.reads(table):
                continue
            visible = Reach.of(running, table, running.context(self._clock.now(), actor)).seen(access.tables[table])
            there = and_(running.tables[table].id.is_not(None), *visible)
            yield table, and_(_ALERT.c.table == table, or_(_ALERT.c.record == "", there))


def _select(running: Running, table: str) -> Any:
    declared = running.tables[table]
    joined = _ALERT.outerjoin(declared.table, _ALERT.c.record == declared.id)
    return select(_ALERT, running.key_column(table).label("its_key")).select_from(joined)


def _after(cursor: str | None, newest: bool) -> Iterator[ColumnElement[bool]]:
    if cursor is None:
        return
    at, _, id_ = cursor.partition(".")
    if not at.isdecimal() or len(at) > 17 or not id_:
        raise BadQuestion(BAD_CURSOR(found=cursor[:60]))
    opened = moment(int(at))
    column, same = _ALERT.c.opened_at, and_(_ALERT.c.opened_at == opened)
    if newest:
        yield or_(column < opened, and_(same, _ALERT.c.id < id_))
    else:
        yield or_(column > opened, and_(same, _ALERT.c.id > id_))


def _of(running: Running, table: str, record: str) -> ColumnElement[bool]:
    """Whether an alert's record has this key or id."""
    return or_(running.key_column(table) == record, running.tables[table].id == record)


def _tells(running: Running, actor: Actor, rule: Alert, formulas: Iterable[Formula]) -> bool:
    """Whether the actor may ask everything that these formulas of the rule read."""
    access = running.policy.access(actor)
    return all(access.asks(rule.on, path) for formula in formulas for path in formula.reads)


def _json(running: Running, actor: Actor, row: Row[Any]) -> Json:
    """An alert as the API writes it; its cause, and when it was due, only for who sees what they were found by."""

    def shown(at: datetime | None) -> str | None:
        return None if at is None else format_moment(at, running.zone)

    rule = running.manifest.alerts.get(row.rule)
    promised = promise(rule) if rule else None
    told = {
        "id": row.id, "rule": row.rule, "title": rule.title if rule else row.rule, "level": row.level, "table": row.table,
        "record": row.its_key or row.record, "state": row.state, "opened_at": shown(row.opened_at),
    }  # fmt: skip
    more = {
        "due_at": shown(row.due_at) if rule is None or promised is None or _tells(running, actor, rule, [promised]) else None,
        "resolved_at": shown(row.resolved_at), "resolved_because": row.resolved_because, "because": row.cause if rule and _tells(running, actor, rule, (cause.when for cause in rule.because)) else None,
        "acknowledged_at": shown(row.acknowledged_at), "acknowledged_by": row.acknowledged_by, "note": row.note,
    }  # fmt: skip
    return {**told, **{name: value for name, value in more.items() if value is not None}}
