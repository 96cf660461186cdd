"""Firing: one portion of the clocks that have run out, in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from mailuo.flow.clock_rows import mark_clocks, set_clocks
from mailuo.flow.course import course_of
from mailuo.flow.ending import end_alerts
from mailuo.flow.episode import Because, Resolve
from mailuo.flow.following import Following
from mailuo.flow.message import messages, roles_held
from mailuo.flow.opening import ESCALATE, EXPIRE, REMIND, DueClock, Opening
from mailuo.flow.silence import SOURCE, Silence
from mailuo.flow.subject import Subjects, started
from mailuo.metadata.model import Alert, Notify
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

_CLOCK, _ALERT = system.clock, system.alert
_COLUMNS = (_CLOCK.c.record, _CLOCK.c.rule, _CLOCK.c.episode, _CLOCK.c.kind, _CLOCK.c.due_at, _CLOCK.c.table, _CLOCK.c.detail)
_OPEN, _AUTO, _GRACE = "open", "auto", "grace"


@dataclass(frozen=True)
class Firing:
    """Fires what is due in one transaction."""

    connection: Connection
    running: Running
    now: datetime
    base_url: str

    def fire(self, most: int) -> int:
        """How many clocks were fired: the oldest of those whose records nobody else holds."""
        due = self._due(most)
        kinds: dict[tuple[str, str], list[DueClock]] = defaultdict(list)
        for clock in due:
            kinds[clock.rule, clock.kind].append(clock)
        for (rule, kind), clocks in kinds.items():
            self._deed(kind)(rule, clocks)
        return len(due)

    def _due(self, most: int) -> list[DueClock]:
        query = select(*_COLUMNS).where(_CLOCK.c.state == "pending", _CLOCK.c.due_at <= self.now).order_by(_CLOCK.c.due_at)
        clocks = self._read(query.limit(most))
        if self.running.dialect != "postgresql" or not clocks:
            return clocks
        free = self._taken(clocks)
        mine = query.where(_CLOCK.c.record.in_(free)).with_for_update(skip_locked=True)
        return self._read(mine.limit(most))

    def _read(self, query: Select[Any]) -> list[DueClock]:
        return [DueClock._make((*row[:6], bool(row[6] and row[6].get("quiet")))) for row in self.connection.execute(query)]

    def _taken(self, clocks: Sequence[DueClock]) -> set[str]:
        """The records that no other transaction holds; they are held from here on. Silent sources have no record."""
        by_table: dict[str, set[str]] = defaultdict(set)
        for clock in clocks:
            by_table[clock.table].add(clock.record)
        taken = {""}
        for table, records in by_table.items():
            if table in self.running.tables:
                id_ = self.running.tables[table].id
                query = select(id_).where(id_.in_(records)).with_for_update(skip_locked=True, key_share=True)
                taken.update(self.connection.scalars(query))
        return taken

    def _deed(self, kind: str) -> Callable[[str, Sequence[DueClock]], None]:
        deeds: Mapping[str, Callable[[str, Sequence[DueClock]], None]] = {
            _OPEN: self._open, _AUTO: self._reach, _GRACE: self._reach, REMIND: self._remind, EXPIRE: self._expire, SOURCE: self._silence,
        }  # fmt: skip
        return deeds.get(kind, self._escalate)

    def _open(self, rule: str, clocks: Sequence[DueClock]) -> None:
        alert = self._rule(rule, clocks)
        if alert is not None:
            Opening(self.connection, self.running, alert, self.now, self.base_url).open(clocks)

    def _reach(self, rule: str, clocks: Sequence[DueClock]) -> None:
        """Nodes that the clock itself reaches, and words that nobody confirmed in time: their records' lines follow."""
        mark_clocks(self.connection, [clock.row("fired") for clock in clocks])
        course = course_of(self.running, clocks[0].table) if clocks[0].table in self.running.manifest.tables else None
        if course is not None:
            Following(self.connection, self.running, course, self.now).follow([clock.record for clock in clocks])

    def _silence(self, rule: str, clocks: Sequence[DueClock]) -> None:
        alert = self._rule(rule, clocks)
        if alert is None:
            return
        silence = Silence(self.connection, self.running, self.now)
        silent = [clock for clock in clocks if not silence.spoken(alert, clock)]
        if silent:
            Opening(self.connection, self.running, alert, self.now, self.base_url).open(silent)

    def _escalate(self, rule: str, clocks: Sequence[DueClock]) -> None:
        """Tells those to whom a rule escalates, once, of what nobody has ended."""
        alert = self._rule(rule, clocks)
        if alert is None:
            return
        mark_clocks(self.connection, [clock.row("fired") for clock in clocks])
        place = int(clocks[0].kind.removeprefix(f"{ESCALATE}:"))
        if place < len(alert.escalate):
            self._tell(alert, alert.escalate[place].notify, clocks, ("open", "acknowledged"))

    def _remind(self, rule: str, clocks: Sequence[DueClock]) -> None:
        """Tells again of what nobody has acknowledged, once however long nobody swept, and sets the next reminder."""
        alert = self._rule(rule, clocks)
        if alert is None or alert.remind_every is None:
            mark_clocks(self.connection, [clock.row("void") for clock in clocks])
            return
        every = alert.remind_every
        steps = {clock: (self.now - clock.due_at) // every + 1 for clock in clocks}
        rows = [{**clock.row("pending"), "due_at": clock.due_at + steps[clock] * every, "detail": None} for clock in clocks]
        set_clocks(self.connection, rows)
        self._tell(alert, alert.notify, clocks, ("open",))

    def _expire(self, rule: str, clocks: Sequence[DueClock]) -> None:
        mark_clocks(self.connection, [clock.row("fired") for clock in clocks])
        alerts = self._alerts(clocks, ("open", "acknowledged"))
        ended = [(row.record, Resolve(row.id, row.rule, row.episode, Because.EXPIRED)) for row in alerts]
        end_alerts(self.connection, self.running, self.now, ended)

    def _rule(self, rule: str, clocks: Sequence[DueClock]) -> Alert | None:
        """The rule of these clocks; the clocks of one that is gone stop."""
        alert = self.running.manifest.alerts.get(rule)
        if alert is None or not alert.enabled:
            mark_clocks(self.connection, [clock.row("void") for clock in clocks])
            return None
        return alert

    def _tell(self, rule: Alert, notifies: Sequence[Notify], clocks: Sequence[DueClock], states: Sequence[str]) -> None:
        loud = [clock for clock in clocks if not clock.quiet]
        rows = self._alerts(loud, states)
        ids = {row.record: row.id for row in rows}
        starts = {row.record: started(row.episode) for row in rows}
        subjects = Subjects(self.connection, self.running, rule, self.now, self.base_url).of(list(ids), ids, starts)
        roles = roles_held(self.connection, notifies)
        insert_many(self.connection, system.message, list(messages(rule, notifies, subjects, self.now, roles)))

    def _alerts(self, clocks: Sequence[DueClock], states: Sequence[str]) -> list[Row[*tuple[Any, ...]]]:
        if not clocks:
            return []
        query = select(_ALERT.c.id, _ALERT.c.record, _ALERT.c.rule, _ALERT.c.episode, _ALERT.c.state)
        there = _ALERT.c.record.in_({clock.record for clock in clocks}), _ALERT.c.rule == clocks[0].rule
        meant = {(clock.record, clock.episode) for clock in clocks}
        rows = self.connection.execute(query.where(*there, _ALERT.c.state.in_(states)))
        return [row for row in rows if (row.record, row.episode) in meant]
