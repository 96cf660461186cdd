"""Trials: what a rule would do to one record, done in a transaction that is undone; nothing goes out, nobody is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mailuo.automations.actions import ACTIONS, Acting, RunFacts
from mailuo.automations.actions.making import void_vanished
from mailuo.automations.members import Member, Members, OutsideMember, RowMember, member_of
from mailuo.automations.program import DONE, FAILED, SKIPPED, Entry, Journal, Stop, every_step, walk
from mailuo.automations.programs import Program
from mailuo.base.problems import Language, Refusal
from mailuo.metadata.automation import Automation, OnEvent
from mailuo.records.door import Records
from mailuo.records.running import Running

Json = dict[str, Any]
_RUN = "trial"


class Undo(Exception):
    """Ends the transaction of a trial, which leaves nothing behind."""

    def __init__(self, told: Json) -> None:
        super().__init__()
        self.told = told


@dataclass(frozen=True)
class Trial:
    """A rule tried on one record."""

    connection: Connection
    running: Running
    records: Records
    now: datetime
    automation: Automation
    program: Program
    record: str
    language: Language

    def told(self) -> Json:
        """Whether the condition holds, and what each step would do."""
        named = _beforehand(self.automation)
        holds = self._members(named).holds(self.program.condition)
        steps = list(self._steps(named)) if holds else []
        state = steps[-1]["state"] if steps and steps[-1]["state"] in (FAILED, "stopped") else DONE
        return {"condition": holds, "state": state if holds else "stopped", "steps": steps}

    def _steps(self, named: dict[str, Member]) -> Iterator[Json]:
        journal: Journal = {}
        for stop in walk(self.program.steps, journal):
            word, act = ACTIONS[type(stop.step.deed)]
            head = {"place": stop.place, "action": word}
            try:
                outcome = act(self._acting(stop, named), stop.step.deed)
            except Refusal as refusal:
                state = SKIPPED if stop.step.on_error == "skip" else FAILED
                journal[stop.place] = Entry(state)
                yield {**head, "state": state, "error": "; ".join(each.text(self.language) for each in refusal.problems)}
                if state == FAILED:
                    return
                continue
            if outcome.member is not None:
                named[outcome.member[0]] = outcome.member[1]
            journal[stop.place] = Entry(DONE, outcome.told)
            state = "stopped" if outcome.stops else DONE
            yield {**head, "state": state, "inputs": dict(outcome.inputs), "outcome": dict(outcome.told)}
            if outcome.stops:
                return
        voided = void_vanished(self._acting(None, named), list(every_step(self.program.steps)))
        if voided:
            yield {"place": "void", "action": "void", "state": DONE, "inputs": {}, "outcome": {"rows": voided}}

    def _acting(self, stop: Stop | None, named: Mapping[str, Member]) -> Acting:
        item = {} if stop is None or stop.item is None else {"item": member_of(stop.item)}
        facts = RunFacts(_RUN, self.automation.id, self.automation.of, self.record, self.running.number)
        place, path = (stop.place, stop.step.path) if stop is not None else ("", "")
        members = self._members({**named, **item})
        return Acting(self.connection, self.running, self.records, self.now, facts, place, path, members, trial=True)

    def _members(self, named: Mapping[str, Member]) -> Members:
        return Members(self.connection, self.running, self.now, self.automation.of, self.record, named)


def _beforehand(automation: Automation) -> dict[str, Member]:
    """What the names that a trigger brings stand for where nothing came in: nothing."""
    named: dict[str, Member] = {"form": OutsideMember({})}
    for trigger in automation.triggers:
        if isinstance(trigger, OnEvent):
            named["event"] = OutsideMember(None)
            if trigger.part is not None:
                named["part"] = RowMember(trigger.part, None)
    return named
