"""Schedules: rules that begin by the clock on the wall. What fell due while nothing ran begins once, not as often as missed."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from mailuo.automations.bell import Bell, Silent
from mailuo.automations.members import Members
from mailuo.automations.queue import RUNS
from mailuo.automations.starting import Starting
from mailuo.automations.triggers import Start
from mailuo.base.moments import format_moment
from mailuo.metadata.automation import OnSchedule
from mailuo.records.in_force import InForce
from mailuo.records.running import Running
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.prepared import Question
from mailuo.storage.system import FOREVER

_SCHEDULE = system.schedule
_DUE = Question(
    select(_SCHEDULE.c.automation)
    .where(_SCHEDULE.c.due_at <= bindparam("now", None, type_=_SCHEDULE.c.due_at.type))
    .order_by(_SCHEDULE.c.due_at)
)
_FIRST = select(func.min(_SCHEDULE.c.due_at, type_=_SCHEDULE.c.due_at.type))


class Schedules:
    """Begins what is due; any number of processes may do so."""

    def __init__(self, store: Store, in_force: InForce, bell: Callable[[], Bell] = Silent) -> None:
        self._store = store
        self._in_force = in_force
        self._bell = bell
        self._transactions = Transactions(store, in_force)
        self._ready_for: int | None = None

    def next_due(self, now: datetime) -> datetime | None:
        """When the next schedule is due; None when there is none."""
        self._ready(now)
        with self._store.read() as connection:
            found: datetime | None = connection.scalar(_FIRST)
        return None if found in (None, FOREVER) else found

    def run(self, now: datetime) -> int:
        """How many schedules were due and have begun their runs."""
        self._ready(now)
        with self._store.read() as connection:
            names = [row[0] for row in _DUE.rows(connection, {"now": now})]
        return sum(self._transactions.write(partial(self._begin, name=name, now=now)) for name in names)

    def _ready(self, now: datetime) -> None:
        """Sees, once for each revision, that every schedule has its row, and no other has."""
        number = self._in_force.current.number
        if self._ready_for != number:
            self._transactions.write(partial(_settle, now=now))
            self._ready_for = number

    def _begin(self, connection: Connection, running: Running, careful: bool, *, name: str, now: datetime) -> int:
        query = select(_SCHEDULE).where(_SCHEDULE.c.automation == name, _SCHEDULE.c.due_at <= now)
        if running.dialect == "postgresql":
            query = query.with_for_update(skip_locked=True)
        row = connection.execute(query).first()
        declared = dict(_declared(running)).get(name)
        if row is None or declared is None:
            return 0
        rule, trigger = declared
        cause = f"schedule:{format_moment(row.due_at, trigger.zone)}"
        records = [""] if trigger.of is None else Members(connection, running, now, None, "").rows(trigger.of, trigger.where)
        begun = Starting(connection, running, now).begin(Start(rule, "schedule", cause), trigger.of, records)
        mine = update(_SCHEDULE).where(_SCHEDULE.c.automation == name)
        connection.execute(mine.values(due_at=trigger.cron.next_after(now, trigger.zone) or FOREVER))
        self._bell().ring(RUNS.name, begun)
        return 1


def _settle(connection: Connection, running: Running, careful: bool, *, now: datetime) -> None:
    wanted = dict(_declared(running))
    known = {row.automation: row.cron for row in connection.execute(select(_SCHEDULE.c.automation, _SCHEDULE.c.cron))}
    changed = [name for name, cron in known.items() if name not in wanted or cron != _written(wanted[name][1])]
    if changed:
        connection.execute(delete(_SCHEDULE).where(_SCHEDULE.c.automation.in_(changed)))
    for name, (_, trigger) in wanted.items():
        if name not in known or name in changed:
            due_at = trigger.cron.next_after(now, trigger.zone) or FOREVER
            connection.execute(insert(_SCHEDULE), {"automation": name, "cron": _written(trigger), "due_at": due_at})


def _declared(running: Running) -> Iterator[tuple[str, tuple[str, OnSchedule]]]:
    """The schedules of all rules that are not switched off, each under a name of its own."""
    for automation in running.manifest.automations.values():
        for place, trigger in enumerate(automation.triggers):
            if automation.enabled and isinstance(trigger, OnSchedule):
                yield f"{automation.id}.{place}" if place else automation.id, (automation.id, trigger)


def _written(trigger: OnSchedule) -> str:
    return f"{trigger.cron.text} {trigger.zone.key}"
