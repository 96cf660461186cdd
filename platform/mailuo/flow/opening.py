"""Opening: alerts of one rule whose clocks have run out: their rows, what runs on from them, and who is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, update

from mailuo.base.ids import new_id
from mailuo.flow.clock_rows import mark_clocks
from mailuo.flow.event import OPENED, event
from mailuo.flow.listening import hears_alert
from mailuo.flow.message import messages, roles_held
from mailuo.flow.running_out import INSTANT
from mailuo.flow.subject import Subject, Subjects, started
from mailuo.metadata.model import Alert, EarlierThan
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

REWARD_STAYS = timedelta(hours=24)
ESCALATE, REMIND, EXPIRE = "escalate", "remind", "expire"
Row = dict[str, object]


class DueClock(NamedTuple):
    """A clock that has run out."""

    record: str
    rule: str
    episode: str
    kind: str
    due_at: datetime
    table: str
    quiet: bool

    def row(self, state: str) -> Row:
        """Its row in another state."""
        key = {"record": self.record, "rule": self.rule, "part": "", "episode": self.episode, "kind": self.kind}
        return {**key, "state": state}


@dataclass(frozen=True)
class Opening:
    """Opens the alerts of one rule in one transaction."""

    connection: Connection
    running: Running
    rule: Alert
    now: datetime
    base_url: str

    def open(self, clocks: Sequence[DueClock]) -> None:
        """Opens an alert for each clock; those of quiet imports are told to nobody."""
        mark_clocks(self.connection, [clock.row("fired") for clock in clocks])
        ids = {clock: new_id() for clock in clocks}
        subjects = self._subjects(clocks, ids)
        causes = {subject.alert: subject.cause for subject in subjects}
        rows = [self._alert(clock, ids[clock], cause.say if (cause := causes.get(ids[clock])) else None) for clock in clocks]
        insert_many(self.connection, system.alert, rows)
        insert_many(self.connection, system.clock, [row for clock in clocks for row in self._further(clock)])
        loud = {ids[clock] for clock in clocks if not clock.quiet}
        told = [subject for subject in subjects if subject.alert in loud]
        insert_many(self.connection, system.message, list(self._messages(told)))
        insert_many(self.connection, system.outbox, [self._event(clock, ids[clock]) for clock in clocks])
        self._count([clock.record for clock in clocks if clock.record])

    def _messages(self, told: Sequence[Subject]) -> Iterator[Row]:
        roles = roles_held(self.connection, self.rule.notify) if told else {}
        return messages(self.rule, self.rule.notify, told, self.now, roles)

    def _subjects(self, clocks: Sequence[DueClock], ids: Mapping[DueClock, str]) -> list[Subject]:
        alerts = {clock.record: ids[clock] for clock in clocks}
        starts = {clock.record: started(clock.episode) for clock in clocks}
        return Subjects(self.connection, self.running, self.rule, self.now, self.base_url).of(list(alerts), alerts, starts)

    def _alert(self, clock: DueClock, id_: str, cause: str | None) -> Row:
        due_at = clock.due_at if isinstance(self.rule.when, EarlierThan) else clock.due_at - INSTANT
        return {
            "id": id_, "rule": self.rule.id, "level": self.rule.level, "table": self.rule.on, "record": clock.record,
            "part": "", "episode": clock.episode, "state": "open", "due_at": due_at, "opened_at": self.now, "cause": cause,
        }  # fmt: skip

    def _further(self, clock: DueClock) -> Iterator[Row]:
        """The clocks that an open alert starts: escalation by the wall, reminders, and the end of a reward."""
        for place, step in enumerate(self.rule.escalate):
            yield self._clock(clock, f"{ESCALATE}:{place}", self.now + step.after)
        if self.rule.remind_every is not None:
            yield self._clock(clock, REMIND, self.now + self.rule.remind_every)
        if isinstance(self.rule.when, EarlierThan):
            yield self._clock(clock, EXPIRE, self.now + REWARD_STAYS)

    def _clock(self, clock: DueClock, kind: str, due_at: datetime) -> Row:
        quiet = {"quiet": True} if clock.quiet else None
        return {**clock.row("pending"), "kind": kind, "table": self.rule.on, "due_at": due_at, "detail": quiet}

    def _event(self, clock: DueClock, id_: str) -> Row:
        detail = {"rule": self.rule.id, "alert": id_, "episode": clock.episode}
        calls = not clock.quiet and (bool(self.rule.then) or hears_alert(self.running, self.rule.id, "opened"))
        return event(OPENED, self.now, self.rule.on, clock.record, detail, calls=calls)

    def _count(self, records: Sequence[str]) -> None:
        declared = self.running.tables[self.rule.on]
        opened = update(declared.table).where(declared.id.in_(records))
        if records:
            self.connection.execute(opened.values({declared.alerts_opened.name: declared.alerts_opened + 1}))
