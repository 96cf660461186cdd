"""The relay: takes what happened out of the outbox, and begins the runs of the rules that wait for it.

A line is done in the transaction that begins its runs, so each is acted on once, however many relays run. What cannot
be acted on is parked with its reason, and hinders nothing behind it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Integer, bindparam, select, update

from mailuo.automations.bell import Bell, Silent
from mailuo.automations.queue import RUNS
from mailuo.automations.starting import Starting
from mailuo.automations.triggers import Line, cause_of, starts
from mailuo.base.problems import Refusal
from mailuo.base.reasons import kept
from mailuo.flow.event import REACHED
from mailuo.flow.tickets import CONCERNS, Tickets
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.running import Running
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.prepared import Question

PORTION = 100
_OUTBOX, _STATE = system.outbox, system.node_state
_WAITING = Question(
    select(_OUTBOX.c.id)
    .where(_OUTBOX.c.state == "pending")
    .order_by(_OUTBOX.c.id)
    .limit(bindparam("most", None, type_=Integer))
)


class Relay:
    """Acts on events; rings for the runs that it begins."""

    def __init__(
        self, store: Store, in_force: InForce, records: Records, bell: Callable[[], Bell] = Silent
    ) -> None:
        self._store = store
        self._records = records
        self._bell = bell
        self._transactions = Transactions(store, in_force)

    def run(self, now: datetime, limit: int = 10_000) -> int:
        """How many events were acted on, oldest first, at most `limit`."""
        done = 0
        while done < limit:
            with self._store.read() as connection:
                ids = [row[0] for row in _WAITING.rows(connection, {"most": min(PORTION, limit - done)})]
            acted = sum(self._act(id_, now) for id_ in ids)
            if not acted:
                break
            done += acted
        return done

    def _act(self, id_: int, now: datetime) -> int:
        try:
            begun = self._transactions.write(partial(self._one, id_=id_, now=now))
        except Refusal as refusal:
            why = kept(*refusal.problems)
            self._store.write(lambda connection: _mark(connection, id_, "parked", why))
            return 1
        if begun:
            self._bell().ring(RUNS.name, begun)
        return int(begun is not None)

    def _one(
        self, connection: Connection, running: Running, careful: bool, *, id_: int, now: datetime
    ) -> list[str] | None:
        """The runs that one line begins; None if another relay has it."""
        query = select(_OUTBOX).where(_OUTBOX.c.id == id_, _OUTBOX.c.state == "pending")
        if running.dialect == "postgresql":
            query = query.with_for_update(skip_locked=True)
        row = connection.execute(query).first()
        if row is None:
            return None
        line = Line(row.id, row.kind, row.at, row.table or "", row.record or "", row.detail or {})
        if line.kind in CONCERNS:
            tickets = Tickets(connection, running, self._records, now)
            tickets.follow(str(line.detail["dispute"]), quiet=bool(line.detail.get("quiet")))
        starting = Starting(connection, running, now)
        begun = [
            run
            for start in ([] if _was_reached(connection, line) else starts(running.manifest, line))
            for run in starting.begin(start, line.table or None, [line.record], cause=cause_of(line))
        ]
        _mark(connection, id_, "done", None)
        return begun


def _was_reached(connection: Connection, line: Line) -> bool:
    """Whether a node that is reached was so before: it starts rules once, for ever."""
    if line.kind != REACHED:
        return False
    node = _STATE.c.record == line.record, _STATE.c.part == "", _STATE.c.node == line.detail["node"]
    earlier = _STATE.c.state == "reached", _STATE.c.known_from < line.at
    return connection.execute(select(_STATE.c.node).where(*node, *earlier).limit(1)).first() is not None


def _mark(connection: Connection, id_: int, state: str, error: str | None) -> None:
    connection.execute(update(_OUTBOX).where(_OUTBOX.c.id == id_).values(state=state, error=error))
