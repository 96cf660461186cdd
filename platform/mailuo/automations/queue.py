"""Queues: rows that are worked off, each by one worker at a time, however many there are and whoever dies.

A row is taken with a lease and the number of its taking, the fence. Every transaction that has an effect holds the row
first: where another worker has taken it meanwhile, nothing of this one counts any longer. The database is the truth;
a bell only says where to look.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Table,
    and_,
    bindparam,
    case,
    exists,
    literal,
    or_,
    select,
    true,
    type_coerce,
    update,
)

from mailuo.automations.messages import DIED
from mailuo.base.reasons import kept
from mailuo.flow.event import RUN_ENDED, event
from mailuo.storage import system
from mailuo.storage.bulk import insert_many
from mailuo.storage.prepared import Command, Question, command

LEASE = timedelta(seconds=30)
HEARTBEAT = timedelta(seconds=10)
MOST_DEATHS = 20
"""How often a row may be taken, its last worker having died, before it is put aside."""
_SEPARATOR = "/"


class LostLease(Exception):
    """The row was taken by another worker meanwhile; nothing of this one counts any longer."""


class Lane(StrEnum):
    """Who does the work of a queue: each lane has workers of its own, so that none of them waits for another."""

    HEARD = "heard"
    """What the outside has told: soon done, and people look for it at once."""
    INWARD = "inward"
    """What follows from it here."""
    OUTWARD = "outward"
    """What speaks to the outside, which may take its time to answer."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that is this worker's for now: as it was when it was taken."""

    key: str
    row: Any
    """What its columns held, by their names."""
    fence: int


@dataclass(frozen=True)
class Queue:
    """One of the system's tables whose rows are worked off.

    A row waits in one of the `ready` states; `parked` is where one ends that cannot be worked off, and `why` the column
    that says the reason. A table without states has rows that come up again and again. Rows that have the columns of
    `line` alike stand in one line: they are taken one after another, in the order of their keys, and one that waits for
    something else lets those behind it pass. What stands in the columns of `emptied` is of no use to a parked row.
    """

    name: str
    table: Table
    ready: tuple[str, ...] = ()
    parked: str = ""
    why: str = "error"
    line: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    lane: Lane = Lane.INWARD
    tells: Callable[[Any, str, datetime], Mapping[str, object]] | None = None
    """Makes the line of the outbox that says in which state a row ended; None where nobody has to hear of it."""

    # Looking

    def due(self, connection: Connection, now: datetime, most: int) -> list[str]:
        """The keys of rows that are due and nobody's, those that are due longest first."""
        rows = self._looking.rows(connection, {"now": now, "most": most})
        return [_SEPARATOR.join(map(str, row)) for row in rows]

    @cached_property
    def _looking(self) -> Question:
        """What is asked several times a second, with `now` and `most`."""
        now: ColumnElement[Any] = bindparam("now", None, type_=self.table.c.due_at.type)
        query = select(*self._keys).where(self._waits, self._is_due(now), self._free(now))
        return Question(query.order_by(self.table.c.due_at, *self._keys).limit(bindparam("most", None, type_=Integer)))

    def next_due(self, connection: Connection, now: datetime) -> datetime | None:
        """When the next row can be taken: once it is due and its lease, if it has one, has run out; None when nothing waits.

        One that stands behind another in its line comes after that, which is no moment of its own.
        """
        due_at, lease = self.table.c.due_at, self.table.c.lease_until
        free_at = type_coerce(case((lease > due_at, lease), else_=due_at), due_at.type)
        then = type_coerce(case((free_at > now, free_at), else_=literal(now, due_at.type)), due_at.type)
        query = select(free_at).where(self._waits, self._is_first(then))
        at: datetime | None = connection.scalar(query.order_by(free_at).limit(1))
        return at

    def behind(self, connection: Connection, taken: Taken, now: datetime) -> list[str]:
        """The key of the row that is next in the line of one that is no longer worked on, if there is any."""
        if not self.line:
            return []
        key = self._keys[0]
        same = (self.table.c[name] == getattr(taken.row, name) for name in self.line)
        query = select(key).where(*same, key > taken.key, self._waits, self._is_due(now), self._free(now))
        return [str(found) for found in connection.scalars(query.order_by(key).limit(1))]

    # Taking and giving back, each in the transaction that the connection is in

    def take(self, connection: Connection, key: str, now: datetime) -> Taken | None:
        """The row with a key for this worker; None where it is somebody's, not due, not its turn, or no longer waits."""
        rows = self._taking.rows(connection, {**self._named(key), "now": now})
        if not rows:
            return None
        row = self._row(*rows[0])
        if self.parked and row.lease_until is not None and row.attempts >= MOST_DEATHS:
            put_aside = {"state": self.parked, "lease_until": None, **self._aside(kept(DIED(count=row.attempts)))}
            self._changing(tuple(put_aside)).run_all(connection, [self._told(key, row.fence, put_aside)])
            self._tell(connection, row, self.parked, now)
            return None
        counted = {"attempts": row.attempts + 1} if "attempts" in self.table.c else {}
        taken = {"lease_until": now + LEASE, "fence": row.fence + 1, **counted}
        self._changing(tuple(taken)).run_all(connection, [self._told(key, row.fence, taken)])
        return Taken(key, row._replace(**taken), row.fence + 1)

    @cached_property
    def _taking(self) -> Question:
        """The row with a key that may be taken at `now`; nobody else changes it until the transaction ends."""
        now: ColumnElement[Any] = bindparam("now", None, type_=self.table.c.due_at.type)
        query = select(self.table).where(self._this, self._waits, self._is_due(now), self._free(now), self._is_first(now))
        return Question(query.with_for_update(skip_locked=True))

    @cached_property
    def _row(self) -> Any:
        """Makes a row of the values of its columns."""
        return namedtuple(self.name, [column.name for column in self.table.columns])

    def hold(self, connection: Connection, taken: Taken) -> None:
        """Keeps everybody else from the row until the transaction ends; raises LostLease when it is not ours."""
        if not self._holding.rows(connection, self._told(taken.key, taken.fence, {})):
            raise LostLease(self.name, taken.key)

    @cached_property
    def _holding(self) -> Question:
        """The row that still has a fence, kept from others."""
        return Question(select(self.table.c.fence).where(self._this, self._is_fenced).with_for_update())

    def extend(self, connection: Connection, taken: Taken, now: datetime) -> bool:
        """Whether the row is still ours, which it then is for another while."""
        return self._changed(connection, taken, {"lease_until": now + LEASE})

    def change(self, connection: Connection, taken: Taken, **values: object) -> None:
        """Changes the row and goes on with it; raises LostLease when it is not ours."""
        if not self._changed(connection, taken, values):
            raise LostLease(self.name, taken.key)

    def give_back(self, connection: Connection, taken: Taken, due_at: datetime, **values: object) -> None:
        """Leaves the row to whoever comes once it is due; raises LostLease when it is not ours."""
        self.change(connection, taken, **{"due_at": due_at, "lease_until": None, **values})

    def end(self, connection: Connection, taken: Taken, state: str, now: datetime, **values: object) -> None:
        """Ends the work on a row in a state in which it no longer waits; raises LostLease when it is not ours."""
        self.change(connection, taken, **{"state": state, "lease_until": None, **values})
        self._tell(connection, taken.row, state, now)

    def park(self, connection: Connection, taken: Taken, reason: str, now: datetime) -> None:
        """Puts a row aside that cannot be worked off, with the reason."""
        self.end(connection, taken, self.parked, now, **self._aside(reason))

    def again(self, connection: Connection, key: str, now: datetime, state: str, **values: object) -> bool:
        """Whether a row that had ended is to be worked off again, from now on."""
        fresh = {"state": state, "due_at": now, "lease_until": None, "attempts": 0, **values}
        ended = self.table.c.state.not_in(self.ready)
        return connection.execute(update(self.table).where(self._with(key), ended).values(**fresh)).rowcount == 1

    def _aside(self, reason: str) -> dict[str, object]:
        return {self.why: reason, **dict.fromkeys(self.emptied)}

    def _tell(self, connection: Connection, row: Any, state: str, now: datetime) -> None:
        if self.tells is not None:
            insert_many(connection, system.outbox, [self.tells(row, state, now)])

    # Conditions

    @property
    def _keys(self) -> Sequence[Column[Any]]:
        return list(self.table.primary_key.columns)

    @property
    def _waits(self) -> ColumnElement[bool]:
        """That a row is in a state in which it waits: an *or* of equalities, as the partial indexes have them."""
        return or_(*(self.table.c.state == state for state in self.ready)) if self.ready else true()

    def _is_due(self, now: datetime | ColumnElement[Any]) -> ColumnElement[bool]:
        due: ColumnElement[bool] = self.table.c.due_at <= now
        return due

    def _free(self, now: datetime | ColumnElement[Any]) -> ColumnElement[bool]:
        return or_(self.table.c.lease_until.is_(None), self.table.c.lease_until <= now)

    def _is_first(self, now: datetime | ColumnElement[Any]) -> ColumnElement[bool]:
        """That nothing before it in its line is under way, or could be by then."""
        if not self.line:
            return true()
        before, (key,) = self.table.alias("before"), self._keys
        same = (before.c[name] == self.table.c[name] for name in self.line)
        ready = or_(*(before.c.state == state for state in self.ready))
        return ~exists().where(*same, before.c[key.name] < key, ready, before.c.due_at <= now)

    def _with(self, key: str) -> ColumnElement[bool]:
        return and_(*(column == part for column, part in zip(self._keys, self._parts(key), strict=True)))

    def _parts(self, key: str) -> Sequence[str]:
        return key.split(_SEPARATOR, len(self._keys) - 1)

    # Conditions of statements that are ready, and what they name

    @property
    def _this(self) -> ColumnElement[bool]:
        return and_(*(column == bindparam(f"this_{column.name}", None, type_=column.type) for column in self._keys))

    @property
    def _is_fenced(self) -> ColumnElement[bool]:
        return self.table.c.fence == bindparam("this_fence", None, type_=self.table.c.fence.type)

    def _named(self, key: str) -> dict[str, object]:
        return {f"this_{column.name}": part for column, part in zip(self._keys, self._parts(key), strict=True)}

    def _told(self, key: str, fence: int, values: Mapping[str, object]) -> dict[str, object]:
        return {**self._named(key), "this_fence": fence, **{f"to_{name}": value for name, value in values.items()}}

    def _changing(self, names: tuple[str, ...]) -> Command:
        """The change of these columns of a row that has a fence."""
        columns = self.table.c

        def make() -> Command:
            values = {name: bindparam(f"to_{name}", type_=columns[name].type) for name in names}
            return Command(update(self.table).where(self._this, self._is_fenced).values(values))

        return command(self.table, ("of a queue", *names), make)

    def _changed(self, connection: Connection, taken: Taken, values: Mapping[str, object]) -> bool:
        return self._changing(tuple(values)).run(connection, self._told(taken.key, taken.fence, values)) == 1


def run_ended(row: Any, state: str, now: datetime) -> Mapping[str, object]:
    """The line of the outbox that tells of a run's end."""
    return event(RUN_ENDED, now, row.table or "", row.record, {"id": row.id, "automation": row.automation, "state": state})


INBOX = Queue("inbox", system.inbox, ("new",), "dead", "reason", emptied=("sought",), lane=Lane.HEARD)
RUNS = Queue("run", system.run, ("waiting",), "parked", line=("record", "at"), tells=run_ended)
CALLS = Queue("call", system.call, ("waiting", "retrying"), "dead", lane=Lane.OUTWARD)
DELIVERIES = Queue("delivery", system.delivery, ("waiting", "retrying"), "dead")
POSITIONS = Queue("position", system.position, lane=Lane.OUTWARD)
SCHEDULES = Queue("schedule", system.schedule)
QUEUES = {queue.name: queue for queue in (INBOX, RUNS, CALLS, DELIVERIES, POSITIONS, SCHEDULES)}
"""Every queue there is."""
