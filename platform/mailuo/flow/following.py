"""Following: what follows from a change: states, projections, clocks, ended alerts and events, in its transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from mailuo.flow.absences import add_absences
from mailuo.flow.arbitration import NOTHING, Judgement
from mailuo.flow.clock_rows import rename_clocks, set_clocks
from mailuo.flow.clocks import AUTO, GRACE, graces, reasons, wanted_clocks
from mailuo.flow.course import Course
from mailuo.flow.dispute_rows import DisputeRows
from mailuo.flow.disputing import reconcile_disputes
from mailuo.flow.ending import end_alerts
from mailuo.flow.episode import Plan, Run, reconcile
from mailuo.flow.event import REACHED, RETOLD, event
from mailuo.flow.gathering import Gathered, gather
from mailuo.flow.known import Knowledge
from mailuo.flow.replay import replay
from mailuo.flow.state import State, Timeline
from mailuo.flow.view import Reading
from mailuo.records import projection
from mailuo.records.projection import Mark, Projection
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

Row = dict[str, object]
_KEPT = frozenset({"status", "status_since", "closed", "disputed"})
"""What a record's row keeps of its timeline, besides the times of its nodes."""


@dataclass
class Following:
    """The consequences of changes of some records of one table, in one transaction."""

    connection: Connection
    running: Running
    course: Course
    now: datetime
    quiet: bool = False
    published: int | None = None
    told: bool = False
    """Whether something else tells that these records have changed, such as their history."""
    _events: list[Row] = field(default_factory=list)
    _untold: dict[tuple[datetime, tuple[str, ...]], Timeline] = field(default_factory=dict)

    def begin(self, records: Iterable[Gathered]) -> Mapping[str, Row]:
        """The columns by which the rows of new records show their timelines, after what follows has been written.

        Nobody minds yet what becomes of them.
        """
        timelines, _ = self._settled(records, replayed=False)
        declared, made = self.running.tables[self.course.table.id], dict[int, Row]()
        for timeline in timelines.values():
            if id(timeline) not in made:
                made[id(timeline)] = projection.columns(declared, shown(timeline))
        return {record: made[id(timeline)] for record, timeline in timelines.items()}

    def follow(self, ids: Sequence[str]) -> Mapping[str, Timeline]:
        """The timelines of these records, after everything that follows from them has been written."""
        records = gather(self.connection, self.running, self.course, list(dict.fromkeys(ids)))
        return self.settle(records.values())

    def settle(self, records: Iterable[Gathered], *, replayed: bool = False) -> Mapping[str, Timeline]:
        """The same for records that were gathered already; `replayed` tells the past anew, as words were received."""
        timelines, known = self._settled(records, replayed=replayed)
        shows = {id(timeline): shown(timeline) for timeline in timelines.values()}
        rows = {record: shows[id(timeline)] for record, timeline in timelines.items()}
        projection.write(self.connection, self.running, self.course.table.id, rows)
        self.running.tell(self.connection, self.course.table.id, self._changed(timelines, known), self.now)
        return timelines

    def _settled(self, records: Iterable[Gathered], *, replayed: bool) -> tuple[Mapping[str, Timeline], Knowledge]:
        """The timelines and what was learnt of them, after all that follows but the records' rows has been written."""
        there = [record for record in records if not record.deleted]
        if replayed:
            add_absences(self.connection, self.course, there)
        known = Knowledge(self.connection, self.course.table.id, self.now)
        disputes = DisputeRows(self.connection, self.course, self.now, self.quiet)
        timelines, plans = {}, []
        for record in there:
            timeline, judgement = self._judged(record)
            timelines[record.id] = timeline
            disputes.plan(record.id, reconcile_disputes(judgement.contradictions, record.disputes))
            self._note_reached(record, timeline)
            if replayed:
                replay(self._reading, record, known, timeline)
            known.learn(record, timeline)
            plans.append((record, self.plan(record, timeline, judgement)))
        if replayed:
            known.rewrite(list(timelines))
        else:
            known.write()
        self._write_clocks(plans)
        lines = [*self._events, *disputes.write()]
        insert_many(
            self.connection, system.outbox, lines if self.told or replayed else [*lines, *self._retold(known, lines)]
        )
        return timelines, known

    def _retold(self, known: Knowledge, lines: Sequence[Row]) -> Iterator[Row]:
        """Lines for pages that show the records of which no other line tells: a word taken back, a better time, a quiet word."""
        spoken = {line["record"] for line in lines}
        for record in known.touched().keys() - spoken:
            yield event(RETOLD, self.now, self.course.table.id, record, {})

    def _changed(self, timelines: Mapping[str, Timeline], known: Knowledge) -> Iterator[tuple[str, set[str]]]:
        """The records whose rows show something else now, with the names of what does."""
        touched = known.touched()
        for record, timeline in timelines.items():
            left = {timeline.exit.node} if timeline.exit is not None else set()
            nodes = touched.get(record, set()) | left
            if nodes:
                yield record, nodes | _KEPT

    def _judged(self, record: Gathered) -> tuple[Timeline, Judgement]:
        """The record's timeline now, and what arbitration makes of its claims."""
        if record.claims or record.pieces or record.past.changes:
            return self._reading.judged(record)
        return self._unspoken(record), NOTHING

    def _unspoken(self, record: Gathered) -> Timeline:
        """The timeline of a record of which nothing was said; those born together share theirs."""
        values = record.past.present
        alike = record.born, tuple(repr(values[name]) for name in self.course.tracked)
        known = self._untold.get(alike)
        if known is None:
            known = self._untold[alike] = self._reading.timeline(record)
        return known

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self.running, self.course, self.now)

    def plan(self, record: Gathered, timeline: Timeline, judgement: Judgement) -> Plan:
        """What has to be written so that the clocks and alerts of a record follow from this timeline. Reads only."""
        if not (self.course.rules or self.course.line.waits or record.episodes or judgement.ends):
            return Plan()
        rules = tuple(self.course.rules.values())
        situation = self._reading.situation(record, timeline)
        patience = graces([rule for rule, _ in self.course.arbitrations], judgement)
        wanted = {**wanted_clocks(self.course.line, rules, situation), **patience}
        because = reasons(rules, timeline, record.episodes, published=self.published is not None)
        return reconcile(wanted, record.episodes, self.now, because, self.published)

    def _write_clocks(self, plans: Sequence[tuple[Gathered, Plan]]) -> None:
        new: list[Row] = []
        old: list[Row] = []
        named: list[Row] = []
        for record, plan in plans:
            for clock in plan.clocks:
                row = self._clock_row(record.id, clock.rule, clock.episode, clock.run, clock.due_at)
                (new if clock.new else old).append(row)
                if clock.was is not None:
                    named.append({**row, "episode": clock.was, "name": clock.episode})
        rename_clocks(self.connection, named)
        insert_many(self.connection, system.clock, new)
        set_clocks(self.connection, old)
        ended = [(record.id, resolve) for record, plan in plans for resolve in plan.resolves]
        end_alerts(self.connection, self.running, self.now, ended)

    def _clock_row(self, record: str, rule: str, episode: str, run: Run, due_at: datetime) -> Row:
        unsent = {"quiet": True} if self.quiet and due_at <= self.now else None
        kind = "auto" if rule.startswith(AUTO) else "grace" if rule.startswith(GRACE) else "open"
        return {
            "record": record, "rule": rule, "part": "", "episode": episode, "kind": kind,
            "table": self.course.table.id, "due_at": due_at, "state": run.value, "detail": unsent,
        }  # fmt: skip

    def _note_reached(self, record: Gathered, timeline: Timeline) -> None:
        """Writes an event for each node that is reached now and was not before."""
        if self.quiet:
            return
        for node in timeline.nodes:
            before = record.states.get(("", node.node))
            if node.state is State.REACHED and (before is None or before.state != State.REACHED):
                self._note(record, node.node)
        if timeline.exit is not None and timeline.exit.received_at == self.now:
            self._note(record, timeline.exit.node)

    def _note(self, record: Gathered, node: str) -> None:
        calls = (REACHED, node) in self.course.listened
        self._events.append(event(REACHED, self.now, self.course.table.id, record.id, {"node": node}, calls=calls))


def shown(timeline: Timeline) -> Projection:
    """The timeline as the record's row shows it."""
    leaving = timeline.exit
    return Projection(
        status=timeline.status,
        status_since=timeline.status_since,
        disputed=timeline.disputed,
        closed=timeline.closed,
        nodes={node.node: node.at for node in timeline.nodes if node.state is State.REACHED},
        exits={leaving.node: leaving.at} if leaving else {},
        lifeline={node.node: Mark(node.state.value, node.at, node.source, node.due_since) for node in timeline.nodes},
    )
