"""The relay: takes what happened out of the outbox, and makes what rules then ask for.

A line is done in the transaction that makes its records, so each is acted on once, however many relays run. What
cannot be made is parked with its reason, and hinders nothing behind it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from mailuo.automations.making import make
from mailuo.base.problems import Refusal
from mailuo.flow.event import OPENED, WITHDRAWN
from mailuo.flow.tickets import CONCERNS, Tickets
from mailuo.metadata.automation import Create, Step
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.running import Running
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.engine import Store

PORTION = 100
_OUTBOX = system.outbox


class Relay:
    """Acts on events."""

    def __init__(self, store: Store, in_force: InForce, records: Records) -> None:
        self._store = store
        self._records = records
        self._transactions = Transactions(store, in_force)

    def run(self, now: datetime, limit: int = 10_000) -> int:
        """How many events were acted on, oldest first, at most `limit`."""
        done = 0
        while done < limit:
            with self._store.read() as connection:
                waiting = select(_OUTBOX.c.id).where(_OUTBOX.c.state == "pending").order_by(_OUTBOX.c.id)
                ids = list(connection.scalars(waiting.limit(min(PORTION, limit - done))))
            acted = sum(self._act(id_, now) for id_ in ids)
            if not acted:
                break
            done += acted
        return done

    def _act(self, id_: int, now: datetime) -> int:
        try:
            return self._transactions.write(lambda connection, running, careful: self._one(connection, running, id_, now))
        except Refusal as refusal:
            why = "; ".join(problem.line() for problem in refusal.problems)
            self._store.write(lambda connection: _mark(connection, id_, "parked", why))
            return 1

    def _one(self, connection: Connection, running: Running, id_: int, now: datetime) -> int:
        """Acts on one line, if no other relay has it; how many lines that were."""
        query = select(_OUTBOX).where(_OUTBOX.c.id == id_, _OUTBOX.c.state == "pending")
        if running.dialect == "postgresql":
            query = query.with_for_update(skip_locked=True)
        line = connection.execute(query).first()
        if line is None:
            return 0
        if line.kind in CONCERNS:
            quiet = bool(line.detail.get("quiet"))
            Tickets(connection, running, self._records, now).follow(line.detail["dispute"], quiet=quiet)
        for step in _steps(running, line):
            if isinstance(step.deed, Create):
                make(connection, running, self._records, step.deed, line.table, line.record, now)
        _mark(connection, id_, "done", None)
        return 1


def _steps(running: Running, line: Row[Any]) -> tuple[Step, ...]:
    """What the rule of an alert asks for now that it opened, or turned out never to have been true."""
    rule = running.manifest.alerts.get(line.detail.get("rule", ""))
    if rule is None:
        return ()
    return {OPENED: rule.then, WITHDRAWN: rule.on_withdrawn}.get(line.kind, ())


def _mark(connection: Connection, id_: int, state: str, error: str | None) -> None:
    connection.execute(update(_OUTBOX).where(_OUTBOX.c.id == id_).values(state=state, error=error))
