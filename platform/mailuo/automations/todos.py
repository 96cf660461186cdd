"""Lines on Home: what rules ask people to do: done by hand, or by themselves once their condition is true."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from mailuo.automations.endings import end_lines, told
from mailuo.automations.messages import TODO_DONE, UNKNOWN_TODO
from mailuo.base.clock import Clock
from mailuo.base.moments import format_moment
from mailuo.base.problems import Refusal
from mailuo.records.actor import Actor
from mailuo.records.in_force import InForce
from mailuo.records.messages import NoSuchThing
from mailuo.records.running import Running
from mailuo.records.standing import Finder
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.bulk import insert_many
from mailuo.storage.engine import Store

_TODO = system.todo
_OPEN = _TODO.c.done_at.is_(None)
_MOST = 500
Json = dict[str, Any]


class Todos:
    """The lines on Home."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._transactions = Transactions(store, in_force)

    def open(self, actor: Actor, *, limit: int = _MOST) -> list[Json]:
        """The open lines of the actor, and of the roles it has, oldest first; admin sees all of them."""
        query = select(_TODO).where(_OPEN).order_by(_TODO.c.at, _TODO.c.id).limit(limit)
        if not actor.sees_everything:
            query = query.where(or_(_TODO.c.user == actor.name, _TODO.c.role.in_(actor.roles)))
        with self._store.read() as connection:
            rows = connection.execute(query).all()
            return [shown for row in rows if (shown := self._json(connection, actor, row)) is not None]

    def done(self, actor: Actor, todo: str) -> Json:
        """The line, done by hand; refuses one that is somebody else's, or done already."""

        def work(connection: Connection, running: Running, careful: bool) -> Json:
            query = select(_TODO).where(_TODO.c.id == todo)
            row = connection.execute(query.with_for_update() if running.dialect == "postgresql" else query).first()
            if row is None or not _is_for(row, actor):
                raise NoSuchThing(UNKNOWN_TODO(found=todo[:60]))
            if row.done_at is not None:
                raise Refusal(TODO_DONE())
            now = self._clock.now()
            values = {"done_at": now, "done_by": actor.name}
            ended = connection.execute(update(_TODO).where(_TODO.c.id == todo).values(values).returning(*_TODO.c)).one()
            insert_many(connection, system.outbox, [told(ended._mapping, now)])
            return self._json(connection, actor, ended) or {"id": todo}

        return self._transactions.write(work)

    def end_by_themselves(self, now: datetime) -> int:
        """How many lines have ended because their condition is true now, or because their record is gone."""
        with self._store.read() as connection:
            some = connection.execute(select(_TODO.c.id).where(_OPEN).limit(1)).first()
        return self._transactions.write(partial(_ended, now=now)) if some is not None else 0

    def _json(self, connection: Connection, actor: Actor, row: Row[Any]) -> Json | None:
        """The line as people see it; None where its record is not theirs to see."""
        running, key = self._in_force.current, None
        if row.record:
            try:
                key = Finder(connection, running, actor, row.table, self._clock.now()).standing(row.record).key
            except Refusal:
                return None
        line = {"id": row.id, "text": row.text, "automation": row.automation, "role": row.role, "user": row.user}
        about = {"table": row.table or None, "record": key, "at": format_moment(row.at, running.zone)}
        done = {} if row.done_at is None else {"done_at": format_moment(row.done_at, running.zone), "done_by": row.done_by}
        return {**line, **about, **done}


def _is_for(row: Row[Any], actor: Actor) -> bool:
    return actor.sees_everything or row.user == actor.name or row.role in actor.roles


def _ended(connection: Connection, running: Running, careful: bool, *, now: datetime) -> int:
    return end_lines(connection, running, now)
