"""Runs: rules at work, step by step; each step and its line of the journal are one transaction.

A run that was broken off goes on at the first step that is not in its journal, so nothing is done twice. A step that
waits for an answer leaves the run to whoever brings it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, select, update

from mailuo.automations.actions import ACTIONS, Acting, Outcome, RunFacts
from mailuo.automations.actions.calling import OK, answer_of
from mailuo.automations.actions.making import void_vanished
from mailuo.automations.journals import journal_of, note
from mailuo.automations.members import Member, Members, OutsideMember, member_of
from mailuo.automations.messages import CALL_FAILED, DROPPED, RULE_GONE
from mailuo.automations.program import DONE, FAILED, RETRYING, SKIPPED, WAITING, Entry, Journal, Stop, every_step, walk
from mailuo.automations.programs import Program, Programs
from mailuo.automations.queue import RUNS, Queue, Taken
from mailuo.automations.waits import Waits
from mailuo.base.clock import Clock
from mailuo.base.problems import Refusal
from mailuo.base.reasons import kept, reason_of
from mailuo.flow.event import Cause, caused_by
from mailuo.metadata.automation import Call
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.running import Running
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.system import FOREVER

_RUN, _CALL = system.run, system.call
VOIDED = "void"
"""The place of the line that tells which rows are no longer made."""


Addresses = Callable[[str | None, str], Mapping[str, str]]
"""Gives the addresses of the public forms about a record of a table."""


def no_forms(table: str | None, record: str) -> Mapping[str, str]:
    """No addresses, where there are no forms."""
    return {}


@dataclass
class _Going:
    """A run as this worker has it: its program, its journal, and what its steps may name."""

    taken: Taken
    program: Program
    journal: Journal
    held: dict[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> RunFacts:
        """What actions know of the run."""
        row = self.taken.row
        return RunFacts(row.id, row.automation, row.table, row.record, row.revision)

    @property
    def cause(self) -> Cause:
        """What is written of everything that the run brings about."""
        row = self.taken.row
        return Cause(row.id, row.chain, row.depth)

    def named(self, item: Any) -> dict[str, Member]:
        """What names stand for in a step."""
        return {**named_by(self.taken.row.event, self.held), **({} if item is None else {"item": member_of(item)})}


class Runs:
    """Works off runs."""

    queue: Queue = RUNS

    def __init__(
        self, store: Store, in_force: InForce, clock: Clock, records: Records, waits: Waits, addresses: Addresses = no_forms
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._clock = clock
        self._records = records
        self._waits = waits
        self._programs = Programs(store, in_force)
        self._transactions = Transactions(store, in_force)

    def do(self, taken: Taken) -> None:
        """Takes the steps that are left, until the run ends, waits, or has to be tried again later."""
        program = self._programs.of(taken.row.automation, taken.row.revision)
        if program is None:
            raise Refusal(RULE_GONE(found=taken.row.automation))
        with self._store.read() as connection:
            journal = journal_of(connection, taken.row.id)
        going = _Going(taken, program, journal, dict(taken.row.held or {}))
        for stop in walk(program.steps, going.journal):
            if not self._goes_on(going, stop):
                return
        self._transactions.write(partial(self._finish, going=going))

    def _goes_on(self, going: _Going, stop: Stop) -> bool:
        """Whether the run goes on after a step, which is taken now."""
        try:
            outcome = self._transactions.write(partial(self._take, going=going, stop=stop))
        except Refusal as refusal:
            return self._store.write(partial(self._failed, going=going, stop=stop, why=kept(*refusal.problems)))
        if outcome.member is not None:
            going.held[outcome.member[0]] = outcome.member[1].json()
        going.journal[stop.place] = Entry(DONE, outcome.told)
        return not (outcome.waits or outcome.stops)

    def _take(self, connection: Connection, running: Running, careful: bool, *, going: _Going, stop: Stop) -> Outcome:
        """What a step came to, written with it."""
        now, taken = self._clock.now(), going.taken
        RUNS.hold(connection, taken)
        acting = self._acting(connection, running, going, stop, now)
        word, act = ACTIONS[type(stop.step.deed)]
        with caused_by(going.cause):
            outcome = self._answered(acting, going, stop) or act(acting, stop.step.deed)
        held = going.held
        if outcome.member is not None:
            held = {**held, outcome.member[0]: outcome.member[1].json()}
            RUNS.change(connection, taken, held=held)
        entry = Entry(WAITING if outcome.waits else DONE, outcome.told)
        inputs = outcome.inputs if outcome.inputs or stop.place not in going.journal else None
        note(connection, taken.row.id, stop.place, word, entry, len(going.journal), now, inputs=inputs)
        if outcome.waits:
            RUNS.give_back(connection, taken, FOREVER, attempts=0)
        elif outcome.stops:
            said = outcome.told.get("said") or None
            RUNS.end(connection, taken, "stopped", now, finished_at=now, error=said)
        return outcome

    def _answered(self, acting: Acting, going: _Going, stop: Stop) -> Outcome | None:
        """What came of a call that the step made before; None where it made none. Refuses with what went wrong."""
        deed, entry = stop.step.deed, going.journal.get(stop.place)
        if not isinstance(deed, Call) or entry is None or entry.state != WAITING:
            return None
        row, outcome = answer_of(acting, deed, str(entry.outcome["call"]))
        if row is None:
            return Outcome(told=entry.outcome, waits=True)
        if row.state != OK:
            raise Refusal(CALL_FAILED(why=DROPPED() if row.state == "dropped" else reason_of(row.error or row.outcome or row.state)))
        return outcome

    def _failed(self, connection: Connection, *, going: _Going, stop: Stop, why: str) -> bool:
        """Whether the run goes on after a step that was refused: past it, again later, or not at all."""
        now, taken, step = self._clock.now(), going.taken, stop.step
        RUNS.hold(connection, taken)
        before = going.journal.get(stop.place)
        attempts = before.attempts + 1 if before is not None and before.state == RETRYING else 1
        called = isinstance(step.deed, Call) and before is not None
        again = step.on_error == "retry" and not called and attempts <= len(self._waits.lengths)
        state = SKIPPED if step.on_error == "skip" else RETRYING if again else FAILED
        entry = Entry(state, before.outcome if before is not None else {}, attempts)
        word, _ = ACTIONS[type(step.deed)]
        note(connection, taken.row.id, stop.place, word, entry, len(going.journal), now, error=why)
        if state == SKIPPED:
            going.journal[stop.place] = Entry(SKIPPED)
            name = getattr(step.deed, "name", None)
            if name:
                going.held[name] = OutsideMember(None).json()
                RUNS.change(connection, taken, held=going.held)
        elif state == RETRYING:
            RUNS.give_back(connection, taken, self._waits.next(now, attempts), attempts=0, error=why)
        else:
            RUNS.end(connection, taken, FAILED, now, finished_at=now, error=why)
        return state == SKIPPED

    def _finish(self, connection: Connection, running: Running, careful: bool, *, going: _Going) -> None:
        now, taken = self._clock.now(), going.taken
        RUNS.hold(connection, taken)
        steps = list(every_step(going.program.steps))
        with caused_by(going.cause):
            acting = self._acting(connection, running, going, None, now)
            voided = void_vanished(acting, steps)
        if voided:
            note(connection, taken.row.id, VOIDED, VOIDED, Entry(DONE, {"rows": voided}), len(going.journal), now)
        RUNS.end(connection, taken, DONE, now, finished_at=now, error=None)

    def _acting(
        self, connection: Connection, running: Running, going: _Going, stop: Stop | None, now: datetime
    ) -> Acting:
        row = going.taken.row
        named = going.named(stop.item if stop is not None else None)
        named["form"] = OutsideMember(self._addresses(row.table, row.record))
        members = Members(connection, running, now, row.table, row.record, named)
        place, path = (stop.place, stop.step.path) if stop is not None else ("", "")
        return Acting(connection, running, self._records, now, going.facts, place, path, members)


def named_by(event: Mapping[str, Any] | None, held: Mapping[str, Any]) -> dict[str, Member]:
    """What names stand for: what the trigger told, and what steps gave a name."""
    return {name: member_of(kept) for name, kept in {**(event or {}), **held}.items()}


def answered(connection: Connection, call: str, now: datetime) -> str | None:
    """The run that waited for a call, of which nothing more will come: it goes on as soon as somebody takes it."""
    run: str | None = connection.scalar(select(_CALL.c.run).where(_CALL.c.id == call))
    if run is None:
        return None
    goes_on = update(_RUN).where(_RUN.c.id == run, _RUN.c.state == "waiting").values(due_at=now)
    return run if connection.execute(goes_on).rowcount else None
