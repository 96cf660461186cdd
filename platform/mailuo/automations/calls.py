"""Calls: rows that ask for something outside, made as fast as allowed, again as often as declared, and never in vain.

A call is made between two transactions: one that takes it, asks the switch and the gate, and marks that its effect is
open from here on; one that keeps what became of it. Who dies in between leaves a call of which nobody knows; its
`check`, where one is declared, is asked before it goes out again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from mailuo.automations.bell import Bell
from mailuo.automations.gate import pass_gate
from mailuo.automations.queue import CALLS, Queue, Taken
from mailuo.automations.receiving_messages import NO_OPERATION
from mailuo.automations.switch import is_held
from mailuo.automations.switch_messages import why_off
from mailuo.automations.waits import Waits, asked_for
from mailuo.base.clock import Clock
from mailuo.base.reasons import kept
from mailuo.connectors.conversation import Attempt, Conversation
from mailuo.connectors.environment import Environment, Off, Wired
from mailuo.connectors.filling import storable
from mailuo.connectors.limits import scopes_of
from mailuo.connectors.operations import operation_of
from mailuo.connectors.outcome import Outcome
from mailuo.connectors.resting import Rests
from mailuo.metadata.connector import Operation
from mailuo.records.in_force import InForce
from mailuo.storage import system
from mailuo.storage.bulk import insert_many
from mailuo.storage.engine import Store

_ATTEMPT = system.attempt
OPEN = "open"
"""The outcome of a call of which it is not known whether it had its effect."""
_OFF_WAIT = timedelta(minutes=1)
_LONGEST_QUOTA = timedelta(days=3)
"""For how long a used-up quota does not count as an attempt."""
Ended = Callable[[Connection, str, datetime], str | None]
"""Called in the transaction that ends a call: lets a run go on that waits for it; the run to ring for."""
SwitchedOff = Callable[[Connection, str, datetime], object]
"""Called in the transaction that ends a call whose endpoint takes nothing any more, with the connector."""


@dataclass(frozen=True)
class Calls:
    """Works off the calls."""

    store: Store
    in_force: InForce
    clock: Clock
    environment: Environment
    conversation: Conversation
    waits: Waits
    ended: Ended
    bell: Callable[[], Bell]
    rests: Rests
    switched_off: SwitchedOff

    @property
    def queue(self) -> Queue:
        """The calls."""
        return CALLS

    def do(self, taken: Taken) -> None:
        """Makes one call, or leaves it for later."""
        row = taken.row
        connector = self.in_force.current.manifest.connectors.get(row.connector)
        operation = operation_of(connector, row.operation) if connector else None
        if connector is None or operation is None:
            self._finish(taken, "dead", [], error=kept(NO_OPERATION(connector=row.connector, operation=row.operation)))
            return
        wired = self.environment.wired(connector)
        if isinstance(wired, Off):
            self.store.write(lambda connection: self._later(connection, taken, self.clock.now() + _OFF_WAIT, kept(why_off(wired))))
            return
        if self.store.write(lambda connection: self._may_go(connection, taken, wired, operation)):
            self._made(taken, wired, operation)

    # Before it goes out

    def _may_go(self, connection: Connection, taken: Taken, wired: Wired, operation: Operation) -> bool:
        """Whether the call may go out now; else it is put aside, or left for when it may."""
        CALLS.hold(connection, taken)
        if is_held(connection, wired.connector.id):
            CALLS.end(connection, taken, "held", self.clock.now(), attempts=taken.row.attempts - 1)
            return False
        now = self.clock.now()
        again_at = self.rests.until(wired.connector.id, now)
        if again_at is None:
            recipient = self.conversation.recipient(wired, operation, taken.row.values)
            again_at = pass_gate(connection, scopes_of(wired.connector, operation, recipient), now)
        if again_at is not None:
            self._later(connection, taken, now + self.waits.spread(again_at - now))
            return False
        CALLS.change(connection, taken, outcome=OPEN)
        return True

    def _later(self, connection: Connection, taken: Taken, due_at: datetime, error: str | None = None) -> None:
        """Leaves a call that did not go out for later: it is no attempt."""
        said = {} if error is None else {"error": error}
        CALLS.give_back(connection, taken, due_at, attempts=taken.row.attempts - 1, **said)

    # Going out

    def _made(self, taken: Taken, wired: Wired, operation: Operation) -> None:
        known = self._known_effect(taken.row, wired, operation)
        if known is not None:
            self._finish(taken, "ok", [], known)
            return
        attempts = list(self.conversation.attempts(wired, operation, taken.row.values, taken.row.id))
        outcome = attempts[-1].outcome
        for attempt in attempts:
            self.rests.note(wired.connector.id, attempt.outcome, self.clock.now())
        if outcome.done:
            self._finish(taken, "ok", attempts, outcome, error=outcome.kept)
        elif outcome.kind == "fatal":
            self._finish(taken, "dead", attempts, outcome, error=outcome.kept)
        else:
            self._again(taken, operation, attempts, outcome)

    def _known_effect(self, row: Row[Any], wired: Wired, operation: Operation) -> Outcome | None:
        """What a call came to of which nobody knew: the answer of its `check`, if that finds it."""
        if row.outcome != OPEN or operation.check is None:
            return None
        outcome = self.conversation.ask(wired, wired.connector.operations[operation.check], row.values)
        return outcome if outcome.done else None

    def _again(self, taken: Taken, operation: Operation, attempts: Sequence[Attempt], outcome: Outcome) -> None:
        """Leaves a call to be tried again, unless that was the last time."""
        now, row = self.clock.now(), taken.row
        rests = outcome.kind == "wait" and now - row.at < _LONGEST_QUOTA
        tries = self._tries(row)
        if tries >= operation.limits.times and not rests:
            self._finish(taken, "dead", attempts, outcome, error=outcome.kept)
            return
        own = operation.limits.waits
        waits = Waits(own, self.waits.spread) if own else self.waits
        due_at = waits.next(now, tries, asked_for(outcome.retry_after, now))
        if outcome.wait_for is not None:
            due_at = max(due_at, now + waits.spread(outcome.wait_for))
        stands = {
            "state": "retrying", "status": outcome.status, "error": outcome.kept,
            "outcome": OPEN if outcome.unknown else outcome.kind, "attempts": row.attempts - (1 if rests else 0),
        }  # fmt: skip

        def work(connection: Connection) -> None:
            CALLS.give_back(connection, taken, due_at, **stands)
            insert_many(connection, system.attempt, [_attempt(row, each) for each in attempts])

        self.store.write(work)

    def _tries(self, row: Row[Any]) -> int:
        """How often a call has failed by now; a worker that died at it has not shown that it would.

        Being told to wait is no failure, until a call has waited longer than any quota lasts.
        """
        counts = or_(_ATTEMPT.c.outcome == "retry", _ATTEMPT.c.at >= row.at + _LONGEST_QUOTA)
        failed = select(func.count()).where(_ATTEMPT.c.call == row.id, counts)
        with self.store.read() as connection:
            return min(int(row.attempts), (connection.scalar(failed) or 0) + 1)

    def _finish(
        self, taken: Taken, state: str, attempts: Sequence[Attempt], outcome: Outcome | None = None, error: str | None = None
    ) -> None:
        """Ends a call, and lets the run go on that waits for it."""
        now, row = self.clock.now(), taken.row
        found: Mapping[str, object] = {} if outcome is None else {
            "status": outcome.status, "outcome": OPEN if outcome.unknown else outcome.kind, "answer": storable(outcome.body),
        }  # fmt: skip

        def work(connection: Connection) -> str | None:
            CALLS.end(connection, taken, state, now, error=error, finished_at=now, **found)
            insert_many(connection, system.attempt, [_attempt(row, each) for each in attempts])
            if outcome is not None and outcome.gone:
                self.switched_off(connection, row.connector, now)
            return self.ended(connection, row.id, now) if row.run is not None else None

        run = self.store.write(work)
        if run is not None:
            self.bell().ring("run", [run])


def _attempt(row: Row[Any], attempt: Attempt) -> dict[str, object]:
    outcome = attempt.outcome
    return {
        "call": row.id, "connector": row.connector, "operation": row.operation, "at": attempt.at,
        "milliseconds": attempt.milliseconds, "status": outcome.status, "outcome": outcome.kind, "error": outcome.kept,
    }  # fmt: skip
